/** `archwright train`, then `archwright evaluate`, as a person would call them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";
import { CELL } from "../training/networks/support.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const tiny = ["--set", "network.channels=4", "--set", "network.cells=1", "--set", "epochs=1", "--set", "batch=16"];
const subject = ["--space", "nasbench201", "--arch", CELL, "--data", "noise:40", "--preset", "quick"];

test("train, then evaluate: accuracy, page and numbers", { timeout: 300_000 }, async () => {
  const out = join(temporaryFolder(), "run");
  const trained = await start(main, ["train", ...subject, ...tiny, "--out", out]).ended;
  expect(trained).toMatchObject({ status: 0 });
  expect(trained.stdout).toMatch(/test accuracy +\d+\.\d\d % \(95 % interval/);
  const evaluated = await start(main, ["evaluate", out, "--weights", "last", "--json"]).ended;
  expect(evaluated.status).toBe(0);
  const { evaluation, report } = JSON.parse(evaluated.stdout);
  expect(evaluation.confusion.flat().reduce((a: number, b: number) => a + b)).toBe(evaluation.overall.images);
  expect(evaluation).toMatchObject({ weights: "last", parameters: 8366, overall: { images: 10 } });
  expect(readFileSync(report, "utf8")).toContain("data:image/png;base64,");
});
