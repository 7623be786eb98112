/** Regularized evolution: who is alive, who wins a tournament, and what comes of it. */
import { describe, expect, it, test } from "vitest";
import { evolutionStrategy } from "../../src/guided/regularized-evolution.ts";
import { MOST_TRIES } from "../../src/guided/strategy.ts";
import { Random } from "../../src/random.ts";
import { nasbenchMacro } from "../../src/spaces/nasbench-macro.ts";
import { fromScore } from "../../src/statistics/score.ts";
import { ofType } from "../methods/support.ts";
import { candidatesOf, type Digits, macroSearch, run, twos } from "./support.ts";

/** A history whose candidates have the given fitness. */
const history = (fitness: readonly number[]) => {
  const random = Random.stream(9, "test/history");
  const architectures = fitness.map(() => nasbenchMacro.random(random));
  return { architectures, parents: fitness.map(() => undefined), fitness: () => fitness };
};

const differing = (a: Digits, b: Digits): number => a.filter((digit, i) => digit !== b[i]).length;

describe("a tournament", () => {
  it("of one is a uniform draw from the last P candidates: the older ones are dead", () => {
    const [population, age] = [20, 100];
    const strategy = evolutionStrategy(nasbenchMacro, population, 1);
    const random = Random.stream(1, "test");
    const past = history(Array.from({ length: age }, () => 0));
    const counts = new Array<number>(age).fill(0);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const parent = strategy.propose(past, 0, random)?.parent as number;
      counts[parent] = (counts[parent] as number) + 1;
    }
    expect(counts.slice(0, age - population).every((count) => count === 0)).toBe(true);
    // χ² with 19 degrees of freedom exceeds 43.8 once in a thousand.
    const expected = draws / population;
    const statistic = counts.slice(-population).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(statistic).toBeLessThan(43.8);
  });

  it("of S is won by the k-th of P or a worse one with probability (k/P)^S", () => {
    const [population, tournament, draws] = [10, 3, 20_000];
    const strategy = evolutionStrategy(nasbenchMacro, population, tournament);
    // The oldest of those alive is the worst; the dead one before them would win every tournament.
    const past = history([1000, ...Array.from({ length: population }, (_, i) => i)]);
    const random = Random.stream(2, "test");
    const ranks = Array.from({ length: draws }, () => strategy.propose(past, 0, random)?.parent as number);
    for (let k = 1; k <= population; k++) {
      const share = ranks.filter((rank) => rank <= k).length / draws;
      const exact = (k / population) ** tournament;
      // Four standard deviations of a share.
      expect(Math.abs(share - exact), `rank ${k}`).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / draws) + 1e-12);
    }
  });

  it("is never won by a candidate without a score while there is one that has one", () => {
    const strategy = evolutionStrategy(nasbenchMacro, 4, 40);
    const past = history([5, Number.NEGATIVE_INFINITY, -1e300, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    const random = Random.stream(3, "test");
    for (let i = 0; i < 200; i++) expect(strategy.propose(past, 0, random)?.parent).toBe(2);
  });
});

test("the first P candidates are random, each later one a mutant of one that is alive", () => {
  const population = 12;
  const candidates = candidatesOf(
    run(macroSearch({ strategy: evolutionStrategy(nasbenchMacro, population, 4), evaluations: 80 })),
  );
  expect(candidates).toHaveLength(80);
  for (const { index, architecture, parent } of candidates) {
    if (index < population) {
      expect(parent).toBeUndefined();
      continue;
    }
    expect(parent).toBeGreaterThanOrEqual(index - population);
    expect(parent).toBeLessThan(index);
    const made = nasbenchMacro.parse(candidates[parent as number]?.architecture as string);
    expect(differing(nasbenchMacro.parse(architecture), made)).toBe(1);
  }
});

test("it climbs to the only optimum of 6,561", () => {
  const evolved = run(macroSearch({ strategy: evolutionStrategy(nasbenchMacro, 20, 6), evaluations: 400 }));
  const [answer] = ofType(evolved, "answer");
  expect(answer).toMatchObject({ architecture: "22222222", fitness: { name: "nwot", value: 8 } });
  expect(answer?.cells).toBeUndefined();
});

test("the answer is the best of the whole history, which has died of age long before the end", () => {
  const events = run(macroSearch({ strategy: evolutionStrategy(nasbenchMacro, 5, 5), evaluations: 300, seed: 4 }));
  const scores = candidatesOf(events).map(({ scores: { nwot } }) => fromScore(nwot as number));
  const [answer] = ofType(events, "answer");
  expect(answer?.proposal).toBe(scores.indexOf(Math.max(...scores)));
  expect(answer?.proposal).toBeLessThan(295);
});

test("where every mutant is turned down random architectures follow, and then it gives up", () => {
  const strategy = evolutionStrategy(nasbenchMacro, 2, 2);
  const random = Random.stream(5, "test");
  const past = history([1, 2, 3]);
  expect(strategy.propose(past, MOST_TRIES - 1, random)?.parent).toBeDefined();
  const drawn = strategy.propose(past, MOST_TRIES, random);
  expect(drawn?.architecture).toHaveLength(8);
  expect(drawn?.parent).toBeUndefined();
  expect(strategy.propose(past, 2 * MOST_TRIES, random)).toBeUndefined();
  // While the population is not complete it is the other way round.
  const young = history([1]);
  expect(strategy.propose(young, 0, random)?.parent).toBeUndefined();
  expect(strategy.propose(young, MOST_TRIES, random)?.parent).toBe(0);
});

test("a network that was evaluated before counts again, with the scores of then", () => {
  const scored: string[] = [];
  const seen = new Map<string, unknown>();
  const search = macroSearch({
    strategy: evolutionStrategy(nasbenchMacro, 10, 10),
    evaluations: 200,
    evaluator: {
      score: (digits) => {
        const text = nasbenchMacro.format(nasbenchMacro.canonical?.(digits) ?? digits);
        scored.push(text);
        return { scores: new Map([["nwot", twos(digits)]]) };
      },
      latency: () => 0,
      [Symbol.dispose]: () => {},
    },
  });
  const candidates = candidatesOf(run(search));
  expect(candidates).toHaveLength(200);
  expect(new Set(scored).size).toBe(scored.length);
  expect(scored.length).toBeLessThan(200);
  for (const { architecture, scores } of candidates) {
    const key = nasbenchMacro.format(nasbenchMacro.canonical?.(nasbenchMacro.parse(architecture)) as Digits);
    if (seen.has(key)) expect(scores).toEqual(seen.get(key));
    seen.set(key, scores);
  }
});
