/** Halves the resolution without pooling. */
import type { GraphBuilder, Value } from "./builder.ts";

/** Two 1×1 convolutions to half the channels each, the second of the map shifted by a pixel; batch norm. */
export function factorizedReduce(build: GraphBuilder, x: Value, channels: number, stride: number): Value {
  const even = build.conv(x, channels / 2, 1, { stride });
  const odd = build.conv(build.shift(x), channels / 2, 1, { stride });
  return build.norm(build.concat([even, odd]));
}
