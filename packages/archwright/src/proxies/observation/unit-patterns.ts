/** The patterns of single ReLU units over the images of a minibatch. */
import { flatten, gt, matmul, narrow, scope, type Tensor, tensor, to } from "@archwright/torch";
import type { Subject } from "./observation.ts";
import { forward } from "./training-pass.ts";

/** Most images: patterns are whole numbers below 2^24, which float32 holds exactly. */
export const MOST_IMAGES = 24;

/**
 * How many distinct patterns the units of the first ReLU have over the minibatch's first `count` images, of the first two,
 * and so on: at most 2^count. `count` is at most {@link MOST_IMAGES}.
 */
export function patternCounts(subject: Subject, count: number): number[] {
  return scope(() => {
    const { images } = subject.batch;
    const used = narrow(images, 0, 0, Math.min(count, images.shape[0] as number));
    // A byte for every pattern there can be, which is several times faster than a set of those that are.
    const seen = new Uint8Array(2 ** (used.shape[0] as number));
    let distinct = 0;
    const counts: number[] = [];
    const onReLU = (input: Tensor): void => {
      for (const pattern of patternsOf(input)) {
        if (seen[pattern] === 0) distinct += 1;
        seen[pattern] = 1;
      }
      counts.push(distinct);
    };
    forward(subject, used, { onReLU }, false);
    return counts;
  });
}

/** Σ_i 2^i [image i switches the unit on], for every unit. */
export function patternsOf(input: Tensor): Float32Array {
  return scope(() => {
    const on = to(gt(flatten(input, { startDim: 1 }), 0), { dtype: "float32" });
    const powers = Array.from({ length: input.shape[0] as number }, (_, image) => 2 ** image);
    return matmul(to(tensor(powers), { device: input.device }), on).toTypedArray() as Float32Array;
  });
}
