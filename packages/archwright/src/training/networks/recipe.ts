/** The hyperparameters of training one network. Defaults: DARTS on CIFAR-10 (space-darts §7). */
import { z } from "zod";

const rate = z.number().positive();
const share = z.number().min(0).lt(1);
const automatic = <T extends z.ZodType>(value: T) => z.union([z.literal("auto"), value]).default("auto" as never);

export const recipeSettings = z.object({
  epochs: z.int().min(1).max(100_000).default(600).describe("times that every training image is seen"),
  batch: z.int().min(2).max(65_536).default(96).describe("images in a minibatch"),
  dropLast: z.boolean().default(false).describe("leave out an epoch's last minibatch where it is not full"),
  network: z
    .object({
      channels: automatic(z.int().min(2).max(4096)).describe("of the first cells; auto: the space's published size"),
      cells: automatic(z.int().min(1).max(1000)).describe("in all, or in each stage of NAS-Bench-201"),
    })
    .prefault({})
    .describe("size of the network, in spaces of cells"),
  imageSize: automatic(z.int().min(8).max(1024)).describe(
    "pixels along a side; auto: 32, or the space's own for photographs in folders",
  ),
  optimizer: z
    .object({
      name: z.enum(["sgd", "rmsprop"]).default("sgd").describe("rmsprop is TensorFlow's (space-nasbench101 §4)"),
      learningRate: rate.default(0.025).describe("where the schedule begins"),
      momentum: share.default(0.9),
      nesterov: z.boolean().default(false).describe("of sgd: look ahead"),
      weightDecay: z.number().min(0).default(3e-4).describe("λ of λ·w, added to the gradient of every weight"),
      decay: share.default(0.9).describe("of rmsprop's mean square"),
      epsilon: z.number().min(0).default(1).describe("of rmsprop, inside the root"),
    })
    .prefault({}),
  schedule: z
    .object({
      name: z
        .enum(["cosine", "linear", "exponential", "constant"])
        .default("cosine")
        .describe("linear: to zero, its last five epochs slower (space-darts §7)"),
      every: z.enum(["epoch", "step"]).default("epoch").describe("when the learning rate changes"),
      minimumRate: z.number().min(0).default(0).describe("where the cosine ends"),
      factor: rate.max(1).default(0.97).describe("of exponential, for each epoch"),
      warmUp: z.int().min(0).max(1000).default(0).describe("epochs in which the learning rate rises to the schedule's"),
    })
    .prefault({})
    .describe("the learning rate over time"),
  clip: z
    .union([rate, z.null()])
    .default(5)
    .describe("largest Euclidean norm of the gradient of all weights together; null: no limit"),
  labelSmoothing: share.default(0).describe("ε: targets are (1 − ε)·one-hot + ε/classes"),
  classWeights: z
    .enum(["none", "balanced"])
    .default("none")
    .describe("balanced: a class counts as much as any other, however few images it has"),
  dropPath: share.default(0.2).describe("probability in the last epoch; it grows from 0 linearly (space-darts §5)"),
  dropout: share.default(0).describe("probability of dropping each of the classifier's inputs"),
  auxiliary: z.number().min(0).default(0.4).describe("weight of the auxiliary classifier's loss; 0: none"),
  augmentation: z
    .object({
      pad: z.int().min(0).max(256).default(4).describe("random crop out of the image with so many pixels around it"),
      flip: z.boolean().default(true).describe("mirror half of the images left to right"),
      cutout: z.int().min(0).max(1024).default(16).describe("side of the square that is cut out; 0: none"),
    })
    .prefault({})
    .describe("random changes of the training images"),
  validation: share
    .default(0)
    .describe("share of the training images, of each class, that is held out and chooses the best weights"),
});

export type Recipe = z.infer<typeof recipeSettings>;

/** Stands with the parts of searches: named, listed, its settings checked in the same way. */
export const recipe = {
  name: "training",
  title: "training of one network",
  source: "space-darts §5, §7",
  settings: recipeSettings,
} as const;
