/** The training part of the report in a real browser: fits, needs nothing, can be told apart. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "../../../src/runs/report/write-report.ts";
import { darts } from "../../../src/spaces/darts.ts";
import { executablePath, launch, suiteName, visit } from "./chromium.ts";
import { channels, contrast } from "./contrast.ts";
import { fakeMagnitudeSearch } from "./fake-training.ts";
import { answerOf, fakeArchitecture, fakeRun, lines, writeRun } from "./run-directory.ts";

describe.skipIf(executablePath === undefined)(suiteName("curves in Chromium"), { timeout: 60_000 }, () => {
  let browser: Browser;
  let directory: string;
  let url: string;

  beforeAll(async () => {
    browser = await launch();
    const events = fakeMagnitudeSearch(darts, { seed: 3, epochs: 20, finetune: 3, skipDrift: 0.1 });
    const run = fakeRun(darts.cells);
    const asked = { ...run, request: { ...run.request, space: "darts", method: "darts" } };
    directory = await writeRun(asked, lines(events), fakeArchitecture(answerOf(events)));
    await writeReport(directory);
    url = pathToFileURL(join(directory, "report.html")).href;
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  test.each([390, 1200])("loads one file, without complaints, and fits a window of %i pixels", async (width) => {
    const { page, requests, complaints, close } = await visit(browser, url, { scheme: "light", width, unfold: true });
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const outside = await page.evaluate(
      () =>
        [...document.querySelectorAll(".chart, .panel")].filter((figure) => {
          const picture = (figure.querySelector(":scope > svg") as Element).getBoundingClientRect();
          return picture.right > figure.getBoundingClientRect().right + 1 || picture.width < 120;
        }).length,
    );
    expect(outside).toBe(0);
    await close();
  });

  test.each(["light", "dark"] as const)("every line can be seen on the ground, %s", async (scheme) => {
    const { page, close } = await visit(browser, url, { scheme });
    const { ground, lines: drawn } = await page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      lines: [...document.querySelectorAll('.chart g[aria-label="line"], .panel g[aria-label="line"]')].map((line) => {
        const path = line.querySelector("path") as SVGPathElement;
        return { stroke: getComputedStyle(path).stroke, length: path.getTotalLength() };
      }),
    }));
    expect(drawn.length).toBeGreaterThan(2 * 14 * 8);
    for (const { stroke, length } of drawn) {
      expect(length).toBeGreaterThan(100);
      // The lines of "none" are faint on purpose, as in the drawings of cells.
      expect(contrast(channels(ground), channels(stroke))).toBeGreaterThan(1.8);
    }
    expect(new Set(drawn.map(({ stroke }) => stroke)).size).toBeGreaterThanOrEqual(7);
    await close();
  });

  test("fine-tuning has a ground of its own, at the right end", async () => {
    const { page, close } = await visit(browser, url, { scheme: "light" });
    const places = await page.evaluate(() =>
      [...document.querySelectorAll(".chart > svg")].map((svg) => {
        const [whole, shade] = [
          svg.getBoundingClientRect(),
          (svg.querySelector("rect") as Element).getBoundingClientRect(),
        ];
        return { from: (shade.left - whole.left) / whole.width, width: shade.width };
      }),
    );
    expect(places).toHaveLength(8);
    for (const { from, width } of places) {
      expect(from).toBeGreaterThan(0.8);
      expect(width).toBeGreaterThan(15);
    }
    await close();
  });
});
