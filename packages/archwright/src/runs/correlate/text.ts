/** Correlations and results as a person reads them. */
import { FEWEST_FOR_INTERVAL } from "./correlations.ts";

/** Of fewer a correlation is no more than a coincidence, and is not shown among the best. */
const FEWEST_FOR_TOP = 5;

export const isTopShown = ({ count }: { readonly count: number }): boolean => count >= FEWEST_FOR_TOP;

/** What the numbers of a metric cannot say; empty where there are architectures enough. `top`: the share, and how many it is. */
export function fewNotes(count: number, resamples: number, top: { share: number; count: number }): string[] {
  const few = count < FEWEST_FOR_INTERVAL && resamples > 0;
  return [
    ...(few
      ? [
          `${count} architectures are too few for intervals (${FEWEST_FOR_INTERVAL} are needed): a correlation of so few says little`,
        ]
      : []),
    ...(isTopShown(top)
      ? []
      : [`the top ${percent(top.share)} holds ${top.count}, too few to be correlated (${FEWEST_FOR_TOP} are needed)`]),
  ];
}

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
