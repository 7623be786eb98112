/** The encoder of TransNAS-Bench-101 and its classification head (space-transnasbench101 §2). */
import { GraphBuilder, type Value } from "../graph/builder.ts";
import type { NetworkGraph } from "../graph/graph.ts";

/** Base channels of every architecture of the benchmark. */
export const BASE_CHANNELS = 64;
const BLOCKS_PER_MODULE = 2;

/** What a block of a module does: to the channels and to the resolution. */
export interface BlockPlace {
  readonly channels: number;
  readonly stride: 1 | 2;
}

export interface BackboneOptions {
  /** The modules' types: 1 keeps the shape, 2 doubles the channels, 3 halves the resolution, 4 does both. */
  readonly modules: readonly number[];
  readonly block: (build: GraphBuilder, x: Value, place: BlockPlace) => Value;
  readonly classes: number;
  /** Channels at first. @default BASE_CHANNELS */
  readonly base?: number;
}

/**
 * Two stride-2 convolutions, then two blocks a module, of which the first changes the shape; pool and linear layer. For
 * other tasks than classification the benchmark puts decoders on the same encoder.
 */
export function backbone({ modules, block, classes, base = BASE_CHANNELS }: BackboneOptions): NetworkGraph {
  const build = new GraphBuilder({ conv: "fan-out" });
  const half = build.convNormRelu(build.images, base / 2, 3, { stride: 2 });
  let x = build.block(build.norm(build.conv(half, base, 3, { stride: 2 })));
  for (const type of modules) {
    const channels = type % 2 === 0 ? 2 * x.channels : x.channels;
    for (let n = 0; n < BLOCKS_PER_MODULE; n++) {
      x = build.block(block(build, x, { channels, stride: n === 0 && type > 2 ? 2 : 1 }));
    }
    build.endStage();
  }
  return build.classifier(x, classes);
}

/** Batch norm of the shortcut. */
export interface BasicBlockOptions {
  /**
   * The benchmark's code hands its arguments to the wrong parameters, which makes ε and the momentum of the shortcut's
   * batch norm 1; its networks were trained like that. @default false
   */
  readonly releasedShortcut?: boolean;
}

/** ReLU-conv3×3-BN twice, plus a shortcut: conv1×1-BN where the shape changes. No ReLU after the sum. */
export const basicBlock =
  ({ releasedShortcut = false }: BasicBlockOptions = {}) =>
  (build: GraphBuilder, x: Value, { channels, stride }: BlockPlace): Value => {
    const body = build.reluConvNorm(build.reluConvNorm(x, channels, 3, { stride }), channels, 3);
    if (stride === 1 && channels === x.channels) return build.sum([x, body]);
    const norm = releasedShortcut ? { epsilon: 1, momentum: 1 } : {};
    return build.sum([build.norm(build.conv(x, channels, 1, { stride }), norm), body]);
  };
