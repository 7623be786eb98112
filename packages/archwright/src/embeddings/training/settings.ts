/** The hyperparameters of an autoencoder's training (svge §4). */
import { z } from "zod";
import { ArchwrightError, unknownName } from "../../errors.ts";

export const embeddingSettings = z.object({
  epochs: z.int().min(1).max(100_000).default(300).describe("passes over the training graphs"),
  batch: z.int().min(1).max(100_000).default(32).describe("graphs in a minibatch"),
  learningRate: z.number().positive().default(1e-4).describe("of Adam, at first"),
  schedule: z
    .enum(["plateau", "cosine"])
    .default("plateau")
    .describe(
      "plateau: a tenth of the rate after epochs without a smaller training loss; cosine: to 0 over the training",
    ),
  patience: z.int().min(0).default(10).describe("under plateau: epochs that may pass without a smaller loss"),
  beta: z
    .number()
    .min(0)
    .default(0.005)
    .describe("weight of the divergence from the standard normal, which is summed over a minibatch's graphs"),
  state: z.int().min(2).max(4096).multipleOf(2).default(250).describe("width of a node's state"),
  latent: z.int().min(1).max(4096).default(56).describe("dimensions of the latent space"),
  layers: z.int().min(1).max(16).default(2).describe("layers of the graph network in each direction"),
  heldOut: z.number().min(0).max(0.9).default(0.1).describe("share of the graphs that is not trained on"),
});

export type EmbeddingSettings = z.infer<typeof embeddingSettings>;

/** `paper`: as published; `small`: reaches the same in a fraction of the time. */
const presets = {
  paper: (space: string) => ({ batch: space === "nasbench101" ? 128 : 32 }),
  small: () => ({ epochs: 20, batch: 64, learningRate: 1e-3, schedule: "cosine" }),
} as const;

/** Throws `ArchwrightError("usage")` for a preset or a setting that there is not, or a value out of range. */
export function resolveEmbeddingSettings(
  space: string,
  preset: string,
  set: Readonly<Record<string, unknown>>,
): EmbeddingSettings {
  if (!Object.hasOwn(presets, preset)) throw unknownName("preset", preset, Object.keys(presets));
  const known = Object.keys(embeddingSettings.shape);
  const unknown = Object.keys(set).find((key) => !known.includes(key));
  if (unknown !== undefined) throw unknownName("setting of the training", unknown, known);
  const checked = embeddingSettings.safeParse({ ...presets[preset as keyof typeof presets](space), ...set });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new ArchwrightError("usage", `--set ${issue?.path.join(".")}: ${issue?.message}`, { cause: checked.error });
}
