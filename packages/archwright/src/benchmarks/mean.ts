/** The mean; of equal values, that value to the last bit. NaN of none. */
export function mean(values: readonly number[]): number {
  const [first = Number.NaN] = values;
  if (values.every((value) => value === first)) return first;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
