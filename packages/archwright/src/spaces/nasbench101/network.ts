/** The network around NAS-Bench-101 cells (space-nasbench101 §3). */
import { GraphBuilder, type Value } from "../graph/builder.ts";
import type { NetworkGraph } from "../graph/graph.ts";
import { type Nasbench101Cell, sourcesOf, vertexCount } from "./cell.ts";

export const STEM_CHANNELS = 128;
/** Channels that the cells of each stack put out. */
const stacksOf = (stem: number): readonly number[] => [stem, 2 * stem, 4 * stem];
const CELLS_PER_STACK = 3;

/** Batch norm keeps 0.997 of its running statistics, 0.003 in PyTorch's convention. */
const settings = { conv: "fan-in-truncated", norm: { epsilon: 1e-5, momentum: 0.003 } } as const;

/** Conv 3×3 stem, three stacks of three cells; before the second and third a 2×2 max-pool and twice the channels. */
export function nasbench101Network(cell: Nasbench101Cell, classes: number, stem = STEM_CHANNELS): NetworkGraph {
  const build = new GraphBuilder(settings);
  let x = build.block(build.convNormRelu(build.images, stem, 3));
  for (const [stack, channels] of stacksOf(stem).entries()) {
    if (stack > 0) x = build.pool(x, "max", 2, 2, 0);
    for (let n = 0; n < CELLS_PER_STACK; n++) x = build.block(addCell(build, x, cell, channels));
    build.endStage();
  }
  return build.classifier(x, classes);
}

/** Channels of every vertex in each stack, but for the first cell of it, whose input has fewer. */
export const stackChannels = (cell: Nasbench101Cell): number[][] =>
  stacksOf(STEM_CHANNELS).map((channels) => vertexChannels(cell, channels, channels));

/**
 * Channels of every vertex of a pruned cell. The output's are shared among the interior vertices that feed it, the
 * first ones getting what does not divide; other vertices have as many as the largest they feed.
 */
export function vertexChannels(cell: Nasbench101Cell, inputs: number, outputs: number): number[] {
  const last = vertexCount(cell) - 1;
  const channels = new Array<number>(last + 1).fill(0);
  channels[0] = inputs;
  channels[last] = outputs;
  const feeding = sourcesOf(cell, last).filter((v) => v > 0);
  for (const [i, v] of feeding.entries()) {
    channels[v] = Math.floor(outputs / feeding.length) + (i < outputs % feeding.length ? 1 : 0);
  }
  for (let v = last - 1; v > 0; v--) {
    if (feeding.includes(v)) continue;
    const fed = channels.filter((_, w) => w < last && cell.matrix[v]?.[w] === 1);
    channels[v] = Math.max(...fed);
  }
  return channels;
}

function addCell(build: GraphBuilder, input: Value, cell: Nasbench101Cell, outputs: number): Value {
  const channels = vertexChannels(cell, input.channels, outputs);
  const last = channels.length - 1;
  // Each edge from the input is a projection of its own; interior values are cut to the channels of who reads them.
  const entering = (u: number, v: number): Value =>
    u === 0
      ? build.convNormRelu(input, channels[v] as number, 1)
      : build.firstChannels(values[u] as Value, channels[v] as number);
  const values: Value[] = [input];
  for (let v = 1; v < last; v++) {
    const sum = build.sum(sourcesOf(cell, v).map((u) => entering(u, v)));
    values.push(addOperation(build, sum, cell.operations[v - 1] as string));
  }
  const sources = sourcesOf(cell, last);
  const interior = sources.filter((u) => u > 0).map((u) => values[u] as Value);
  const projected = sources.includes(0) ? [entering(0, last)] : [];
  return build.sum([...(interior.length === 0 ? [] : [build.concat(interior)]), ...projected]);
}

function addOperation(build: GraphBuilder, x: Value, operation: string): Value {
  if (operation === "maxpool3x3") return build.pool(x, "max", 3, 1);
  return build.convNormRelu(x, x.channels, operation === "conv1x1-bn-relu" ? 1 : 3);
}
