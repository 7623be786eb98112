/** Logits of many images, and how fast they come. */
import { performance } from "node:perf_hooks";
import { contiguous, Generator, noGrad, randn, scope, type Tensor, to } from "@archwright/torch";
import type { FinalNetwork } from "./final-network.ts";

/** Source of the `noise` operation's draws, which some spaces have in evaluation too. */
export const evaluationNoise = (): Generator => new Generator(0);

/** Logits [batch × classes], row by row. `images`: [batch, 3, height, width], normalized. */
export const logitsOf = (network: FinalNetwork, images: Tensor, random: Generator): Float32Array =>
  noGrad(() => scope(() => network.forward(images, { mode: "eval", random }).logits.toTypedArray() as Float32Array));

export interface Speed {
  /** Milliseconds of a pass with one image: the median of several. */
  readonly latency: number;
  /** Images a second in passes of `batch`: the best of several. */
  readonly throughput: number;
  readonly batch: number;
}

const WARM_UP = 2;
const SINGLE = 11;
const MANY = 3;

/** Measured on random images of `imageSize` pixels. The logits are read back, so that a pass has ended on any device. */
export function measureSpeed(network: FinalNetwork, imageSize: number, device: string, batch = 64): Speed {
  const random = evaluationNoise();
  const times = (images: number, passes: number): number[] =>
    scope(() => {
      const drawn = to(randn([images, 3, imageSize, imageSize], random), { device });
      const input = contiguous(drawn, { memoryFormat: "channels_last" });
      const all = Array.from({ length: WARM_UP + passes }, () => {
        const began = performance.now();
        logitsOf(network, input, random);
        return performance.now() - began;
      });
      return all.slice(WARM_UP).sort((a, b) => a - b);
    });
  const single = times(1, SINGLE);
  const [fastest = 0] = times(batch, MANY);
  return { latency: single[Math.floor(SINGLE / 2)] as number, throughput: (1000 * batch) / fastest, batch };
}
