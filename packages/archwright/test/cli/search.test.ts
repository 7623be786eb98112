/** `archwright search` as a process: refusals before anything is made, a whole run, stopping and continuing. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cudaDevices } from "@archwright/torch";
import { expect, test } from "vitest";
import { readArchitectureFile, readRunFile } from "../../src/runs/run-directory.ts";
import { fakeRun } from "../runs/fake-run.ts";
import { type Ended, start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
/** The least work that goes through every step of the method. */
const least = ["--set", "proposals=2", "--set", "validationBatches=1", "--set", "batch=2"];
const asked = { space: "nasbench201", method: "zero-cost-pt", data: "noise:8" };

const search = (changes: Record<string, string | undefined>, ...more: string[]) => {
  const options = Object.entries({ ...asked, ...changes });
  return start(main, [
    "search",
    ...options.flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, value])),
    ...more,
  ]);
};

interface Refusal {
  readonly status: 1 | 2;
  readonly message: string;
  readonly changes?: Record<string, string | undefined>;
  readonly more?: string[];
}

test.each<[string, Refusal]>([
  ["space", { status: 2, changes: { space: "nasbench21" }, message: 'did you mean "nasbench201"?' }],
  ["method", { status: 2, changes: { method: "zerocost-pt" }, message: 'did you mean "zero-cost-pt"?' }],
  ["data", { status: 2, changes: { data: "nois" }, message: 'unknown dataset "nois"; did you mean "noise"?' }],
  ["relaxation", { status: 2, changes: { relaxation: "softmx" }, message: 'did you mean "softmax"?' }],
  ["preset", { status: 2, changes: { preset: "smal" }, message: 'did you mean "small"?' }],
  ["seed", { status: 2, changes: { seed: "-1" }, message: '--seed must be a whole number from 0, not "-1"' }],
  ["device", { status: 2, changes: { device: "gpu" }, message: 'unknown device "gpu"; use cpu, cuda or cuda:N' }],
  ["missing", { status: 2, changes: { data: undefined, space: undefined }, message: "missing: --space S, --data D" }],
  ["set", { status: 2, more: ["--set", "proposals=0"], message: "--set proposals=0: must be at least 1" }],
  ["set key", { status: 2, more: ["--set", "proposal=1"], message: 'did you mean "proposals"? (there are: ' }],
  ["set form", { status: 2, more: ["--set", "proposals"], message: '--set takes key=value, not "proposals"' }],
  ["resume and more", { status: 2, more: ["--resume", "x"], message: "leave out --space" }],
])(
  "a wrong %s is refused in one line, before a directory is made",
  async (_, { status, changes = {}, more = [], message }) => {
    const out = join(temporaryFolder(), "run");
    const ended = await search({ ...changes, out }, "--quiet", ...more).ended;
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toMatch(/^archwright: .*\n$/);
    expect(ended).toMatchObject({ status, stdout: "" });
    expect(existsSync(out)).toBe(false);
  },
);

test("images that are missing or damaged are refused before a directory is made", async () => {
  const folder = temporaryFolder();
  const [images, out] = [join(folder, "mnist"), join(folder, "run")];
  mkdirSync(images);
  writeFileSync(join(images, "train-images-idx3-ubyte"), "no images");
  for (const data of [`mnist:${images}`, `cifar10:${join(folder, "nowhere")}`]) {
    const ended = await search({ data, out }, "--quiet").ended;
    expect(ended.stderr).toMatch(/^archwright: .*\n$/);
    expect(ended.stderr).toContain(data.slice(data.indexOf(":") + 1));
    expect(ended.status).toBe(1);
  }
  expect(existsSync(out)).toBe(false);
});

test.skipIf(cudaDevices() > 0)("--device cuda without CUDA (skipped where there is a CUDA device)", async () => {
  const out = join(temporaryFolder(), "run");
  const ended = await search({ device: "cuda", out }, "--quiet").ended;
  expect(ended.stderr).toMatch(/^archwright: device "cuda" is not available: .*; use cpu\n$/);
  expect(ended.status).toBe(1);
  expect(existsSync(out)).toBe(false);
});

test("an existing run is not overwritten, and --resume of it gives its answer again", async () => {
  const out = join(temporaryFolder(), "run");
  await fakeRun(out, { steps: 2 });
  const before = readdirSync(out);
  const refused = await search({ out }, "--quiet").ended;
  expect(refused.stderr).toContain(
    `${out} already holds a run; continue it with \`archwright search --resume ${out}\``,
  );
  expect(refused.status).toBe(1);
  const again = await start(main, ["search", "--resume", out, "--json"]).ended;
  expect(again).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(again.stdout)).toMatchObject({ status: "finished", architecture: readArchitectureFile(out) });
  expect(readdirSync(out)).toEqual(before);
  const nowhere = await start(main, ["search", "--resume", `${out}-not`]).ended;
  expect(nowhere.stderr).toBe(`archwright: ${out}-not does not exist; give the directory of a run\n`);
  expect(nowhere.status).toBe(1);
});

test("Ctrl-C saves and stops, --resume ends in the bytes of a run never stopped", { timeout: 240_000 }, async () => {
  const folder = temporaryFolder();
  const [straight, stopped] = [join(folder, "straight"), join(folder, "stopped")];
  const whole = await search({ out: straight }, ...least, "--json").ended;
  expect(whole.status, whole.stderr).toBe(0);
  const found = JSON.parse(whole.stdout);
  expect(found).toMatchObject({
    status: "finished",
    directory: straight,
    architecture: readArchitectureFile(straight),
  });
  expect(readFileSync(found.report, "utf8")).toContain(found.architecture.architecture.split("+")[0]);

  const { child, said, ended } = search({ out: stopped }, ...least);
  await said(/run directory/);
  child.kill("SIGINT");
  const interrupted = await ended;
  expect(interrupted.stderr).toContain("stopping after the present step (once more ends at once)\n");
  expect(interrupted.stderr).toContain(`stopped and saved; continue with: archwright search --resume ${stopped}\n`);
  expect(interrupted).toMatchObject({ status: 130, stdout: "" });
  expect(readRunFile(stopped).status).toBe("interrupted");

  const rest: Ended = await start(main, ["search", "--resume", stopped]).ended;
  expect(rest.status, rest.stderr).toBe(0);
  expect(rest.stdout).toMatch(/^\|.*\n {2}parameters +[\d,]+\n/);
  expect(rest.stdout).toMatch(/cifar10-test +\d\d\.\d+ %\n/);
  expect(rest.stdout).toContain(join(stopped, "report.html"));
  for (const file of ["events.jsonl", "architecture.json"]) {
    expect(readFileSync(join(stopped, file), "utf8")).toBe(readFileSync(join(straight, file), "utf8"));
  }
});
