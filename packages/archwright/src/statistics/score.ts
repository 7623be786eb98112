/** Scores as JSON, which has no number for some of them. */

/** A score as JSON: a number, or the name of a value that JSON has no number for. */
export type Score = number | "NaN" | "Infinity" | "-Infinity";

/** A number as a {@link Score}. */
export function toScore(value: number): Score {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "Infinity";
  if (value === Number.NEGATIVE_INFINITY) return "-Infinity";
  return value;
}

/** A {@link Score} as a number. */
export const fromScore = (score: Score): number => Number(score);
