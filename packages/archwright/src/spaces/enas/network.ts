/** The network of an ENAS macro architecture that is trained from scratch (space-enas §4). */
import { GraphBuilder, type Value } from "../graph/builder.ts";
import { factorizedReduce } from "../graph/factorized-reduce.ts";
import type { NetworkGraph } from "../graph/graph.ts";
import type { EnasMacro } from "./macro.ts";

export interface EnasNetworkOptions {
  /** Of the stem and the first layers. */
  readonly channels: number;
  /**
   * Separable convolutions as full ones, as the released code has them in this network. @default false, as in the paper
   */
  readonly fullConvolutions?: boolean;
}

/** Layers after which the resolution is halved and the channels are doubled: a third and two thirds of the way. */
export const poolLayers = (layers: number): number[] => [Math.floor(layers / 3) - 1, 2 * Math.floor(layers / 3) - 1];

/** Stem, layers, pool, and a linear layer without bias. */
export function enasNetwork(layers: EnasMacro, classes: number, options: EnasNetworkOptions): NetworkGraph {
  const build = new GraphBuilder({ conv: "fan-in", linear: "fan-in" });
  const pools = poolLayers(layers.length);
  let channels = options.channels;
  // The stem and the layers so far, as later ones read them.
  let nodes = [build.block(build.norm(build.conv(build.images, channels, 3)))];
  for (const [i, { operation, skips }] of layers.entries()) {
    const output = addOperation(build, nodes[i] as Value, operation, options);
    const selected = nodes.filter((_, j) => skips[j] === 1);
    nodes.push(build.block(i === 0 ? output : joined(build, [...selected, output])));
    if (!pools.includes(i)) continue;
    channels *= 2;
    const read = nodesRead(layers, i);
    // What no later layer reads is not reduced: it would change nothing.
    nodes = nodes.map((node, j) => (read.has(j) ? factorizedReduce(build, node, channels, 2) : node));
  }
  return build.classifier(nodes.at(-1) as Value, classes, { bias: false });
}

/** Nodes that layers after layer i read; the last one always is. */
function nodesRead(layers: EnasMacro, i: number): Set<number> {
  const skipped = layers.slice(i + 1).flatMap(({ skips }) => skips.flatMap((skip, j) => (skip === 1 ? [j] : [])));
  return new Set([i + 1, ...skipped]);
}

/** ReLU-conv1×1-BN-ReLU-conv k×k-BN, or 3×3 pooling. */
function addOperation(build: GraphBuilder, x: Value, operation: number, options: EnasNetworkOptions): Value {
  if (operation > 3) return build.pool(x, operation === 4 ? "average" : "max", 3, 1);
  const kernel = operation < 2 ? 3 : 5;
  const active = build.relu(build.reluConvNorm(x, x.channels, 1));
  const separable = operation % 2 === 1 && options.fullConvolutions !== true;
  if (!separable) return build.norm(build.conv(active, x.channels, kernel));
  const filtered = build.conv(active, x.channels, kernel, { groups: x.channels });
  return build.norm(build.conv(filtered, x.channels, 1));
}

/** Concatenated, and back to the channels of one by ReLU-conv1×1-BN. */
const joined = (build: GraphBuilder, values: readonly Value[]): Value =>
  build.reluConvNorm(build.concat(values), (values.at(-1) as Value).channels, 1);
