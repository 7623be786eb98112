/** The report in a real browser, headless Chromium with scripts off: what a reader sees. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "../../../src/runs/report/write-report.ts";
import type { CellTemplate } from "../../../src/spaces/space.ts";
import { executablePath, launch, visit as open, suiteName, type Visit } from "./chromium.ts";
import { channels, contrast } from "./contrast.ts";
import { dartsTemplates, fakeSearch, formatDarts, formatNasBench201, nasBench201Template } from "./fixtures.ts";
import { answerOf, fakeArchitecture, fakeRun, lines, writeRun } from "./run-directory.ts";

const spaces: Record<string, { templates: readonly CellTemplate[]; format: typeof formatDarts }> = {
  darts: { templates: dartsTemplates, format: formatDarts },
  nasbench201: { templates: [nasBench201Template], format: formatNasBench201 },
};

describe.skipIf(executablePath === undefined)(suiteName("the report in Chromium"), { timeout: 60_000 }, () => {
  let browser: Browser;
  const directories: Record<string, string> = {};

  beforeAll(async () => {
    browser = await launch();
    for (const [space, { templates, format }] of Object.entries(spaces)) {
      const events = fakeSearch(templates, { seed: 2, proposals: 3, format });
      const directory = await writeRun(fakeRun(templates), lines(events), fakeArchitecture(answerOf(events)));
      await writeReport(directory);
      directories[space] = directory;
    }
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    for (const directory of Object.values(directories)) await rm(directory, { recursive: true });
  });

  const urlOf = (space: string): string => pathToFileURL(join(directories[space] as string, "report.html")).href;
  const visit = (space: string, options: Parameters<typeof open>[2]): Promise<Visit> =>
    open(browser, urlOf(space), options);

  test.each(Object.keys(spaces))(
    "%s: loads one file, without complaints, and fits narrow and wide windows",
    async (space) => {
      for (const width of [390, 1200]) {
        const { page, requests, complaints, close } = await visit(space, { scheme: "light", width, unfold: true });
        expect(requests).toEqual([urlOf(space)]);
        expect(complaints).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await close();
      }
    },
  );

  test.each(Object.keys(spaces))("%s: labels stay inside their boxes and clear of each other", async (space) => {
    const { page, close } = await visit(space, { scheme: "light", unfold: true });
    expect(await crowded(page)).toEqual([]);
    await close();
  });

  test("heat maps are coloured, from pale to strong", async () => {
    const { page, close } = await visit("darts", { scheme: "dark" });
    const cells = await page.evaluate(() =>
      [...document.querySelectorAll("details[open] .aw-heat .aw-c")].map((rect) => {
        const style = getComputedStyle(rect);
        return { fill: style.fill, opacity: Number(style.fillOpacity) };
      }),
    );
    expect(cells.length).toBeGreaterThanOrEqual(2 * 14 * 7);
    expect(new Set(cells.map((cell) => cell.fill))).toEqual(new Set(["rgb(74, 155, 238)"]));
    expect(new Set(cells.map((cell) => cell.opacity)).size).toBeGreaterThan(20);
    await close();
  });

  test.each(["light", "dark"] as const)("numbers in heat maps can be read on their ground, %s", async (scheme) => {
    const { page, close } = await visit("darts", { scheme });
    const pairs = await page.evaluate(() => {
      const ground = getComputedStyle(document.body).backgroundColor;
      return [...document.querySelectorAll("details[open] .aw-heat g")].flatMap((cell) => {
        const [rect, text] = [cell.querySelector(".aw-c"), cell.querySelector("text")];
        if (rect === null || text === null) return [];
        const { fill, fillOpacity } = getComputedStyle(rect);
        return [{ ground, fill, opacity: Number(fillOpacity), ink: getComputedStyle(text).fill }];
      });
    });
    expect(pairs.length).toBe(2 * (3 + 4 + 5));
    for (const { ground, fill, opacity, ink } of pairs) {
      const [under, over] = [channels(ground), channels(fill)];
      const mixed = over.map((value, i) => value * opacity + (under[i] as number) * (1 - opacity));
      expect(contrast(mixed, channels(ink))).toBeGreaterThanOrEqual(4.5);
    }
    await close();
  });

  test.each(["light", "dark"] as const)("screenshot, %s: not blank, many colours, the right ground", async (scheme) => {
    const { page, close } = await visit("nasbench201", { scheme });
    const picture = await page.screenshot({ fullPage: true });
    await close();
    const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const colours = new Map<number, number>();
    for (let i = 0; i < data.length; i += 3) {
      const colour = ((data[i] as number) << 16) | ((data[i + 1] as number) << 8) | (data[i + 2] as number);
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    const [ground, area] = [...colours].sort((a, b) => b[1] - a[1])[0] as [number, number];
    expect(info.width).toBe(1200);
    expect(info.height).toBeGreaterThan(1500);
    expect(ground).toBe(scheme === "light" ? 0xffffff : 0x15181d);
    expect(area).toBeLessThan(0.97 * info.width * info.height);
    expect([...colours.values()].filter((count) => count >= 50).length).toBeGreaterThan(24);
  });
});

/** Labels of the cell drawings that leave their boxes or meet another box or label, as the browser measures them. */
function crowded(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const meet = (a: DOMRect, b: DOMRect): boolean =>
      a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
    for (const svg of document.querySelectorAll<SVGSVGElement>("svg.aw-cell")) {
      const groups = [...svg.querySelectorAll("g")].filter((group) => group.querySelector("text") !== null);
      const boxes = groups.map((group) => {
        const text = (group.querySelector("text") as SVGTextElement).getBBox();
        const rect = (group.querySelector("rect") as SVGRectElement).getBBox();
        const inside =
          text.x >= rect.x && text.x + text.width <= rect.x + rect.width && text.y >= rect.y - 1 && text.width > 4;
        if (!inside) found.push(`${group.textContent} leaves its box`);
        return rect;
      });
      for (const [i, box] of boxes.entries()) {
        for (let j = i + 1; j < boxes.length; j++) {
          if (meet(box, boxes[j] as DOMRect)) found.push(`${groups[i]?.textContent} meets ${groups[j]?.textContent}`);
        }
      }
    }
    return found;
  });
}
