/** The hyperparameters of searches that a proxy guides. */
import { z } from "zod";
import { rankingOf } from "../proxies/rankings.ts";
import { isTableFitness } from "./table-fitness.ts";

/** A number above 0, or null. */
const limit = (about: string) => z.number().positive().nullable().default(null).describe(about);

/** Of every such search. */
export const guidedSettings = z.object({
  fitness: z
    .string()
    .overwrite((name) => (isTableFitness(name) ? name.trim() : rankingOf(name).name))
    .default("nwot")
    .describe(
      "what is maximized: a proxy, an aggregate (az_nas, vote, te_nas) a sum of ranks (synflow+nwot; `archwright list proxies`), or a column of a benchmark table (table:nasbench201/cifar10-valid)",
    ),
  evaluations: z.int().min(1).max(10_000_000).default(1000).describe("architectures that are evaluated"),
  batch: z.int().min(2).max(4096).default(64).describe("images in a minibatch"),
  imageSize: z
    .union([z.literal("auto"), z.int().min(8).max(1024)])
    .default("auto")
    .describe("height and width in pixels of the images that networks are scored on; auto is the space's own"),
  network: z
    .string()
    .default("evaluation")
    .describe(
      "in spaces with a supernet, the networks that are scored: evaluation, those that are trained; search, of the supernet's size; or channels x cells, such as 32x8",
    ),
  maxParams: limit("most parameters of the network that is trained (--max-params); null: no limit"),
  maxMacs: limit("most multiply-adds of that network for one image (--max-macs); null: no limit"),
  maxLatency: limit(
    "most milliseconds of a forward pass with one image, measured on this machine (--max-latency); null: no limit, nothing is measured",
  ),
});

/** Of regularized evolution, also. */
export const evolutionSettings = guidedSettings.extend({
  population: z.int().min(1).max(1_000_000).default(100).describe("architectures that are alive"),
  tournament: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(25)
    .describe("architectures that are drawn, with replacement, for the best of them to be the next parent"),
});

export type GuidedSettings = z.infer<typeof guidedSettings>;

/** Of local search, also. */
export const localSettings = guidedSettings.extend({
  patience: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(24)
    .describe("neighbours in a row that are no better before a new climb begins; NAS-Bench-201 cells have 24"),
});

/** Of Bayesian optimization in a latent space, also. */
export const latentSettings = guidedSettings.extend({
  embedding: z.string().default("").describe("directory that `archwright embed train` has made, trained to its end"),
  initial: z.int().min(2).max(100_000).default(50).describe("random architectures before the first round"),
  round: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe("architectures that a round proposes before it is fitted anew"),
  candidates: z
    .int()
    .min(10)
    .max(1_000_000)
    .default(2000)
    .describe("points among which the one of largest expected improvement is looked for"),
  draws: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe("graphs drawn at a chosen point; the most frequent valid one counts"),
  fitSteps: z.int().min(0).max(100_000).default(100).describe("steps of Adam on the marginal likelihood, every round"),
  fitRate: z.number().positive().default(0.05).describe("their learning rate"),
});

export type LatentSettings = z.infer<typeof latentSettings>;
