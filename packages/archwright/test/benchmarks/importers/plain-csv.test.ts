/** Any CSV with architectures and numbers: what it says is what the table answers, and what is wrong is named. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitFields } from "../../../src/benchmarks/importers/csv-records.ts";
import { Random } from "../../../src/random.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { hasSharedData, needsSharedData, sharedCsv, sharedFolder } from "../../spaces/shared-data.ts";
import { file, imported, refusal } from "./support.ts";

const macro = (content: string | Uint8Array) => imported("csv", file(content), "nasbench-macro");
const macroRefusal = (content: string) => refusal("csv", content, "nasbench-macro");
const [a, b] = ["00000000", "22212220"];

describe("rows", () => {
  const digits = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 8, maxLength: 8 }).map((all) => all.join(""));
  // A number, or one that a table has not.
  const number = fc.oneof(
    // Text has one zero.
    { weight: 5, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) },
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined),
  );
  const written = (value: number | undefined): string => (value === undefined ? "" : String(value));

  it("come back to the last bit, in any order of the columns", () => {
    const tables = fc.record({
      rows: fc.uniqueArray(fc.tuple(digits, number, number), {
        minLength: 1,
        maxLength: 8,
        selector: ([arch]) => arch,
      }),
      order: fc.shuffledSubarray(["arch", "first_one", "B"], { minLength: 3 }),
    });
    fc.assert(
      fc.property(tables, ({ rows, order }) => {
        const lines = rows.map(([arch, x, y]) => {
          const fields: Record<string, string> = { arch, first_one: written(x), B: written(y) };
          return order.map((name) => fields[name]).join();
        });
        const table = macro(`${order.join()}\n${lines.join("\n")}\n`);
        expect(table.size).toBe(rows.length);
        for (const [arch, x, y] of rows) {
          const { metrics } = table.lookup(arch) ?? { metrics: {} };
          const expected = { ...(x === undefined ? {} : { "first-one": x }), ...(y === undefined ? {} : { b: y }) };
          expect(metrics).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("may hold several runs in one cell: their mean is the value", () => {
    const table = macro(`arch,acc\n${a},1;2;6\n${b},4\n`);
    expect(table.lookup(a)).toMatchObject({ metrics: { acc: 3 }, runs: { acc: [1, 2, 6] } });
    expect(table.lookup(b)).toMatchObject({ metrics: { acc: 4 }, runs: { acc: [4] } });
    expect([...table.column("acc")]).toEqual([3, 4]);
  });

  it.each(["inf", "Inf", "+inf", "Infinity", "INFINITY"])("%s is infinite, with either sign", (text) => {
    const table = macro(`arch,x,y\n${a},${text},-${text.replace("+", "")}\n`);
    expect(table.lookup(a)?.metrics).toEqual({ x: Number.POSITIVE_INFINITY, y: Number.NEGATIVE_INFINITY });
  });

  it.each(["", "nan", "NaN", "NAN"])("%j was not measured", (text) => {
    const table = macro(`arch,x,y\n${a},${text},1\n${b},2,${text}\n`);
    expect(table.lookup(a)?.metrics).toEqual({ y: 1 });
    expect(table.lookup(b)?.metrics).toEqual({ x: 2 });
  });

  it("say what is worse when it is larger by the names of the columns", () => {
    const { metrics } = macro(`arch,params_m,latency_ms,test_error,test_acc,val_loss,zen\n${a},1,2,3,4,5,6\n`);
    expect(Object.fromEntries(metrics.map(({ name, larger }) => [name, larger]))).toEqual({
      "params-m": "worse",
      "latency-ms": "worse",
      "test-error": "worse",
      "test-acc": "better",
      "val-loss": "worse",
      zen: "better",
    });
  });
});

describe("columns", () => {
  it.each(["arch", "architecture", "genotype"])("%s holds the architecture", (name) => {
    expect(macro(`x,${name}\n1,${a}\n`).lookup(a)?.metrics).toEqual({ x: 1 });
  });

  it("adjacency and ops together are a cell of NAS-Bench-101; hashes and notes say nothing of their own", () => {
    const table = imported(
      "csv",
      file(
        "index,hash,num_vertices,adjacency,ops,score,note\n0,abc,3,010|001|000,input;conv3x3-bn-relu;output,7,odd\n",
      ),
      "nasbench101",
    );
    expect(table.lookup("010|001|000 input;conv3x3-bn-relu;output")?.metrics).toEqual({ score: 7 });
    expect(table.metrics.map(({ name }) => name)).toEqual(["score"]);
  });

  it("dataset and task make metrics of their own", () => {
    const table = macro(`arch,dataset,task,x\n${a},cifar10,val,1\n${a},cifar10,test,2\n${b},svhn,val,3\n`);
    expect(table.size).toBe(2);
    expect(table.lookup(a)?.metrics).toEqual({ "cifar10-val-x": 1, "cifar10-test-x": 2 });
    expect(table.lookup(b)?.metrics).toEqual({ "svhn-val-x": 3 });
  });

  it("space keeps the rows of one space, by its name or the last part of it", () => {
    const rows = ["space,arch,x", `nasbench-macro,${a},1`, `macro,${b},2`, "micro,64-41414-1_11_111,3"].join("\n");
    const table = macro(rows);
    expect(table.size).toBe(2);
    expect(table.lookup(b)?.metrics).toEqual({ x: 2 });
    const micro = imported("csv", file(rows), "transnasbench101-micro");
    expect([...Array(micro.size).keys()].map((i) => micro.architecture(i)).length).toBe(1);
  });
});

describe("what is wrong is named with its line", () => {
  it.each([
    [
      "no architectures",
      "x,y\n1,2\n",
      'line 1: no column of architectures (architecture, arch, arch_str or genotype, or adjacency and ops); there are "x", "y"; --arch-column NAME says which it is',
    ],
    ["one of two columns", "adjacency,x\n01|00,2\n", "line 1: no column of architectures"],
    ["a word", `arch,x\n${a},1\n${b},abc\n01110000,def\n`, 'line 3, column "x": expected a number, found "abc"'],
    ["a word among runs", `arch,x\n${a},1;b\n`, 'line 2, column "x": expected a number, found "b"'],
    ["another space", `arch,x\n${a},1\n33333333,1\n`, "line 3: "],
    [
      "twice the same",
      `arch,x\n${a},1\n${b},2\n${a},3\n`,
      "line 4: the architecture stands in line 2 already; a column `seed` would make its rows runs",
    ],
    ["too few fields", `arch,x\n${a}\n`, "line 2: expected 2 fields, found 1"],
    ["a column twice", `arch,x,x\n${a},1,2\n`, 'line 1, column "x": it is there twice'],
    ["nothing", "", "the file is empty; expected a header line"],
    ["no rows", "arch,x\n", "the file holds no rows"],
    ["only rows of another space", "space,arch,x\nmicro,1_11_111,3\n", "the file holds no rows"],
    ["columns of one name", `arch,x_y,x-Y\n${a},1,2\n`, 'line 1, column "x-Y": "x_y" is the same metric'],
    ["no numbers", `arch\n${a}\n`, "line 1: no columns of numbers"],
  ])("%s", (_, content, message) => {
    expect(macroRefusal(content)).toContain(message);
  });
});

it("a gzipped file is read as a plain one", () => {
  expect(macro(gzipSync(`arch,x\n${a},0.1\n`)).lookup(a)?.metrics).toEqual({ x: 0.1 });
});

describe.skipIf(!hasSharedData)(`published files ${needsSharedData}`, () => {
  const shared = (name: string, space: string) => imported("csv", join(sharedFolder, name), space);

  it("NAS-Bench-201: every accuracy, with the best where it is known to be", () => {
    const table = shared("nasbench201.csv.gz", "nasbench201");
    expect(table.size).toBe(15_625);
    const best = table.lookup(table.architecture(6111))?.metrics ?? {};
    expect(best["cifar10-test"]).toBeCloseTo(94.3733, 3);
    expect(best["flops-m"]).toBeCloseTo(153.273, 2);
    expect(best["params-m"]).toBeCloseTo(1.073, 3);
    expect(Math.max(...table.column("cifar10-test"))).toBe(best["cifar10-test"]);
    const runs = [...Array(table.size).keys()].map((i) => table.record(i).runs["cifar10-test-seeds"]?.length);
    expect([1, 2, 3].map((count) => runs.filter((length) => length === count).length)).toEqual([2_225, 5_439, 7_961]);
    expect(table.column("cifar10-test-seeds").every((value) => value > 0)).toBe(true);
  });

  it("HW-NAS-Bench: 4,699 networks that the edge TPU does not run have no latency there", () => {
    const table = shared("nasbench201-hw-cifar10.csv.gz", "nasbench201");
    expect(table.size).toBe(15_625);
    expect(table.column("edgetpu-latency").filter(Number.isNaN).length).toBe(4_699);
    expect(table.record(0).metrics["edgegpu-latency"]).toBe(5.80741854);
  });

  it.each([
    ["zc-scores-nasbench201-cifar10.csv.gz", "nasbench201", 4_689],
    ["zc-scores-nasbench201-zen.csv.gz", "nasbench201", 15_625],
    ["zc-scores-nasbench301.csv.gz", "darts", 353],
    ["zc-scores-nasbench101.csv.gz", "nasbench101", 150],
  ])("%s", (name, space, size) => {
    const table = shared(name, space);
    expect(table.size).toBe(size);
    // Numbers of some rows, found by the architecture's own text.
    const rows = quotedRows(name);
    const random = Random.stream(1, name);
    for (let i = 0; i < 10; i++) {
      const row = random.pick(rows);
      const text = row.arch ?? row.genotype ?? `${row.adjacency} ${row.ops}`;
      const own = findArchitectureSpace(space);
      const { metrics } = table.lookup(own.format(own.parse(text))) ?? { metrics: {} };
      for (const proxy of ["synflow", "zen", "params"]) {
        if (row[proxy] !== undefined) expect(metrics[proxy]).toBe(Number(row[proxy]));
      }
    }
  });

  it("scores of several spaces and tasks in one file: those of the space, a metric for each task", () => {
    const table = shared("zc-scores-transnasbench101.csv.gz", "transnasbench101-micro");
    expect(table.size).toBe(4_096);
    const row = sharedCsv("zc-scores-transnasbench101.csv.gz").find(
      ({ space, task, zen }) => space === "micro" && task === "jigsaw" && zen !== "",
    );
    expect(table.lookup(row?.arch as string)?.metrics["jigsaw-zen"]).toBe(Number(row?.zen));
  });
});

/** Rows of a file in which fields are quoted. */
function quotedRows(name: string): Record<string, string>[] {
  const [head = "", ...lines] = gunzipSync(readFileSync(join(sharedFolder, name)))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const names = head.split(",");
  return lines.map((line, i) => {
    const fields = splitFields(line, { path: name, place: `line ${i + 2}` });
    return Object.fromEntries(names.map((column, c) => [column, fields[c] as string]));
  });
}
