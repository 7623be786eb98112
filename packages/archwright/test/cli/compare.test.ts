/** `archwright compare` as a process: refusals before anything is made, a whole comparison, kills, failures, continuing. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Ended, start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
/** The least work that goes through every step of the methods. */
const least = ["epochs=1", "stepsPerEpoch=2", "channels=4", "batch=8"].flatMap((setting) => ["--set", setting]);
const asked = { space: "nasbench201", methods: "darts", seeds: "0-2", data: "noise:32", preset: "small" };
const PATIENT = { timeout: 240_000 };

const compare = (changes: Record<string, string | undefined>, ...more: string[]) => {
  const options = Object.entries({ ...asked, ...changes });
  return start(main, [
    "compare",
    ...options.flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, value])),
    ...more,
  ]);
};
const resume = (directory: string, ...more: string[]) => start(main, ["compare", "--resume", directory, ...more]);

// test/runs/compare/request.test.ts has the others.
test.each<[string, Record<string, string | undefined>, string[], string]>([
  ["method", { methods: "darts,sdarts-sr" }, [], 'unknown method "sdarts-sr"; did you mean "sdarts-rs"?'],
  ["list of seeds", { seeds: "3-1" }, [], '--seeds takes 0-3 or 0,2,5, not "3-1": 3-1 runs backwards'],
  ["data", { data: "nois" }, ["--quiet"], 'unknown dataset "nois"; did you mean "noise"?'],
  ["set", { methods: "lambda-darts,darts" }, ["--set", "lambda=1"], "method darts: --set lambda: no setting of"],
  ["call without options", { space: undefined, seeds: undefined }, [], "missing: --space S, --seeds 0-3"],
  ["resume with more", {}, ["--resume", "x"], "leave out --space"],
])("a wrong %s is refused in one line, and nothing is left", async (_, changes, more, message) => {
  const out = join(temporaryFolder(), "comparison");
  const ended = await compare({ ...changes, out }, ...more).ended;
  expect(ended.stderr).toContain(message);
  expect(ended.stderr).toMatch(/^archwright: .*\n$/);
  expect(ended).toMatchObject({ status: 2, stdout: "" });
  expect(existsSync(out)).toBe(false);
});

test("images that are missing are refused, and a folder that was there stays as it was", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "comparison");
  mkdirSync(out);
  const ended = await compare({ data: `cifar10:${join(folder, "nowhere")}`, out }, "--quiet").ended;
  expect(ended.stderr).toMatch(/^archwright: .*nowhere.*\n$/);
  expect(ended.status).toBe(1);
  expect(readdirSync(out)).toEqual([]);
});

test("a directory with something in it is refused", async () => {
  const out = temporaryFolder();
  writeFileSync(join(out, "notes.txt"), "mine");
  expect(await compare({ out }).ended).toMatchObject({
    status: 1,
    stderr: `archwright: ${out} exists and is not empty; choose another --out\n`,
  });
  expect(await resume(out).ended).toMatchObject({
    status: 1,
    stderr: `archwright: ${out} holds no comparison: it has no compare.json; give the directory of a comparison\n`,
  });
  expect(readdirSync(out)).toEqual(["notes.txt"]);
});

/** Everything about a result but times and places. */
function comparable({ stdout }: Ended) {
  const { methods, runs } = JSON.parse(stdout);
  return {
    methods: methods.map(({ elapsedSeconds: _, ...rest }: Record<string, unknown>) => rest),
    runs: runs.map(({ elapsedSeconds: _, ...rest }: Record<string, unknown>) => rest),
  };
}

const RUNS = ["darts-0", "darts-1", "darts-2"];

test(
  "killed, stopped by Ctrl-C, continued: the results of one never stopped; failures are recorded",
  PATIENT,
  async () => {
    const folder = temporaryFolder();
    const [straight, stopped] = [join(folder, "straight"), join(folder, "stopped")];
    const whole = await compare({ out: straight }, ...least, "--json", "--quiet").ended;
    // Noise teaches nothing, which is said.
    expect(whole.status, whole.stderr).toBe(0);
    expect(whole.stderr).toMatch(/^(note: darts, seed \d: the supernet's validation accuracy ended at .*\n)*$/);
    expect(JSON.parse(whole.stdout)).toMatchObject({ status: "finished", directory: straight, runs: { length: 3 } });

    const first = compare({ out: stopped }, ...least);
    await first.said(/run 2 of 3: darts, seed 1/);
    first.child.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");

    const second = resume(stopped);
    await second.said(/run 3 of 3: darts, seed 2/);
    second.child.kill("SIGINT");
    const interrupted = await second.ended;
    expect(interrupted.stderr).not.toContain("run 1 of 3");
    expect(interrupted.stderr).toContain(`stopped and saved; continue with: archwright compare --resume ${stopped}\n`);
    expect(interrupted).toMatchObject({ status: 130, stdout: "" });
    expect(readFileSync(join(stopped, "report.html"), "utf8")).toMatch(/1 (not begun|interrupted)/);

    const rest = await resume(stopped, "--json").ended;
    expect(rest.status, rest.stderr).toBe(0);
    expect(comparable(rest)).toEqual(comparable(whole));
    for (const run of RUNS) {
      for (const file of ["events.jsonl", "architecture.json"]) {
        const read = (directory: string): string => readFileSync(join(directory, run, file), "utf8");
        expect(read(stopped)).toBe(read(straight));
      }
      expect(existsSync(join(stopped, run, "report.html"))).toBe(true);
    }
    expect(readFileSync(join(stopped, "results.csv"), "utf8").split("\r\n")).toHaveLength(1 + RUNS.length + 1);
    expect(await compare({ out: stopped }).ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`continue it with \`archwright compare --resume ${stopped}\``),
    });

    // One run's file is damaged, another run is gone but for a lock, as a kill may leave it at the very start.
    const damaged = join(straight, "darts-0", "run.json");
    const before = readFileSync(damaged, "utf8");
    writeFileSync(damaged, "{");
    rmSync(join(straight, "darts-2"), { recursive: true });
    mkdirSync(join(straight, "darts-2"));
    writeFileSync(join(straight, "darts-2", "lock"), "");
    const failed = await resume(straight, "--quiet").ended;
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("darts, seed 0 failed: ");
    expect(failed.stderr).toContain("1 of 3 runs failed; try them again with: archwright compare --resume ");
    expect(failed.stdout).toMatch(/^method +runs +cifar10-valid .*\ndarts +2\/3 +\d\d\.\d\d ± /);
    expect(failed.stdout).toMatch(/\ndarts +0 +failed\n/);
    const failures = () => JSON.parse(readFileSync(join(straight, "compare.json"), "utf8")).failures;
    expect(failures()).toEqual({ "darts-0": expect.stringContaining("run.json is damaged") });

    writeFileSync(damaged, before);
    const again = await resume(straight, "--json", "--quiet").ended;
    expect(again).toMatchObject({ status: 0, stderr: expect.stringMatching(/^(note: .*\n)*$/) });
    expect(comparable(again)).toEqual(comparable(whole));
    expect(failures()).toEqual({});
  },
);
