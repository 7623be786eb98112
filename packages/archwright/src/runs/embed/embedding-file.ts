/** `embedding.json`, which describes the directory of an autoencoder's training. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { embeddingSettings } from "../../embeddings/training/settings.ts";
import { ArchwrightError } from "../../errors.ts";
import { readableJson, replaceFile } from "../files.ts";
import { readJson } from "../run-directory.ts";
import { runFile } from "../run-files.ts";
import { architectureSource } from "../score/request.ts";

const count = z.number().int().nonnegative();

const embeddingFile = z.object({
  format: z.literal(1),
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  request: z.object({
    /** The command line, as it can be given again. */
    command: z.string(),
    space: z.string(),
    graphs: architectureSource,
    seed: count,
  }),
  settings: embeddingSettings,
  /** How many graphs are trained on and held out; SHA-256 of the texts of all, in order. */
  graphs: z.object({ train: count, heldOut: count, sha256: z.string() }),
  versions: runFile.shape.versions,
  machine: runFile.shape.machine,
  /** ISO 8601. */
  startedAt: z.string(),
  /** Time spent training, summed over resumes. */
  elapsedSeconds: z.number().nonnegative(),
  /** Processor time of the same. */
  cpuSeconds: z.number().nonnegative(),
  /** Why it failed. */
  error: z.string().exactOptional(),
});

export type EmbeddingFile = Readonly<z.infer<typeof embeddingFile>>;

export const embeddingPath = (directory: string): string => join(directory, "embedding.json");

export const writeEmbeddingFile = (directory: string, file: EmbeddingFile): void =>
  replaceFile(embeddingPath(directory), readableJson(file));

/** Throws `ArchwrightError("run")` if the directory holds no embedding, a damaged or a newer one. */
export function readEmbeddingFile(directory: string): EmbeddingFile {
  const file = readJson(embeddingPath(directory), embeddingFile);
  if (file !== undefined) return file;
  const why = existsSync(directory) ? "holds no embedding: it has no embedding.json" : "does not exist";
  throw new ArchwrightError("run", `${directory} ${why}; give a directory that \`archwright embed train\` has made`, {
    details: { directory },
  });
}
