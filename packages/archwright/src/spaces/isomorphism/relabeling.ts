/** Cells that differ only in the numbers of their nodes. */

/** Every order of 0..n-1. */
export function* permutations(n: number): Generator<number[]> {
  if (n === 0) {
    yield [];
    return;
  }
  for (const rest of permutations(n - 1)) {
    for (let place = 0; place < n; place++) yield [...rest.slice(0, place), n - 1, ...rest.slice(place)];
  }
}

/** The first by its text, which is the same from whichever of them one begins. Throws `RangeError` for none. */
export function leastBy<T>(candidates: Iterable<T>, text: (candidate: T) => string): T {
  let least: { readonly candidate: T; readonly text: string } | undefined;
  for (const candidate of candidates) {
    const own = text(candidate);
    if (least === undefined || own < least.text) least = { candidate, text: own };
  }
  if (least === undefined) throw new RangeError("the least of nothing");
  return least.candidate;
}
