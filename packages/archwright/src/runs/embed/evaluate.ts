/** How good an embedding is, by the published protocols (svge §5). */

import { type PriorShares, priorShares } from "../../embeddings/evaluation/prior.ts";
import { exactShare, reconstructionShare } from "../../embeddings/evaluation/reconstruction.ts";
import { graphKey } from "../../embeddings/graphs/labelled-graph.ts";
import { encodedPoints, latentStatistics } from "../../embeddings/latents.ts";
import { ArchwrightError } from "../../errors.ts";
import { Random } from "../../random.ts";
import type { OpenEmbedding } from "./open-embedding.ts";
import { graphsOf } from "./perform-training.ts";

export interface EvaluationOptions {
  /** Draws follow from it. @default 0 */
  readonly seed?: number;
  /** Points drawn around the training graphs'. @default 1000 */
  readonly points?: number;
  /** Decodings of every point and every held-out graph. @default 10 */
  readonly draws?: number;
}

export interface EmbeddingEvaluation {
  readonly heldOut: number;
  /** Share of the held-out graphs' decodings that are the graph. */
  readonly reconstruction: number;
  /** The same with the likeliest choices. */
  readonly greedyReconstruction: number;
  readonly prior: PriorShares;
}

/** Throws `ArchwrightError("usage")` where no graphs were held out. */
export function evaluateEmbedding(embedding: OpenEmbedding, options: EvaluationOptions = {}): EmbeddingEvaluation {
  const { directory, file, model, codec } = embedding;
  const { seed = 0, points = 1000, draws = 10 } = options;
  const split = graphsOf(directory, file);
  const train = split.train.map(({ graph }) => graph);
  const heldOut = split.heldOut.map(({ graph }) => graph);
  if (heldOut.length === 0) {
    throw new ArchwrightError("usage", `${directory} held no graphs out to evaluate by; train with --set heldOut=0.1`);
  }
  const { mostNodes } = codec;
  const random = Random.stream(seed, "embedding/evaluation");
  const statistics = latentStatistics(encodedPoints(model, train));
  const known = new Set(train.map(graphKey));
  return {
    heldOut: heldOut.length,
    reconstruction: reconstructionShare(model, heldOut, { mostNodes, draws }, random),
    greedyReconstruction: exactShare(model, heldOut, mostNodes),
    prior: priorShares(model, { codec, statistics, known, points, draws }, random),
  };
}
