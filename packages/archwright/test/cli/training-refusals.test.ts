/** Trainings that cannot be: one clear line, the right exit status, and nothing lost. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCheckpoint } from "../../src/runs/checkpoint.ts";
import { readRunFile, runPaths } from "../../src/runs/run-directory.ts";
import { start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const search = (more: readonly string[]) =>
  start(main, ["search", "--space", "nasbench201", "--data", "noise:64", "--preset", "small", ...more]).ended;

test.each<[readonly string[], 1 | 2, string]>([
  [
    ["--method", "darts", "--set", "batch=64"],
    1,
    "a batch of 64 is more than the 32 training images there are; lower the batch size or add images",
  ],
  [
    ["--method", "sgas", "--set", "batch=30"],
    1,
    "greedy's minibatches grow to 36 images, a half of the training images has 32; lower --set batch",
  ],
  [["--method", "darts", "--set", "epochz=3"], 2, 'did you mean "epochs"?'],
  [["--method", "darts", "--set", "weights.clip=0"], 2, "--set weights.clip=0: must be greater than 0"],
  [["--method", "darts", "--update", "first-ordr"], 2, 'unknown update "first-ordr"; did you mean "first-order"?'],
  [["--method", "darts", "--update", "first-order+noise"], 2, 'unknown addition to an update "noise"'],
  [
    ["--method", "darts", "--update", "first-order+adversarial+random-smoothing"],
    2,
    "adversarial and random-smoothing are both a perturbation; one is allowed",
  ],
  [["--method", "darts", "--update", "none+alignment"], 2, "none trains nothing that alignment could change"],
  [["--method", "darts", "--relaxation", "uniform"], 2, "first-order moves α, which uniform keeps fixed"],
  [["--method", "darts-pt", "--update", "none"], 2, "perturbation measures a trained supernet"],
  [["--method", "sgas", "--update", "none"], 2, "greedy decides between epochs of training"],
])("%j is refused before anything is written", async (more, status, message) => {
  const out = join(temporaryFolder(), "run");
  const ended = await search([...more, "--out", out]);
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split("\n").at(-1)).toContain("archwright: ");
  expect(ended).toMatchObject({ status, stdout: "" });
  expect(existsSync(out)).toBe(false);
});

test("a loss that becomes NaN ends the run with the step it came in; what was saved before stays", async () => {
  const out = join(temporaryFolder(), "run");
  const ended = await search([
    ...["--method", "darts", "--out", out, "--set", "batch=4", "--set", "stepsPerEpoch=3"],
    ...["--set", "weights.learningRate=1e30", "--set", "weights.clip=1e30"],
  ]);
  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(
    /loss or its gradient became (NaN|Infinity) in epoch 1, step \d: the supernet diverged; lower/,
  );
  expect(readRunFile(out)).toMatchObject({ status: "failed", error: expect.stringContaining("diverged") });
  expect(readFileSync(runPaths(out).events, "utf8")).not.toContain("NaN");
  const checkpoint = readCheckpoint(out);
  for (const tensor of Object.values(checkpoint?.state.tensors ?? {})) {
    expect(tensor.toArray().every(Number.isFinite)).toBe(true);
    tensor.dispose();
  }
});
