/** The inverted residual block of MobileNetV2, which both mobile spaces choose from. */
import type { GraphBuilder, Value } from "../graph/builder.ts";

export interface InvertedResidual {
  readonly kernel: number;
  /** Channels inside, as a multiple of those that come in. 1 leaves the first convolution out. */
  readonly expansion: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
  /** Upper limit of the activations: 6 for ReLU6. @default none */
  readonly limit?: number;
}

/**
 * 1×1 convolution to `expansion` times the channels, depthwise k×k with the stride, each with BN and ReLU; 1×1
 * convolution and BN; plus the input where the shape stays.
 */
export function invertedResidual(build: GraphBuilder, x: Value, block: InvertedResidual): Value {
  const { kernel, expansion, outputs, stride, limit } = block;
  const activation = limit === undefined ? {} : { limit };
  const inner = expansion * x.channels;
  const expanded = expansion === 1 ? x : build.convNormRelu(x, inner, 1, activation);
  const filtered = build.convNormRelu(expanded, inner, kernel, { stride, groups: inner, ...activation });
  const projected = build.norm(build.conv(filtered, outputs, 1));
  return stride === 1 && outputs === x.channels ? build.sum([x, projected]) : projected;
}
