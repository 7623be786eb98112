/** The JSON files of a run directory: their schemas and types. Each carries the version of its format. */
import { z } from "zod";
import type { Architecture, CellTemplate } from "../spaces/space.ts";

const count = z.number().int().nonnegative();
const edge = { source: count, target: count };
const score = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]);

const template: z.ZodType<CellTemplate> = z.object({
  name: z.string(),
  inputs: z.union([z.literal(1), z.literal(2)]),
  nodes: count,
  edges: z.array(z.object(edge)),
  operations: z.array(z.array(z.string())),
  output: z.enum(["last", "concat"]),
});

const architecture: z.ZodType<Architecture> = z.record(
  z.string(),
  z.object({
    choices: z.array(z.object({ ...edge, operation: z.string() })),
    concat: z.array(count).exactOptional(),
  }),
);

/** What networks are counted for: the classes and the size of the images of the run. */
const task = z.object({ classes: count, imageSize: count }).exactOptional();

const notes = z
  .array(
    z
      .object({ kind: z.string(), message: z.string(), items: z.array(z.string()).readonly().exactOptional() })
      .readonly(),
  )
  .readonly();

/** What was asked for. With `settings`, everything that a run depends on. */
const request = z.object({
  /** The command line, as it can be given again. */
  command: z.string(),
  space: z.string(),
  method: z.string(),
  /** Parts that take the place of the method's own. */
  relaxation: z.string().exactOptional(),
  update: z.string().exactOptional(),
  selection: z.string().exactOptional(),
  preset: z.string().exactOptional(),
  data: z.string(),
  seed: count,
  device: z.string(),
  /** A table whose values of the answer were asked for: its name, or the path of its file. */
  benchmark: z.string().exactOptional(),
});

/** `run.json` */
export const runFile = z.object({
  /** 1: some proxies had other names. */
  format: z.union([z.literal(1), z.literal(2)]),
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  request,
  /** The cells of the space, so that readers need no registry; none where networks are not made of cells. */
  templates: z.array(template).readonly(),
  /** Every hyperparameter by name, resolved. */
  settings: z.record(z.string(), z.unknown()),
  /** The images, so that a resumed run knows them again: SHA-256 of the training images and labels. */
  dataset: z
    .object({
      name: z.string(),
      images: count,
      classes: count,
      /** Images of the most frequent class. */
      largestClass: count.exactOptional(),
      sha256: z.string(),
    })
    .exactOptional(),
  /** What a person should know of the images and, once there is one, of the answer. */
  notes: notes.exactOptional(),
  /** Absent in older runs, whose costs are those of the published networks. */
  task,
  /** Those that the run began with. */
  versions: z.object({ archwright: z.string(), libtorch: z.string(), node: z.string() }),
  machine: z.object({ cpu: z.string(), cores: count, memoryBytes: count, platform: z.string() }),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Time spent searching, summed over resumes. */
  elapsedSeconds: z.number().nonnegative(),
  /** Why the run failed. */
  error: z.string().exactOptional(),
});

/** `architecture.json` */
export const architectureFile = z.object({
  format: z.literal(1),
  space: z.string(),
  /** The space's own text form. */
  architecture: z.string(),
  /** Every text form it has, by the form's name. */
  forms: z.record(z.string(), z.string()),
  /** Absent where networks are not made of cells. */
  cells: architecture.exactOptional(),
  /** What the costs are counted for. */
  task,
  /** Whether a path leads from the images to the answer: without one every image gets the same. Absent in older runs. */
  connected: z.boolean().exactOptional(),
  /** Of the network at the space's evaluation size. */
  parameters: count,
  /** Multiply-adds of that network for one image. */
  macs: count,
  /** Milliseconds of its forward pass with one image on the run's machine, where the search limited latency. */
  latency: z.number().nonnegative().exactOptional(),
  /** The validation score, where the search compared proposals; the fitness, where a proxy guided it. */
  score: score.exactOptional(),
  /** Of a proxy-guided search: the proxy or ranking that `score` is by. Larger is better. */
  fitness: z.string().exactOptional(),
  /** Of a proxy-guided search: how many candidates it evaluated, fewer than asked for where it found no more. */
  evaluated: count.exactOptional(),
  /**
   * What a benchmark table says, which is about networks trained on the benchmark's own images: null where it has no value.
   * `table` names the table, or is the path of its file.
   */
  benchmark: z
    .object({ name: z.string(), table: z.string(), metrics: z.record(z.string(), z.number().nullable()) })
    .exactOptional(),
  /** What a person should know of the search that found it. */
  notes: notes.exactOptional(),
});

export type RunFile = Readonly<z.infer<typeof runFile>>;
export type RunRequest = Readonly<RunFile["request"]>;
export type RunStatus = RunFile["status"];
export type ArchitectureFile = Readonly<z.infer<typeof architectureFile>>;
