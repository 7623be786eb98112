/** Correlations and results as a person reads them. */

/** `.753`, `−.062`, and `–` where there is none. */
export function signed(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return "–";
  const text = Math.abs(value).toFixed(digits).replace(/^0/, "");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** At most four decimals, and five significant digits where the number is small. */
export function decimals(value: number): string {
  const digits = Math.abs(value) >= 10 ? 2 : Math.abs(value) >= 1 ? 3 : 4;
  return value.toFixed(digits).replace("-", "−");
}

/** A share as `10 %`, with as many digits as tell it: `0.1 %`. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
