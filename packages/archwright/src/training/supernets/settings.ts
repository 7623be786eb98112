/** The hyperparameters that every training update has. Defaults: DARTS on CIFAR-10 (darts §4). */
import { z } from "zod";

const rate = z.number().positive();

export const trainingSettings = z.object({
  epochs: z.int().min(1).max(100_000).default(50).describe("epochs of the search phase"),
  batch: z
    .union([z.literal("auto"), z.int().min(2).max(4096)])
    .default("auto")
    .describe("images in a minibatch; auto is the paper's: 64"),
  validationBatch: z
    .union([z.literal("auto"), z.int().min(2).max(4096)])
    .default("auto")
    .describe("images in a minibatch that α moves on; auto: as many as in one of the weights"),
  stepsPerEpoch: z
    .union([z.literal("auto"), z.int().min(1).max(1_000_000)])
    .default("auto")
    .describe("steps of α in an epoch; auto: as many as the training half has minibatches"),
  weightsOnly: z
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe("epochs at the beginning of the search phase in which α stays as it is"),
  scheduleEpochs: z
    .union([z.literal("auto"), z.int().min(1).max(100_000)])
    .default("auto")
    .describe("epochs over which the learning rate of the weights falls; auto: those of the search phase"),
  split: z
    .enum(["halves", "whole"])
    .default("halves")
    .describe(
      "halves: one half of the training images moves the weights, the other α; whole: both move on all of them (single-level)",
    ),
  stepOrder: z.enum(["alpha-first", "weights-first"]).default("alpha-first").describe("which moves first in a step"),
  trainSampling: z
    .enum(["epoch", "independent"])
    .default("epoch")
    .describe(
      "in the search phase; epoch: each epoch a permutation of the training half; independent: every minibatch drawn anew",
    ),
  validationSampling: z
    .enum(["independent", "epoch"])
    .default("independent")
    .describe("the same for the validation half, on which α moves"),
  noise: z
    .enum(["common", "independent"])
    .default("common")
    .describe(
      "what operations that draw noise (S4) draw in passes that belong together, as those of a finite difference: the same; or each pass its own, as the released codes have it",
    ),
  evaluate: z
    .boolean()
    .default(true)
    .describe(
      "after every epoch, evaluate the supernet on the validation half, for the record only; with split=whole there is none",
    ),
  weights: z
    .object({
      learningRate: rate.default(0.025).describe("of SGD in the first epoch; it falls along a cosine"),
      minimumRate: z.number().min(0).default(0.001).describe("where the cosine ends"),
      momentum: z.number().min(0).lt(1).default(0.9),
      nesterov: z.boolean().default(false),
      weightDecay: z.number().min(0).default(3e-4),
      clip: rate.default(5).describe("largest Euclidean norm of the gradient of all weights together"),
    })
    .prefault({})
    .describe("the optimizer of the supernet's weights: SGD"),
});

export type TrainingSettings = z.infer<typeof trainingSettings>;

/** The paper's batch where the setting is `auto` (darts §4). */
export const batchSize = ({ batch }: Pick<TrainingSettings, "batch">): number => (batch === "auto" ? 64 : batch);
