/** What points of a latent space decode to. */
import { scope } from "@archwright/torch";
import { isArchitecture, mostFrequent } from "../../embeddings/evaluation/prior.ts";
import { generate } from "../../embeddings/generation.ts";
import { graphKey } from "../../embeddings/graphs/labelled-graph.ts";
import { pointTensor } from "../../embeddings/latents.ts";
import { Random } from "../../random.ts";
import type { OpenEmbedding } from "./open-embedding.ts";

export interface DecodeOptions {
  /** Graphs drawn at each point. @default 100 */
  readonly draws?: number;
  /** Takes the likeliest choices once instead of drawing. @default false */
  readonly greedy?: boolean;
  /** @default 0 */
  readonly seed?: number;
}

export interface DecodedPoint {
  /** The most frequent valid architecture; null where none is valid. */
  readonly architecture: string | null;
  /** How many of the graphs it is. */
  readonly count: number;
  readonly graphs: number;
  /** How many of the graphs are architectures, and how many different ones. */
  readonly valid: number;
  readonly distinct: number;
}

export function decodePoints(
  { model, codec }: OpenEmbedding,
  points: readonly (readonly number[])[],
  { draws = 100, greedy = false, seed = 0 }: DecodeOptions = {},
): DecodedPoint[] {
  const random = Random.stream(seed, "embedding/decode");
  const { mostNodes } = codec;
  const drawn = scope(() => generate(model, pointTensor(points), { mostNodes, draws, greedy }, random));
  return drawn.map((graphs) => {
    const found = mostFrequent(codec, graphs);
    const valid = graphs.filter((graph) => isArchitecture(codec, graph));
    return {
      architecture: found === undefined ? null : codec.space.format(codec.toArchitecture(found.graph)),
      count: found?.count ?? 0,
      graphs: graphs.length,
      valid: valid.length,
      distinct: new Set(valid.map(graphKey)).size,
    };
  });
}
