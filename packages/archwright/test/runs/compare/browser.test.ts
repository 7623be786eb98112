/** The page of a comparison in a real browser: fits, needs nothing, and its links lead to the reports. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOutcomes, summarize } from "../../../src/runs/compare/outcomes.ts";
import { comparisonPage } from "../../../src/runs/compare/page.ts";
import { plannedRuns } from "../../../src/runs/compare/request.ts";
import { shownMetrics } from "../../../src/runs/table-values.ts";
import { newRunFile } from "../fake-run.ts";
import { executablePath, launch, suiteName, visit } from "../report/chromium.ts";
import { nasBench201Text } from "../report/fixtures.ts";

describe.skipIf(executablePath === undefined)(suiteName("a comparison in Chromium"), { timeout: 60_000 }, () => {
  let browser: Browser;
  let directory: string;
  let url: string;

  beforeAll(async () => {
    browser = await launch();
    directory = await mkdtemp(join(tmpdir(), "archwright-compare-"));
    const methods = ["darts", "sdarts-rs", "darts:update=second-order"];
    const request = { command: "archwright compare", space: "nasbench201", methods, seeds: [0, 1, 2], data: "demo" };
    const comparison = { format: 1, request, startedAt: new Date(0).toISOString(), failures: {} } as const;
    const metrics = shownMetrics({ name: "nasbench201", table: "nasbench201", metrics: {} });
    for (const [i, { folder }] of plannedRuns(request).entries()) {
      const path = join(directory, folder);
      mkdirSync(path);
      const values = Object.fromEntries(metrics.map(({ name }, m) => [name, 60 + 5 * m + i]));
      const found = {
        architecture: nasBench201Text,
        forms: {},
        cells: {},
        task: { classes: 10, imageSize: 32 },
        parameters: 1e6 + i,
        macs: 1e8,
      };
      const benchmark = { name: "nasbench201", table: "nasbench201", metrics: values };
      writeFileSync(join(path, "run.json"), JSON.stringify({ ...newRunFile(), status: "finished" }));
      writeFileSync(
        join(path, "architecture.json"),
        JSON.stringify({ format: 1, space: "nasbench201", ...found, benchmark }),
      );
      writeFileSync(join(path, "report.html"), `<title>${folder}</title>`);
    }
    const outcomes = readOutcomes(directory, comparison);
    const page = comparisonPage(comparison, summarize(methods, outcomes, metrics), outcomes, metrics);
    writeFileSync(join(directory, "report.html"), page);
    url = pathToFileURL(join(directory, "report.html")).href;
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  test.each([390, 1300])("loads one file, without complaints, and fits a window of %i pixels", async (width) => {
    const { page, requests, complaints, close } = await visit(browser, url, { scheme: "dark", width });
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await close();
  });

  test("a dot for each run stands inside its plot, more accurate ones further right", async () => {
    const { page, close } = await visit(browser, url, { scheme: "light" });
    const plots = await page.evaluate(() =>
      [...document.querySelectorAll(".plots svg")].map((svg) => {
        const whole = svg.getBoundingClientRect();
        const dots = [...svg.querySelectorAll("circle")].map((dot) => {
          const { left, right } = dot.getBoundingClientRect();
          return { x: (left + right) / 2, inside: left > whole.left && right < whole.right, title: dot.textContent };
        });
        return dots;
      }),
    );
    expect(plots).toHaveLength(5);
    for (const dots of plots) {
      expect(dots).toHaveLength(9);
      expect(dots.every(({ inside }) => inside)).toBe(true);
      const value = (title: string | null): number => Number(/: ([\d.]+) %/.exec(title ?? "")?.[1]);
      const order = dots.toSorted((a, b) => value(a.title) - value(b.title)).map(({ x }) => x);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    await close();
  });

  test("its links open the runs' reports", async () => {
    const { page, close } = await visit(browser, url, { scheme: "light" });
    await page.click('a[href="darts-update-second-order-2/report.html"]');
    expect(await page.title()).toBe("darts-update-second-order-2");
    await close();
  });
});
