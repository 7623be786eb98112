/** Guided searches whose scores and latencies are made up, so that what they should find is known. */
import { expect } from "vitest";
import type { Evaluator } from "../../src/guided/evaluator.ts";
import { GuidedSearch, type GuidedSearchOptions } from "../../src/guided/search.ts";
import { fitnessOf } from "../../src/proxies/fitness.ts";
import type { CandidateEvent, SearchEvent } from "../../src/search/events.ts";
import { nasbenchMacro } from "../../src/spaces/nasbench-macro.ts";
import { ofType } from "../methods/support.ts";

export type Digits = readonly number[];

export interface Made {
  /** Scores by proxy; undefined where the proxy fails. @default nwot: {@link twos} */
  readonly scores?: (digits: Digits) => Readonly<Record<string, number | undefined>>;
  /** @default there is none, and it must not be asked for */
  readonly latency?: (digits: Digits) => number;
  /** Called with every architecture that is scored. */
  readonly onScore?: (text: string) => void;
}

/** How many of the eight positions hold the larger block: 8 at most. */
export const twos = (digits: Digits): number => digits.filter((digit) => digit === 2).length;

export function madeUp({ scores, latency, onScore }: Made = {}): Evaluator<Digits> {
  return {
    score: (digits) => {
      onScore?.(digits.join(""));
      const own = scores?.(digits) ?? { nwot: twos(digits) };
      const note = Object.values(own).some((score) => score === undefined) ? { note: "it failed" } : {};
      return { scores: new Map(Object.entries(own)), ...note };
    },
    latency: (digits) => {
      if (latency === undefined) throw new Error("nothing limits latency, yet it is measured");
      return latency(digits);
    },
    [Symbol.dispose]: () => {},
  };
}

export type Asked = Pick<GuidedSearchOptions<Digits>, "strategy" | "evaluations"> &
  Partial<Omit<GuidedSearchOptions<Digits>, "fitness">> & { readonly fitness?: string };

export const macroSearch = ({ fitness = "nwot", ...asked }: Asked): GuidedSearch<Digits> =>
  new GuidedSearch({
    space: nasbenchMacro,
    task: nasbenchMacro.defaults,
    evaluator: madeUp(),
    limits: {},
    seed: 1,
    ...asked,
    fitness: fitnessOf(fitness),
  });

/** All events to the end; the search is disposed of. */
export function run(search: GuidedSearch<Digits>): SearchEvent[] {
  const events: SearchEvent[] = [];
  while (!search.finished) events.push(...search.step());
  expect(search.progress.done).toBe(search.progress.total);
  expect(search.step()).toEqual([]);
  search.dispose();
  return events;
}

export const candidatesOf = (events: readonly SearchEvent[]): CandidateEvent[] => ofType(events, "candidate");
