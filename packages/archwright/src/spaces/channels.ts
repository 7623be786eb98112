/** Channels of narrower networks. */
import { ArchwrightError } from "../errors.ts";

/** `share` of the channels. Throws `ArchwrightError("usage")` for a number that is odd or below `fewest`. */
export function wholeChannels(channels: number, share: number, fewest: number): number {
  const narrow = channels * share;
  if (Number.isInteger(narrow / 2) && narrow >= fewest) return narrow;
  throw new ArchwrightError(
    "usage",
    `1/${Math.round(1 / share)} of ${channels} channels must be an even number of at least ${fewest}; choose another part`,
  );
}
