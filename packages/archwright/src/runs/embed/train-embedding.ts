/** Training an autoencoder in a thread of its own: what `archwright embed train` does, for programs. */
import type { EmbeddingEpoch } from "../../embeddings/training/events.ts";
import { besideModule, inThread, type ThreadOptions } from "../thread.ts";
import type { EmbeddingOpened, EmbeddingResult, EmbeddingStart } from "./perform-training.ts";
import { checkEmbedding, type EmbeddingRequest } from "./request.ts";

export type EmbeddingOptions = ThreadOptions<EmbeddingOpened, EmbeddingEpoch>;

const work = (start: EmbeddingStart, options: EmbeddingOptions): Promise<EmbeddingResult> =>
  inThread(besideModule("train-worker", import.meta.url), start, options);

/**
 * Trains an autoencoder on the graphs of architectures, and leaves a directory behind. Throws {@link ArchwrightError}: `usage`
 * for a wrong request, `architecture` for a text that is none, `run` if the directory exists, `io` if it cannot be written.
 */
export async function trainEmbedding(
  request: EmbeddingRequest,
  options: EmbeddingOptions = {},
): Promise<EmbeddingResult> {
  checkEmbedding(request);
  return work({ request: JSON.parse(JSON.stringify(request)) as EmbeddingRequest }, options);
}

/** Continues the training in `directory`, to the weights of one never stopped. Throws `ArchwrightError("run")`. */
export const resumeEmbedding = (directory: string, options: EmbeddingOptions = {}): Promise<EmbeddingResult> =>
  work({ resume: directory }, options);
