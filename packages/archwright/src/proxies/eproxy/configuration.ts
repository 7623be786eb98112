/** What decides an Eproxy score, as data: the settings that discrete proxy search looks through, and GenNAS's. */
import { z } from "zod";

/** Where a target's maps come from, by the names that are searched through; or any other of the same kind. */
export const componentNames = ["net", "wave_l", "wave_m", "wave_h", "dot"] as const;

const size = z.int().min(1).max(4096);
const kernel = z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)]);
const unit = z.number().min(0).max(1);
const level = z.number().positive().max(100).default(1).describe("factor of the component");

/**
 * - `features`: of a convolutional network that is never trained, each branch its own (eproxy-dps §3.2); `net` is one for all
 *   branches, divided by its largest magnitude (§3.1);
 * - `sine`: sine and cosine maps along one axis or two, of ten frequencies from `low` to `high` (§6.2);
 * - `dots`: ±1 in a part of the cells, 0 elsewhere, blurred or not (§6.2);
 * - `images`: the images themselves, at the size of the maps (§6.2).
 */
export const componentSchema = z.union([
  z.enum(componentNames),
  z.discriminatedUnion("from", [
    z.strictObject({ from: z.literal("features"), level }),
    z.strictObject({
      from: z.literal("sine"),
      axes: z.union([z.literal(1), z.literal(2)]),
      low: unit,
      high: unit,
      perImage: z.boolean().default(true),
      level,
    }),
    z.strictObject({
      from: z.literal("dots"),
      part: unit,
      blurred: z.boolean().default(false),
      perImage: z.boolean().default(true),
      level,
    }),
    z.strictObject({ from: z.literal("images"), level }),
  ]),
]);

export const initializations = [
  "default",
  "xavier_uniform",
  "xavier_normal",
  "kaiming_uniform",
  "kaiming_normal",
] as const;

export type Initialization = (typeof initializations)[number];

export const branchSchema = z.strictObject({
  head: z
    .strictObject({
      form: z.enum(["conv-relu-bn", "bn-conv"]).default("conv-relu-bn").describe("Eproxy's trained head, or GenNAS's"),
      kernel: kernel.default(1),
      channels: size.default(512).describe("P"),
    })
    .prefault({}),
  barrier: z
    .strictObject({ kernel: kernel.default(3), channels: size.default(64).describe("Q") })
    .nullable()
    .prefault({})
    .describe("the convolution that is not trained; null: none, as in GenNAS"),
  targets: z.array(componentSchema).readonly().describe("components that are added up; none: zeros"),
  level: z.number().positive().max(100).default(1).describe("factor of their sum"),
});

const weights = z.enum(["equal", "halving"]);

export const configurationSchema = z.strictObject({
  eproxy: z.literal(1).describe("version of this format"),
  title: z.string().max(200).exactOptional(),
  learningRate: z.number().positive().max(100).default(1.2),
  momentum: z.number().min(0).lt(1).default(0.9),
  weightDecay: z.number().min(0).max(1).default(4e-5).describe("of tensors with more than one dimension"),
  iterations: z.int().min(1).max(10_000).default(10),
  batch: z.int().min(2).max(4096).default(16).describe("images, the first of the minibatch"),
  branches: z
    .array(branchSchema)
    .min(1)
    .max(4)
    .readonly()
    .describe("deepest stage first; a network with fewer stages takes as many of them"),
  trainWeights: weights.default("equal").describe("of the branches in the loss that is trained"),
  scoreWeights: weights.default("halving").describe("of the branches in the score: 1, 1/2, 1/4"),
  scored: z
    .enum(["last-step", "evaluation"])
    .default("last-step")
    .describe("the loss that the last step sees, or that of the trained network in evaluation mode, as in GenNAS"),
  noise: z
    .strictObject({ kind: z.enum(["uniform", "gaussian"]), level: unit })
    .nullable()
    .default(null)
    .describe("added to the images"),
  initialization: z.enum(initializations).default("default").describe("of the network and the heads"),
  barrierInitialization: z.enum(initializations).default("default"),
  flopsWeight: z.number().min(-1).max(1).default(0).describe("α: the loss is multiplied by 1 - α·MACs/MACs_max"),
  mostMacs: z.number().positive().nullable().default(null).describe("MACs_max; null: that of the space"),
  unreachable: z
    .enum(["last", "released"])
    .default("last")
    .describe("networks whose deepest stage is the same for every image rank last, or as their loss has it"),
});

export type Component = z.infer<typeof componentSchema>;
export type NamedComponent = Exclude<Component, string>;
export type Branch = Readonly<z.infer<typeof branchSchema>>;
export type Configuration = Readonly<z.infer<typeof configurationSchema>>;
/** What a configuration is made from: all that has a default may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;

export const configurationOf = (input: Omit<ConfigurationInput, "eproxy">): Configuration =>
  configurationSchema.parse({ eproxy: 1, ...input });

/** Channels of a branch's target. */
export const targetChannels = ({ barrier, head }: Branch): number => barrier?.channels ?? head.channels;

/** Branch weights, deepest first (eproxy-dps §2). */
export const branchWeights = (kind: z.infer<typeof weights>, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (kind === "equal" ? 1 : 2 ** -i));
