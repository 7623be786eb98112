/** The hyperparameters of searches that a proxy guides. */
import { z } from "zod";
import { rankingOf } from "../proxies/rankings.ts";

/** A number above 0, or null. */
const limit = (about: string) => z.number().positive().nullable().default(null).describe(about);

/** Of every such search. */
export const guidedSettings = z.object({
  fitness: z
    .string()
    .overwrite((name) => rankingOf(name).name)
    .default("nwot")
    .describe(
      "what is maximized: a proxy, an aggregate (az_nas, vote, te_nas) or a sum of ranks (synflow+nwot); `archwright list proxies`",
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
