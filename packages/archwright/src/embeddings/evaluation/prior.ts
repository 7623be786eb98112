/** What points drawn around the training graphs' decode to (svge §5). */
import { scope } from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { Autoencoder } from "../autoencoder.ts";
import { generate } from "../generation.ts";
import type { GraphCodec } from "../graphs/codec.ts";
import { graphKey, type LabelledGraph } from "../graphs/labelled-graph.ts";
import { type LatentStatistics, pointTensor } from "../latents.ts";

export interface PriorShares {
  /** Of all decodings: those that are an architecture of the space. */
  readonly valid: number;
  /** Of the valid ones: distinct ones. NaN where none is valid. */
  readonly unique: number;
  /** Of the valid ones: those that equal no training graph. */
  readonly novel: number;
  /** Of all decodings: those that the released code counts as valid, where its rule is another. */
  readonly validAsReleased?: number;
}

export interface PriorOptions {
  readonly codec: GraphCodec;
  /** Of the training graphs' points: a normal distribution with their means and deviations is drawn from. */
  readonly statistics: LatentStatistics;
  /** Keys of the training graphs. */
  readonly known: ReadonlySet<string>;
  /** @default 1000 */
  readonly points?: number;
  /** Decodings of each. @default 10 */
  readonly draws?: number;
}

export function priorShares(model: Autoencoder, options: PriorOptions, random: Random): PriorShares {
  const { codec, statistics, known, points = 1000, draws = 10 } = options;
  const drawn = priorPoints(statistics, points, random);
  const graphs = scope(() => generate(model, pointTensor(drawn), { mostNodes: codec.mostNodes, draws }, random).flat());
  const valid = graphs.filter((graph) => isArchitecture(codec, graph)).map(graphKey);
  const { releasedValidity } = codec;
  return {
    valid: valid.length / graphs.length,
    unique: new Set(valid).size / valid.length,
    novel: valid.filter((key) => !known.has(key)).length / valid.length,
    ...(releasedValidity === undefined
      ? {}
      : { validAsReleased: graphs.filter(releasedValidity).length / graphs.length }),
  };
}

/** Normal in every dimension. */
export const priorPoints = ({ mean, deviation }: LatentStatistics, count: number, random: Random): number[][] =>
  Array.from({ length: count }, () => mean.map((center, d) => center + (deviation[d] as number) * random.normal()));

export function isArchitecture(codec: GraphCodec, graph: LabelledGraph): boolean {
  try {
    codec.toArchitecture(graph);
    return true;
  } catch (error) {
    if (error instanceof ArchwrightError) return false;
    throw error;
  }
}

/** The architecture that most of the graphs are, of equals the first; undefined where none is valid. */
export function mostFrequent(
  codec: GraphCodec,
  graphs: readonly LabelledGraph[],
): { readonly graph: LabelledGraph; readonly count: number } | undefined {
  const groups = [...Map.groupBy(graphs, graphKey).values()].sort((a, b) => b.length - a.length);
  const found = groups.find(([graph]) => isArchitecture(codec, graph as LabelledGraph));
  return found === undefined ? undefined : { graph: found[0] as LabelledGraph, count: found.length };
}
