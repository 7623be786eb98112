/** Work on many image files, several at once. */

/** As many are worked on at once: enough for every core, without holding many large ones. */
const AT_ONCE = 16;

/** The results in the order of `items`; `onGroup` is told how many are done. Of several failures the first is thrown. */
export async function inGroups<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  onGroup?: (done: number) => void,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const group = await Promise.allSettled(items.slice(start, start + AT_ONCE).map(work));
    for (const result of group) {
      if (result.status === "rejected") throw result.reason;
      results.push(result.value);
    }
    onGroup?.(results.length);
  }
  return results;
}

/** A large native library: loaded only when images are decoded. */
export const loadSharp = async () => (await import("sharp")).default;
