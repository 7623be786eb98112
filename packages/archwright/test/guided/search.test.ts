/** Guided searches: distinct draws, limits, failures, aggregates, and continuing from any step. */
import { describe, expect, it, test } from "vitest";
import { randomStrategy } from "../../src/guided/random-search.ts";
import { evolutionStrategy } from "../../src/guided/regularized-evolution.ts";
import type { Strategy } from "../../src/guided/strategy.ts";
import { fitnessOf } from "../../src/proxies/fitness.ts";
import type { SearchEvent } from "../../src/search/events.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { nasbenchMacro } from "../../src/spaces/nasbench-macro.ts";
import { fromScore } from "../../src/statistics/score.ts";
import { ofType, restoreStored, type Stored, stored } from "../methods/support.ts";
import { type Asked, candidatesOf, type Digits, macroSearch, madeUp, run, twos } from "./support.ts";

const random = (): Strategy<Digits> => randomStrategy(nasbenchMacro);
const evolution = (): Strategy<Digits> => evolutionStrategy(nasbenchMacro, 8, 3);
const canonical = (text: string): string =>
  nasbenchMacro.format(nasbenchMacro.canonical?.(nasbenchMacro.parse(text)) as Digits);

/** The costs of every architecture, by text. */
const costs = new Map(
  [...(nasbenchMacro.enumerate?.() ?? [])].map((digits) => [
    nasbenchMacro.format(digits),
    architectureCost(nasbenchMacro, digits),
  ]),
);

describe("random search", () => {
  it("draws distinct networks, and ends early with all that there are: 3,969", () => {
    const events = run(macroSearch({ strategy: random(), evaluations: 5000 }));
    const networks = candidatesOf(events).map(({ architecture }) => canonical(architecture));
    expect(networks).toHaveLength(3969);
    expect(new Set(networks).size).toBe(3969);
    expect(ofType(events, "answer")[0]).toMatchObject({ architecture: "22222222", fitness: { value: 8 } });
  });

  it("ends early with exactly those within the limits", () => {
    const maxParams = 500_000;
    const exact = new Set(
      [...costs].flatMap(([text, cost]) => (cost.parameters <= maxParams ? [canonical(text)] : [])),
    );
    expect(exact.size).toBeGreaterThan(3);
    expect(exact.size).toBeLessThan(200);
    const events = run(macroSearch({ strategy: random(), evaluations: 1000, limits: { maxParams } }));
    expect(new Set(candidatesOf(events).map(({ architecture }) => canonical(architecture)))).toEqual(exact);
  });

  it("is the same for the same seed, another for another", () => {
    const events = (seed: number) => run(macroSearch({ strategy: random(), evaluations: 20, seed }));
    expect(events(3)).toEqual(events(3));
    expect(events(3)).not.toEqual(events(4));
  });
});

describe.each([
  ["random", random],
  ["evolution", evolution],
] as const)("%s", (_, strategy) => {
  it("keeps the limits in every candidate, and records its own costs", () => {
    const limits = { maxParams: 1_500_000, maxMacs: 55_000_000 };
    const candidates = candidatesOf(run(macroSearch({ strategy: strategy(), evaluations: 150, limits })));
    expect(candidates.length).toBe(150);
    for (const { architecture, parameters, macs, latency } of candidates) {
      expect(costs.get(architecture)).toEqual({ parameters, macs });
      expect(parameters).toBeLessThanOrEqual(limits.maxParams);
      expect(macs).toBeLessThanOrEqual(limits.maxMacs);
      expect(latency).toBeUndefined();
    }
  });

  it("refuses limits that nothing keeps before the first step, with the least there is", () => {
    const least = Math.min(...[...costs.values()].map(({ parameters }) => parameters));
    expect(() =>
      macroSearch({ strategy: strategy(), evaluations: 10, limits: { maxParams: 1000, maxMacs: 1e9 } }),
    ).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringContaining(
          `no architecture of nasbench-macro within --max-params 1,000, --max-macs 1,000,000,000 was found`,
        ),
        details: expect.objectContaining({ least: expect.objectContaining({ parameters: least }) }),
      }),
    );
    // The smallest network alone is found.
    const found = run(macroSearch({ strategy: strategy(), evaluations: 1, limits: { maxParams: least } }));
    expect(candidatesOf(found)[0]?.parameters).toBe(least);
  });

  it("keeps a limit of latency, measures no network twice, and says what was the fastest", () => {
    const measured: string[] = [];
    const latency = (digits: Digits): number => {
      measured.push(canonical(digits.join("")));
      return 1 + twos(digits);
    };
    const asked: Asked = {
      strategy: strategy(),
      evaluations: 60,
      limits: { maxLatency: 4 },
      evaluator: madeUp({ latency }),
    };
    const events = run(macroSearch(asked));
    const candidates = candidatesOf(events);
    expect(candidates).toHaveLength(60);
    for (const { architecture, latency: own } of candidates) {
      expect(own).toBe(1 + twos(nasbenchMacro.parse(architecture)));
      expect(own).toBeLessThanOrEqual(4);
    }
    expect(new Set(measured).size).toBe(measured.length);
    expect(ofType(events, "answer")[0]?.fitness?.value).toBe(3);
    const slow = macroSearch({ ...asked, limits: { maxLatency: 0.5 } });
    const until = () => {
      for (;;) expect(slow.step()).toEqual([]);
    };
    expect(until).toThrow(
      /within --max-latency 0\.5 was found among \d+; the least seen, for 10 classes, 32×32 pixels: 1\.00 ms/,
    );
  });

  it("of equally fit networks answers with the one that takes fewest multiply-adds, and says how many there were", () => {
    const evaluator = () => madeUp({ scores: (digits) => ({ nwot: digits[0] === 0 ? 1 : 2 }) });
    const events = run(macroSearch({ strategy: strategy(), evaluations: 60, evaluator: evaluator() }));
    const fit = new Map(
      candidatesOf(events)
        .filter(({ scores }) => scores.nwot === 2)
        .map(({ architecture, macs }) => [canonical(architecture), macs]),
    );
    const [answer] = ofType(events, "answer");
    expect(fit.size).toBeGreaterThan(5);
    expect(fit.get(canonical(answer?.architecture as string))).toBe(Math.min(...fit.values()));
    const leanest = [...fit.values()].filter((macs) => macs === Math.min(...fit.values())).length;
    expect(answer?.tie?.candidates).toBe(fit.size);
    expect(answer?.tie?.brokenBy === "multiply-adds").toBe(leanest === 1);
  });

  it("never answers with a candidate whose score is no number, and goes on after failures", () => {
    const scores = (digits: Digits) => ({
      nwot: digits[0] === 2 ? undefined : digits[1] === 2 ? Number.NaN : twos(digits),
    });
    const events = run(macroSearch({ strategy: strategy(), evaluations: 300, evaluator: madeUp({ scores }) }));
    expect(candidatesOf(events).some(({ scores: { nwot }, note }) => nwot === "NaN" && note === "it failed")).toBe(
      true,
    );
    const [answer] = ofType(events, "answer");
    expect(answer?.architecture).toMatch(/^[01][01]/);
    expect(answer?.fitness?.value).toBe(Math.max(...finite(events)));
  });

  it("fails with the reason where no candidate has a score", () => {
    const search = macroSearch({
      strategy: strategy(),
      evaluations: 20,
      evaluator: madeUp({ scores: () => ({ nwot: undefined }) }),
    });
    expect(() => run(search)).toThrow(
      expect.objectContaining({
        code: "training",
        message: expect.stringContaining("none of the 20 architectures has a score by nwot (it failed)"),
      }),
    );
  });

  it("takes the smaller of scores whose smaller is better", () => {
    const evaluator = madeUp({ scores: (digits) => ({ ntk: twos(digits) }) });
    const events = run(macroSearch({ strategy: strategy(), evaluations: 200, evaluator, fitness: "ntk" }));
    const least = Math.min(...candidatesOf(events).map(({ scores }) => fromScore(scores.ntk as number)));
    expect(ofType(events, "answer")[0]?.fitness).toEqual({ name: "ntk", value: -least });
  });

  it("ranks by an aggregate over the whole history at every step", () => {
    const scores = (digits: Digits) => ({ synflow: Number(digits.join("")) % 97, nwot: twos(digits) });
    const fitness = fitnessOf("synflow+nwot");
    const inner = strategy();
    const seen: (readonly number[])[] = [];
    const watching: Strategy<Digits> = {
      ...inner,
      propose: (history, tries, draws) => {
        if (history.architectures.length === seen.length) seen.push(history.fitness());
        return inner.propose(history, tries, draws);
      },
    };
    const asked = { strategy: watching, evaluations: 40, evaluator: madeUp({ scores }), fitness: fitness.name };
    const events = run(macroSearch(asked));
    const all = candidatesOf(events).map((candidate) => candidate.scores);
    expect(seen).toHaveLength(40);
    for (const [n, values] of seen.entries()) expect(values).toEqual(fitness.values(all.slice(0, n)));
    const last = fitness.values(all);
    const [answer] = ofType(events, "answer");
    expect(answer?.fitness).toEqual({ name: "synflow+nwot", value: Math.max(...last) });
    expect(answer?.proposal).toBe(last.indexOf(Math.max(...last)));
  });

  it("continues from any step to the same events and the same state, without measuring again", () => {
    const asked = (): Asked => ({
      strategy: strategy(),
      evaluations: 40,
      limits: { maxParams: 2_000_000, maxLatency: 5 },
    });
    const latency = (digits: Digits): number => 1 + twos(digits) + (digits[0] === 0 ? 0 : 0.5);
    const running = macroSearch({ ...asked(), evaluator: madeUp({ latency }) });
    const states: Stored[] = [];
    const events: (readonly SearchEvent[])[] = [];
    while (!running.finished) {
      states.push(stored(running.save()));
      events.push(running.step());
    }
    states.push(stored(running.save()));
    expect(events.some((own) => own.length === 0)).toBe(true);
    for (const [n, state] of states.entries()) {
      const known = new Set(Object.keys((JSON.parse(state.json) as { latencies: object }).latencies));
      const later = macroSearch({
        ...asked(),
        evaluator: madeUp({
          latency: (digits) => {
            expect(known.has(canonical(digits.join(""))), "measured again").toBe(false);
            return latency(digits);
          },
        }),
      });
      restoreStored(later, state);
      expect(stored(later.save())).toEqual(state);
      const rest: SearchEvent[] = [];
      while (!later.finished) rest.push(...later.step());
      expect(rest, `from step ${n}`).toEqual(events.slice(n).flat());
      expect(stored(later.save())).toEqual(states.at(-1));
    }
  });
});

const finite = (events: readonly SearchEvent[]): number[] =>
  candidatesOf(events)
    .map(({ scores }) => fromScore(scores.nwot ?? "NaN"))
    .filter(Number.isFinite);

test("the first random candidates of both are the same, so that they can be compared", () => {
  const first = (strategy: Strategy<Digits>) =>
    candidatesOf(run(macroSearch({ strategy, evaluations: 6 }))).map(({ architecture }) => architecture);
  expect(first(random())).toEqual(first(evolution()));
});
