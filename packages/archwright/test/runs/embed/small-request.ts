/** A training of a second or two. */
import type { EmbeddingRequest } from "../../../src/runs/embed/request.ts";

export const smallRequest = (out: string, epochs: number): EmbeddingRequest => ({
  space: "nasbench201",
  graphs: { from: "sample", count: 20 },
  seed: 3,
  set: { epochs, batch: 6, state: 12, latent: 4, layers: 1, learningRate: 1e-2 },
  out,
});
