/** The part of the report on guided searches: fronts that no candidate beats, the plots, the table. */
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, it, test } from "vitest";
import { fitnessOf } from "../../../src/proxies/fitness.ts";
import { costAxes, paretoFront, type RankedCandidate, rankedCandidates } from "../../../src/runs/report/candidates.ts";
import { renderPage } from "../../../src/runs/report/page.ts";
import type { CandidateEvent, SearchEvent } from "../../../src/search/events.ts";
import { fakeRun } from "./run-directory.ts";

const [parameters] = costAxes as [(typeof costAxes)[number]];

const candidate = (index: number, cost: number, nwot: CandidateEvent["scores"][string]): CandidateEvent => ({
  type: "candidate",
  index,
  architecture: `architecture-${index}`,
  parameters: cost,
  macs: 1000 - cost,
  scores: { nwot, synflow: index },
});

describe("the Pareto front", () => {
  const point = fc.record({
    cost: fc.integer({ min: 0, max: 6 }),
    fitness: fc.constantFrom(-2, -1, 0, 1, 2, 3, Number.NEGATIVE_INFINITY),
  });

  it("holds one of every kind that nothing beats, cheapest first, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const all = points.map(
          ({ cost, fitness }, i): RankedCandidate => ({ ...candidate(i, cost, 0), fitness, isAnswer: false }),
        );
        const pairs = paretoFront(all, parameters).map((each) => `${each.parameters} ${each.fitness}`);
        const unbeaten = all.filter(
          (one) =>
            Number.isFinite(one.fitness) &&
            !all.some(
              (other) =>
                other.parameters <= one.parameters &&
                other.fitness >= one.fitness &&
                (other.parameters < one.parameters || other.fitness > one.fitness),
            ),
        );
        const expected = [...new Set(unbeaten.map((each) => `${each.parameters} ${each.fitness}`))];
        expect(pairs).toEqual(expected.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)));
      }),
    );
  });
});

test("the fitness of an aggregate is that over all candidates there are", () => {
  const events = [candidate(0, 1, 5), candidate(1, 2, 9), candidate(2, 3, "NaN")];
  const ranked = rankedCandidates(events, fitnessOf("synflow+nwot"));
  expect(ranked.map(({ fitness }) => fitness)).toEqual([1 + 2, 2 + 3, 3 + 1]);
});

const events: SearchEvent[] = [
  candidate(0, 300, 2),
  candidate(1, 100, 1),
  candidate(2, 200, 0.5),
  candidate(3, 500, "NaN"),
  candidate(4, 400, 3),
  { type: "answer", proposal: 4, architecture: "architecture-4", fitness: { name: "nwot", value: 3 } },
];
const run = (fitness: string) => fakeRun([], { settings: { fitness } });
const page = (fitness: string, own: readonly SearchEvent[] = events) =>
  new JSDOM(renderPage({ run: run(fitness), events: own, unknownEvents: 0 })).window.document;
const rows = (document: Document): string[][] =>
  [...document.querySelectorAll("table.front tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""),
  );

describe("the page of a guided search", () => {
  it("has a plot for each cost and for the best so far, and the front's architectures with the answer", () => {
    const document = page("nwot");
    const captions = [...document.querySelectorAll(".fronts figcaption")].map((caption) => caption.textContent);
    expect(captions).toEqual(["Against parameters", "Against multiply-adds", "Best so far"]);
    expect(document.querySelector(".fronts svg")?.getAttribute("aria-label")).toBe(
      "Fitness against parameters: 4 candidates, 3 on the Pareto front, from 1.00000 to 3.00000",
    );
    // Against parameters 1, 0 and 4; against multiply-adds, which fall, 4 alone.
    expect(rows(document).map(([index]) => index)).toEqual(["1", "0", "4"]);
    expect(document.querySelector("tr.answer td")?.textContent).toBe("4");
    expect(document.body.textContent).toContain("1 without a finite fitness are not drawn");
    expect([...document.querySelectorAll("h2")].map((h) => h.textContent)).not.toContain("Proposals");
  });

  it("shows latency where it was measured, and ranks without a best so far", () => {
    const measured = events.map((event) =>
      event.type === "candidate" ? { ...event, latency: event.index + 1 } : event,
    );
    const document = page("synflow+nwot", measured);
    const captions = [...document.querySelectorAll(".fronts figcaption")].map((caption) => caption.textContent);
    expect(captions).toEqual(["Against parameters", "Against multiply-adds", "Against latency, ms"]);
    expect(document.body.textContent).toContain("from the ranks of synflow, nwot among all candidates");
    expect(rows(document)[0]).toHaveLength(7);
  });

  it("says so where it does not know the fitness", () => {
    const document = page("of-a-later-version");
    expect(document.body.textContent).toContain("does not know their fitness, of-a-later-version");
  });

  it("can be made while nothing has a score yet, and before the answer", () => {
    expect(page("nwot", [candidate(0, 1, "NaN")]).querySelector(".fronts svg")).toBeNull();
    expect(page("nwot", events.slice(0, 2)).querySelectorAll(".fronts svg")).toHaveLength(3);
  });
});
