/** What an epoch adds up to: means of losses, accuracies, gradient norms and whatever else an update reports. */

/** Sums and counts by name. Plain JSON, part of the checkpoint. */
export type Sums = Record<string, { sum: number; count: number }>;

/** Adds `value` with weight `count` (images, or 1 for a step). */
export function addTo(sums: Sums, name: string, value: number, count = 1): void {
  sums[name] ??= { sum: 0, count: 0 };
  const entry = sums[name];
  entry.sum += value * count;
  entry.count += count;
}

/** The mean of what was added by this name; undefined where nothing was. */
export function meanOf(sums: Readonly<Sums>, name: string): number | undefined {
  const entry = sums[name];
  return entry === undefined || entry.count === 0 ? undefined : entry.sum / entry.count;
}

/** The means of all names that begin with `prefix`, without it. */
export function meansOf(sums: Readonly<Sums>, prefix: string): Record<string, number> {
  const own = Object.keys(sums).filter((name) => name.startsWith(prefix));
  return Object.fromEntries(own.map((name) => [name.slice(prefix.length), meanOf(sums, name) as number]));
}
