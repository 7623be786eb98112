/** The part of the report about the supernet's training: what is read from the epochs, and what the page says. */
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { readCells } from "../../../src/runs/report/cell-history.ts";
import { renderPage } from "../../../src/runs/report/page.ts";
import { collapses, finetuningSpans, selectedStretches, thinned } from "../../../src/runs/report/training.ts";
import type { EpochEvent, SearchEvent } from "../../../src/search/events.ts";
import { darts } from "../../../src/spaces/darts.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import type { Space } from "../../../src/spaces/space.ts";
import { fakeEpochs, fakeMagnitudeSearch } from "./fake-training.ts";
import { answerOf, fakeArchitecture, fakeRun } from "./run-directory.ts";

/** Epochs of which only what the test is about differs. */
const [template] = fakeEpochs(nasbench201, { seed: 1, epochs: 1 }) as [EpochEvent];
const epochs = (changes: readonly Partial<EpochEvent>[]): EpochEvent[] =>
  changes.map((change, epoch) => ({ ...template, epoch, ...change }));
const withSkips = (skips: number): Partial<EpochEvent> => ({
  cells: { cell: { ...(template.cells.cell as EpochEvent["cells"][string]), skips } },
});

test("thinning keeps the ends and as many as asked for between them", () => {
  const items = Array.from({ length: 101 }, (_, i) => i);
  expect(thinned(items, 5)).toEqual([0, 25, 50, 75, 100]);
  expect(thinned(items, 101)).toBe(items);
  expect(thinned([7], 5)).toEqual([7]);
});

test("stretches of fine-tuning are counted from 1", () => {
  const phases = ["search", "finetune", "finetune", "search", "finetune"] as const;
  expect(finetuningSpans(epochs(phases.map((phase) => ({ phase }))))).toEqual([
    { from: 2, to: 3 },
    { from: 5, to: 5 },
  ]);
  expect(finetuningSpans(epochs([{}]))).toEqual([]);
});

test("the selected architecture is followed through its changes, back to an earlier one too", () => {
  const selected = ["a", "a", "b", "a"].map((architecture) => ({ architecture }));
  expect(selectedStretches(epochs(selected))).toEqual([
    { architecture: "a", from: 1, to: 2 },
    { architecture: "b", from: 3, to: 3 },
    { architecture: "a", from: 4, to: 4 },
  ]);
});

describe("a collapse is more than half of the kept edges, at the end", () => {
  test.each<[number[], number | undefined]>([
    [[0, 3, 4, 4], 3],
    [[4, 4], 1],
    [[4, 3, 5], 3],
    [[5, 3], undefined],
    [[0], undefined],
    [[], undefined],
  ])("skip connections %j of 6 edges: since epoch %j", (skips, since) => {
    const found = collapses(epochs(skips.map(withSkips)), { cell: 6 });
    expect(found.map((collapse) => collapse.since)).toEqual(since === undefined ? [] : [since]);
    if (since !== undefined) expect(found[0]).toMatchObject({ cell: "cell", skips: skips.at(-1), edges: 6 });
  });

  test("half is none, and a cell of unknown size has none", () => {
    expect(collapses(epochs([withSkips(4)]), { cell: 8 })).toEqual([]);
    expect(collapses(epochs([withSkips(5)]), { cell: 8 })).toHaveLength(1);
    expect(collapses(epochs([withSkips(8)]), {})).toEqual([]);
  });
});

test("an architecture's text is read by its space, and is left alone otherwise", () => {
  const [epoch] = fakeEpochs(darts, { seed: 4, epochs: 1 }) as [EpochEvent];
  expect(readCells("darts", epoch.architecture)?.normal?.choices).toHaveLength(8);
  expect(readCells("a space of one's own", epoch.architecture)).toBeUndefined();
  expect(readCells("nasbench201", "no architecture")).toBeUndefined();
});

function open(space: Space, events: readonly SearchEvent[], name = space.name): { page: Document; html: string } {
  const run = fakeRun(space.cells);
  const request = { ...run.request, space: name, method: "darts" };
  const finished = events.some(({ type }) => type === "answer");
  const html = renderPage({
    run: { ...run, request, status: finished ? "finished" : "interrupted" },
    ...(finished ? { architecture: fakeArchitecture(answerOf(events)) } : {}),
    events,
    unknownEvents: 0,
  });
  return { page: new JSDOM(html).window.document, html };
}

const texts = (page: Document, selector: string): (string | null)[] =>
  [...page.querySelectorAll(selector)].map(({ textContent }) => textContent);

describe("the page of a search by magnitude", () => {
  const events = fakeMagnitudeSearch(darts, { seed: 3, epochs: 8, finetune: 3 });
  const { page } = open(darts, events);
  const last = events.filter((event) => event.type === "epoch").at(-1) as EpochEvent;

  test("has a chart for each quantity that was measured, with its last value", () => {
    expect(texts(page, ".chart figcaption strong")).toEqual([
      "Loss",
      "Accuracy",
      "Entropy of the mixing weights",
      "Skip connections that would be selected",
      "Gradient norm of the weights",
      "Gradient norm of α",
      "Learning rate of the weights",
      "Perturbation radius",
    ]);
    const loss = page.querySelector(".chart figcaption")?.textContent;
    expect(loss).toContain(`training ${Number(last.train.loss.toPrecision(3))}`);
    expect(page.querySelector(".chart > svg")?.getAttribute("aria-label")).toMatch(
      /^Loss, epochs 1 to 11\. training: /,
    );
    expect(page.body.textContent).toContain("8 epochs of search and 3 of fine-tuning, in minibatches of 64 images.");
    expect(page.querySelectorAll(".chart rect").length).toBe(8);
  });

  test("has a panel for each edge, a line for each operation, and one key for each cell", () => {
    const panels = [...page.querySelectorAll(".panel")];
    expect(panels).toHaveLength(2 * 14);
    for (const panel of panels) {
      expect(panel.querySelectorAll('g[aria-label="line"]')).toHaveLength(8);
      expect(panel.querySelector("svg")?.getAttribute("aria-label")).toMatch(
        /^Mixing weights on the edge .*, epochs 1 to 11/,
      );
    }
    expect(page.querySelectorAll("p.line-keys")).toHaveLength(2);
    const key = page.querySelector("p.line-keys") as Element;
    const styles = [...key.querySelectorAll("path")].map(
      (p) => `${p.getAttribute("stroke")} ${p.getAttribute("stroke-dasharray")}`,
    );
    expect(new Set(styles).size).toBe(8);
  });

  test("draws the cells at a handful of epochs, the first and the last among them", () => {
    const stretches = selectedStretches(events.filter((event) => event.type === "epoch"));
    const moments = texts(page, ".moment h4");
    expect(moments.length).toBe(Math.min(6, stretches.length));
    expect(moments[0]).toMatch(/^Epochs? 1\b/);
    expect(moments.at(-1)).toMatch(/\b11\b/);
    expect(page.querySelectorAll(".moment svg.aw-cell")).toHaveLength(2 * moments.length);
    expect(page.body.textContent).toContain(`would select changed ${stretches.length - 1} times`);
  });

  test("says what the decisions compared: weights, of which the largest stays", () => {
    const text = page.body.textContent ?? "";
    expect(text).toContain("A score is the operation's mixing weight");
    expect(text).toContain("normal cell: the strongest");
    expect(text).not.toContain("supernet without");
    expect(text).not.toMatch(/collapse/);
  });

  test("has no table of proposals where there was one and nothing to compare", () => {
    expect(page.body.textContent).toContain("The search made one proposal, which is its answer");
    expect(page.body.textContent).not.toContain("Validation score");
  });
});

test("a collapsed cell is warned of in plain words", () => {
  const events = fakeMagnitudeSearch(nasbench201, { seed: 3, epochs: 12, skipDrift: 0.3 });
  const { page } = open(nasbench201, events);
  const notice = page.querySelector('.notice[role="note"]')?.textContent;
  expect(notice).toMatch(
    /^Skip connections dominate the cell: 6 of its 6 edges would be one, and more than half have been since epoch \d+\./,
  );
});

test("a run that was stopped after its first epoch, of a space this version does not know", () => {
  const events = fakeEpochs(nasbench201, { seed: 5, epochs: 1 });
  const { page } = open(nasbench201, events, "a space of one's own");
  expect(texts(page, "h2")).toEqual(["Training", "Settings", "How to repeat it"]);
  expect(page.body.textContent).toContain("1 epoch of search");
  expect(page.body.textContent).toContain("was the same after every epoch");
  expect(page.querySelector(".moment code")?.textContent).toBe(events[0]?.architecture);
});

test("a loss that is not finite, null in JSON, leaves a gap", () => {
  const [first, second] = fakeEpochs(nasbench201, { seed: 5, epochs: 2 }) as [EpochEvent, EpochEvent];
  const broken = JSON.parse(JSON.stringify({ ...second, train: { loss: Number.NaN, accuracy: 0.1 } }));
  const { page } = open(nasbench201, [first, broken]);
  expect(page.querySelector("details table")?.textContent).toContain("not finite · 10.00 %");
  expect(page.querySelector(".chart > svg path")?.getAttribute("d")).not.toContain("NaN");
});

test("the page of a long search stays small: 50 epochs of the DARTS space under 1.5 MB", () => {
  const { html } = open(darts, fakeMagnitudeSearch(darts, { seed: 6, epochs: 50 }));
  expect(Buffer.byteLength(html)).toBeLessThan(1.5e6);
});

test("and of a very long one it hardly grows", () => {
  const { html } = open(nasbench201, fakeEpochs(nasbench201, { seed: 6, epochs: 2000 }));
  expect(Buffer.byteLength(html)).toBeLessThan(0.5e6);
});
