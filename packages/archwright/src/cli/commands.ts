/** The commands of the program. */
import type { CommandEntry } from "./command.ts";

export const commands: readonly CommandEntry[] = [
  {
    name: "fit",
    summary: "from a folder of images to a tested model, in the time given",
    load: async () => (await import("./commands/fit.ts")).fit,
  },
  {
    name: "search",
    summary: "find an architecture in a space, for a set of images",
    load: async () => (await import("./commands/search.ts")).search,
  },
  {
    name: "train",
    summary: "train the network that a search found, or any architecture of a space",
    load: async () => (await import("./commands/train.ts")).train,
  },
  {
    name: "evaluate",
    summary: "how good a trained network is on images that it has not seen",
    load: async () => (await import("./commands/evaluate.ts")).evaluate,
  },
  {
    name: "export",
    summary: "write a trained network as ONNX or as a PyTorch program, and check it",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  {
    name: "predict",
    summary: "the classes of image files, by a trained network or an exported one",
    load: async () => (await import("./commands/predict.ts")).predict,
  },
  {
    name: "compare",
    summary: "methods and seeds against each other: a table of means, best and times",
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  {
    name: "score",
    summary: "zero-cost scores of architectures: one, a file, a sample or a whole space",
    load: async () => (await import("./commands/score.ts")).score,
  },
  {
    name: "correlate",
    summary: "how well scores order architectures as a benchmark table does",
    load: async () => (await import("./commands/correlate.ts")).correlate,
  },
  {
    name: "embed",
    summary: "a latent space of architectures: train it, encode, decode, evaluate",
    load: async () => (await import("./commands/embed.ts")).embed,
  },
  {
    name: "dps",
    summary: "find settings of Eproxy that order a few benchmarked architectures as their results do",
    load: async () => (await import("./commands/dps.ts")).dps,
  },
  {
    name: "lookup",
    summary: "what a benchmark table says about an architecture",
    load: async () => (await import("./commands/lookup.ts")).lookup,
  },
  {
    name: "import",
    summary: "make a benchmark table from a file as its authors publish it",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "inspect",
    summary: "parameters, multiply-adds and the picture of an architecture",
    load: async () => (await import("./commands/inspect.ts")).inspect,
  },
  {
    name: "list",
    summary: "names that other commands take, with what they stand for",
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "doctor",
    summary: "which libtorch is used and why, and what is missing on this machine",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
];
