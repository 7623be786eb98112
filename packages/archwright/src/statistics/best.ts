/** The best of several candidates, and what decides where a score cannot tell them apart. */

/** Whether the smallest or the largest score is the best. */
export type Best = "min" | "max";

export const better = (a: number, b: number, best: Best): boolean => (best === "min" ? a < b : a > b);

/** The best value; NaN where all are NaN. */
export const bestValue = (values: readonly number[], best: Best): number =>
  values[choose([{ name: "value", values, best }]).chosen[0] as number] as number;

/** Something by which candidates are compared: a value for each. */
export interface Measure {
  /** For people: `accuracy`, `mixing weight`. */
  readonly name: string;
  readonly values: readonly number[];
  readonly best: Best;
}

/** What `brokenBy` says where nothing told the candidates apart: the order decided in which they are listed. */
export const BY_ORDER = "order";

/** A choice that its score could not make. Plain JSON. */
export interface Tie {
  /** How many candidates have the score at which the choice falls. */
  readonly candidates: number;
  /** The measure that decided between them instead, or {@link BY_ORDER}. */
  readonly brokenBy: string;
}

export interface Choice {
  /** Positions, the best first. */
  readonly chosen: readonly number[];
  /** Absent where the first measure decided alone. */
  readonly tie?: Tie;
}

/**
 * The `count` best candidates by the first measure; among those that it finds equal the best by the second, and so on. NaN is
 * worse than every number. What all measures find equal keeps its order.
 *
 * - `measures`: at least one, of the same candidates.
 */
export function choose(measures: readonly Measure[], count = 1): Choice {
  const score = measures[0] as Measure;
  const order = [...score.values.keys()].sort((a, b) => {
    const decisive = measures.find((measure) => compare(measure, a, b) !== 0);
    return decisive === undefined ? a - b : compare(decisive, a, b);
  });
  const chosen = order.slice(0, count);
  const [last, next] = [order[count - 1], order[count]];
  if (last === undefined || next === undefined || compare(score, last, next) !== 0) return { chosen };
  const candidates = order.filter((i) => compare(score, i, last) === 0).length;
  const brokenBy = measures.find((measure) => compare(measure, last, next) !== 0)?.name ?? BY_ORDER;
  return { chosen, tie: { candidates, brokenBy } };
}

/** The best one's position, and the tie as a field of an event, which has none where there was no tie. */
export function chooseOne(measures: readonly Measure[]): {
  readonly index: number;
  readonly tied: { readonly tie?: Tie };
} {
  const { chosen, tie } = choose(measures);
  return { index: chosen[0] as number, tied: tiedBy(tie) };
}

export const tiedBy = (tie: Tie | undefined): { readonly tie?: Tie } => (tie === undefined ? {} : { tie });

/** Negative where candidate `a` is the better one. */
function compare({ values, best }: Measure, a: number, b: number): number {
  const [x, y] = [values[a] as number, values[b] as number];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return better(x, y, best) ? -1 : better(y, x, best) ? 1 : 0;
}
