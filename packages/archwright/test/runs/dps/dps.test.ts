/** Discrete proxy searches: what is refused, what is found, and that a killed one goes on to the same. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nasbench201Benchmark } from "../../../src/benchmarks/nasbench201.ts";
import { checkDps, type DpsRequest } from "../../../src/runs/dps/request.ts";
import { type DpsResult, resumeDps, runDps } from "../../../src/runs/dps/run-dps.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dps-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const request: DpsRequest = {
  space: "nasbench201",
  table: "nasbench201",
  metric: "cifar10-valid",
  data: "noise",
  network: "4x1",
  architectures: 3,
  others: 3,
  evaluations: 3,
  population: 2,
  tournament: 1,
  // Its proxies have small heads.
  seed: 276,
  workers: 1,
};

const csv = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
};

const checked = (changes: Partial<DpsRequest>) => checkDps({ ...request, ...changes }, join(folder, "results.table"));

describe("requests", () => {
  const few = (metric: string, values: readonly (number | string)[]): string =>
    csv("few.csv", [`arch,${metric}`, ...values.map((value, i) => `${nasbench201Benchmark.architecture(i)},${value}`)]);

  it("draw architectures with the seed, those for the report besides", () => {
    const { chosen, others } = checked({});
    expect(chosen).toHaveLength(3);
    expect(new Set([...chosen, ...others].map(({ architecture }) => architecture)).size).toBe(6);
    expect(checked({}).chosen).toEqual(chosen);
    expect(checked({ seed: 3 }).chosen).not.toEqual(chosen);
    for (const { architecture, result } of chosen) {
      expect(nasbench201Benchmark.lookup(architecture).metrics["cifar10-valid"]).toBeCloseTo(result, 4);
    }
  });

  it("take a CSV, in which errors are better when smaller", () => {
    const { chosen } = checked({ table: few("test_error", [9, 7, 8, ""]), metric: "test_error" });
    expect(chosen.map(({ result }) => result).sort()).toEqual([-7, -8, -9]);
    expect(
      checked({ table: few("accuracy", [9, 7, 8]), metric: "accuracy" }).chosen.every(({ result }) => result > 0),
    ).toBe(true);
  });

  it.each([
    [{ metric: "cifar10-vali" }, /unknown metric of nasbench201 "cifar10-vali"; did you mean "cifar10-valid"/],
    [{ architectures: 2 }, /--architectures must be a whole number from 3 to 10000, not 2/],
    [{ tournament: 3 }, /--tournament must be a whole number from 1 to 2, not 3/],
    [{ evaluations: 0 }, /--evaluations must be/],
    [
      { space: "nasbench-macro", network: "evaluation" },
      /nasbench201 is a table of nasbench201, not of nasbench-macro/,
    ],
    [{ network: "1/3" }, /./],
  ] as const)("%j is refused", (changes, message) => {
    expect(() => {
      const { space, chosen } = checked(changes);
      space.plan(space.parse(chosen[0]?.architecture ?? ""), 2);
    }).toThrow(message);
  });

  it("refuse missing columns, too few architectures, and results without an order", () => {
    expect(() => checked({ table: few("acc", [1, 2, 3]), metric: "accuracy" })).toThrow(
      /unknown metric of .*few\.csv "accuracy"/,
    );
    expect(() => checked({ table: few("acc", [1, 2, 3]), metric: "acc", architectures: 5 })).toThrow(
      /few\.csv has acc of 3 architectures, and --architectures asks for 5; ask for fewer/,
    );
    expect(() => checked({ table: few("acc", [2, 2, 2]), metric: "acc" })).toThrow(
      /acc is 2 for all 3 architectures: there is no order to reproduce/,
    );
    expect(() => checked({ table: join(folder, "none.csv") })).toThrow(/--table: there is no file/);
    expect(() => checked({ table: csv("bad.csv", ["accuracy", "1"]), metric: "accuracy" })).toThrow(/bad\.csv/);
  });

  it("leave nothing behind when they are refused", async () => {
    const out = join(folder, "refused");
    await expect(runDps({ ...request, metric: "nope" }, out)).rejects.toThrow(/unknown metric/);
    expect(existsSync(out)).toBe(false);
  });
});

describe("searches", () => {
  let directory: string;
  let result: DpsResult;
  const text = (where: string, name: string): string => readFileSync(join(where, name), "utf8");

  beforeAll(async () => {
    directory = join(folder, "run");
    result = await runDps(request, directory);
  }, 900_000);

  it("end with a proxy, a table of what holds elsewhere, and a page", () => {
    expect(result).toMatchObject({ status: "finished", evaluations: 3, total: 3 });
    const lines = text(directory, "evaluations.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(lines[2].parent).toBeLessThan(2);
    expect(result.best?.rho).toBe(Math.max(...lines.map(({ rho }) => rho)));
    const proxy = JSON.parse(text(directory, "proxy.json"));
    expect(proxy).toMatchObject({ eproxy: 1, iterations: 10 });
    const best = lines[result.best?.index as number].genes;
    expect(proxy).toMatchObject({ learningRate: best.learningRate, flopsWeight: best.flopsWeight });
    const names = result.rows?.map(({ name }) => name) ?? [];
    expect(names[0]).toBe(`found, FLOPs weight ${best.flopsWeight}`);
    expect(names.slice(-2)).toEqual(["parameters", "multiply-adds"]);
    expect(result.rows?.[0]?.chosen).toBe(result.best?.rho);
    const page = text(directory, "report.html");
    for (const name of names) expect(page).toContain(name);
    expect(page).toContain("archwright dps --space nasbench201");
  });

  it("that were killed in the middle of a line go on to the same files", async () => {
    const killed = join(folder, "killed");
    cpSync(directory, killed, { recursive: true });
    const whole = text(directory, "evaluations.jsonl");
    writeFileSync(join(killed, "evaluations.jsonl"), whole.slice(0, whole.indexOf("\n") + 40));
    for (const name of ["proxy.json", "report.html"]) rmSync(join(killed, name));
    const again = await resumeDps(killed);
    expect(again.rows).toEqual(result.rows);
    expect(text(killed, "evaluations.jsonl")).toBe(whole);
    expect(text(killed, "proxy.json")).toBe(text(directory, "proxy.json"));
  }, 900_000);

  it("stop when asked, and are not begun twice or resumed with other results", async () => {
    const stopped = await resumeDps(directory, { signal: AbortSignal.abort() });
    expect(stopped.status).toBe("interrupted");
    await expect(runDps(request, directory)).rejects.toThrow(/archwright dps --resume/);
    await expect(resumeDps(join(folder, "nowhere"))).rejects.toThrow(/has no dps\.json/);
    const description = JSON.parse(text(directory, "dps.json"));
    writeFileSync(join(directory, "dps.json"), JSON.stringify({ ...description, sha256: "0" }));
    await expect(resumeDps(directory)).rejects.toThrow(/the results are not those that/);
    writeFileSync(join(directory, "dps.json"), "{");
    await expect(resumeDps(directory)).rejects.toThrow(/dps\.json is damaged: it is not JSON/);
  });
});
