/** How far the logits of an export are from ours. */
import { ArchwrightError } from "../errors.ts";

export interface Agreement {
  /** Images that were compared. */
  readonly images: number;
  /** Largest difference of two logits. */
  readonly largest: number;
  /** What it may be: the tolerance, times the largest logit where that is above 1. */
  readonly bound: number;
}

/** Throws `ArchwrightError("run")` where the difference is above its bound, or a logit is no number. */
export function requireAgreement(
  what: string,
  ours: Float32Array,
  theirs: ArrayLike<number>,
  options: { tolerance: number; images: number },
): Agreement {
  const { tolerance, images } = options;
  if (ours.length !== theirs.length) {
    throw new ArchwrightError("run", `${what} gives ${theirs.length} logits where the network gives ${ours.length}`);
  }
  let largest = 0;
  let scale = 1;
  for (const [i, value] of ours.entries()) {
    const difference = Math.abs(value - (theirs[i] as number));
    // Written so that NaN counts as a difference.
    if (!(difference <= largest)) largest = difference;
    scale = Math.max(scale, Math.abs(value));
  }
  const bound = tolerance * scale;
  if (!(largest <= bound)) {
    throw new ArchwrightError(
      "run",
      `the logits of ${what} differ from the network's by ${largest}, more than ${bound.toExponential(1)}; nothing was written`,
      { details: { largest, bound } },
    );
  }
  return { images, largest, bound };
}
