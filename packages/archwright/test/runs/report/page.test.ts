/** The report page as HTML: what it says of finished and unfinished runs, escaping, and that it is self-contained. */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { renderPage } from "../../../src/runs/report/page.ts";
import { writeReport } from "../../../src/runs/report/write-report.ts";
import { dartsTemplates, fakeSearch, formatDarts, formatNasBench201, nasBench201Template } from "./fixtures.ts";
import { answerOf, fakeArchitecture, fakeRun, lines, writeRun } from "./run-directory.ts";

const open = (html: string): Document => new JSDOM(html).window.document;
const events = fakeSearch([nasBench201Template], { seed: 1, proposals: 4, format: formatNasBench201 });
const templates = [nasBench201Template];

describe("a finished run", () => {
  const benchmark = {
    name: "NAS-Bench-201",
    table: "nasbench201",
    metrics: { "cifar10-test": 93.76, "imagenet16-120-test": null },
  };
  const architecture = fakeArchitecture(answerOf(events), { benchmark, score: 160123.456 });
  const html = renderPage({ run: fakeRun(templates), architecture, events, unknownEvents: 0 });
  const page = open(html);
  const text = page.body.textContent ?? "";

  test("says what was found", () => {
    expect(page.querySelector("pre")?.textContent).toBe(answerOf(events).architecture);
    expect(text).toContain("1.07 M");
    expect(text).toContain("153 M");
    expect(text).toContain("93.76");
    expect(text).toContain("not in the table");
    expect(page.querySelector(".notice")).toBeNull();
  });

  test("unfolds the answer's decisions and folds the others", () => {
    const unfolded = [...page.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);
    expect(unfolded).toHaveLength(1);
    expect(unfolded[0]).toMatch(`Proposal ${answerOf(events).proposal}the answer`);
    expect(page.querySelectorAll("details")).toHaveLength(4);
  });

  test("lists nested settings by their path, and the command to repeat", () => {
    expect(text).toContain("validation.batchSize");
    expect([...page.querySelectorAll("pre")].at(-1)?.textContent).toBe(fakeRun(templates).request.command);
  });

  test("needs nothing from outside and has no script", () => {
    expect(page.querySelector("script, link, img, iframe, object")).toBeNull();
    expect(html).not.toMatch(/url\(|@import|\ssrc=|\shref=/);
    expect(html).toContain("default-src 'none'");
  });
});

test("an answer that no image passes is no success on the page either", () => {
  const notes = [{ kind: "disconnected", message: "the architecture has no path" }];
  const page = open(renderPage({ run: { ...fakeRun(templates), notes }, events, unknownEvents: 0 }));
  expect(page.querySelector("header .notice.failed")?.textContent).toBe("No success: the architecture has no path.");
});

test("the notes of a run stand at its head, and all that they are about unfolds", () => {
  const files = ["a/1.bmp", "a/2.bmp", "b/1.bmp", "b/<2>.bmp"];
  const notes = [
    { kind: "scaled", message: "40 images scaled" },
    { kind: "unread-files", message: "4 files passed over", items: files },
  ];
  const header = open(renderPage({ run: { ...fakeRun(templates), notes }, events, unknownEvents: 0 })).querySelector(
    "header",
  );
  expect(header?.textContent).toContain("Note: 40 images scaled");
  expect(header?.querySelector("summary")?.textContent).toBe("Note: 4 files passed over");
  expect([...(header?.querySelectorAll("li") ?? [])].map((item) => item.textContent)).toEqual(files);
});

test("the same architecture proposed twice is one row that counts both", () => {
  const first = events.find((event) => event.type === "proposal");
  if (first?.type !== "proposal") throw new Error("the fixture has proposals");
  const again = [...events.slice(0, -1), { ...first, proposal: 4 }, ...events.slice(-1)];
  const page = open(renderPage({ run: fakeRun(templates), events: again, unknownEvents: 0 }));
  const rows = [...page.querySelectorAll("td:first-child")].map((cell) => cell.textContent);
  expect(rows).toContain("0, 4");
  expect(page.body.textContent).toContain("made 5 proposals, 4 of them distinct");
});

describe("unfinished runs show what is there and say so", () => {
  const darts = fakeSearch(dartsTemplates, { seed: 2, proposals: 2, format: formatDarts });
  test.each([
    ["running", undefined, "was still running when this page was made, after 3 min 12 s"],
    ["interrupted", undefined, "was interrupted after 3 min 12 s"],
    ["failed", "the disk is full", "failed after 3 min 12 s: the disk is full"],
  ] as const)("%s", (status, error, words) => {
    const run = fakeRun(dartsTemplates, { status, ...(error === undefined ? {} : { error }) });
    const page = open(renderPage({ run, events: darts.slice(0, 45), unknownEvents: 1 }));
    expect(page.querySelector(".notice")?.textContent).toContain(words);
    expect(page.querySelector("details[open] > summary")?.textContent).toContain("not complete");
    expect(page.querySelector("footer")?.textContent).toContain("1 event of types that this version");
  });

  test("with no event at all", () => {
    const page = open(renderPage({ run: fakeRun(templates, { status: "running" }), events: [], unknownEvents: 0 }));
    expect([...page.querySelectorAll("h2")].map((h) => h.textContent)).toEqual(["Settings", "How to repeat it"]);
  });
});

test("every text of the inputs is escaped", () => {
  const hostile = `</style><script>alert(1)</script><img src=x onerror='alert("1")'>&amp;`;
  const rename = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll("nor_conv_3x3", JSON.stringify(hostile).slice(1, -1)));
  const space = rename(templates);
  const run = fakeRun(space, {
    status: "failed",
    error: hostile,
    request: { command: hostile, space: hostile, method: hostile, data: hostile, seed: 0, device: hostile },
    settings: { [hostile]: hostile, list: [hostile] },
    versions: { archwright: hostile, libtorch: hostile, node: hostile },
    machine: { cpu: hostile, cores: 1, memoryBytes: 1, platform: hostile },
    startedAt: hostile,
  });
  const renamed = rename(events);
  const architecture = fakeArchitecture(answerOf(renamed), {
    forms: { [hostile]: hostile },
    benchmark: { name: hostile, table: hostile, metrics: { [hostile]: 1 } },
  });
  const page = open(renderPage({ run, architecture, events: renamed, unknownEvents: 0 }));
  expect(page.querySelector("script, img, [onerror]")).toBeNull();
  expect(page.title).toContain(hostile);
  expect(page.querySelector(".notice")?.textContent).toContain(hostile);
});

test("writeReport leaves report.html and nothing beside it", async () => {
  const directory = await writeRun(fakeRun(templates), lines(events), fakeArchitecture(answerOf(events)));
  try {
    await writeReport(directory);
    await writeReport(directory);
    expect((await readdir(directory)).sort()).toEqual(["architecture.json", "events.jsonl", "report.html", "run.json"]);
    const html = await readFile(join(directory, "report.html"), "utf8");
    expect(open(html).title).toBe("fake · zero-cost-pt · seed 3 – Archwright run");
  } finally {
    await rm(directory, { recursive: true });
  }
});
