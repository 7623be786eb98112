/** Where the architectures of a scoring come from. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importTable } from "../../../src/benchmarks/importers/build.ts";
import { plainCsv } from "../../../src/benchmarks/importers/plain-csv.ts";
import { openBenchmark } from "../../../src/benchmarks/registry.ts";
import { planArchitectures } from "../../../src/runs/score/architectures.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { file } from "../../benchmarks/importers/support.ts";
import { temporaryFolder } from "../temporary.ts";

const macro = findArchitectureSpace("nasbench-macro");
const cells = findArchitectureSpace("nasbench201");
const all = (plan: { readonly texts: Iterable<string> }): string[] => [...plan.texts];

describe("a file", () => {
  const planOf = (content: string | Uint8Array) => planArchitectures({ from: "file", path: file(content) }, macro, 0);

  it("has one a line, between comments and empty lines, with any line ends, gzipped or not", () => {
    const content = "# these\n00000000\n\n  22212220  \r\n# 11111111\n01201201";
    for (const bytes of [Buffer.from(content), gzipSync(content)]) {
      const plan = planOf(bytes);
      expect(all(plan)).toEqual(["00000000", "22212220", "01201201"]);
      expect(plan.total).toBe(3);
      // Of the text, so that packing it changes nothing.
      expect(plan.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    }
  });

  it("gives the space's own texts", () => {
    const spaced = "  input;conv3x3-bn-relu;output";
    const plan = planArchitectures(
      { from: "file", path: file(`010|001|000${spaced}\n`) },
      findArchitectureSpace("nasbench101"),
      0,
    );
    expect(all(plan)).toEqual(["010|001|000 input;conv3x3-bn-relu;output"]);
  });

  it("with a line that is no architecture is refused by the line's number", () => {
    const path = file("# two\n00000000\n\n2000\n");
    const plan = () => planArchitectures({ from: "file", path }, macro, 0);
    expect(plan).toThrow(`${path}: line 4: not an architecture of nasbench-macro: expected 8 digits, found 4`);
    expect(plan).toThrow(/; a file holds one architecture a line, or is a CSV with a column `architecture`$/);
    expect(plan).toThrow(
      expect.objectContaining({ code: "architecture", details: expect.objectContaining({ place: "line 4" }) }),
    );
  });

  it("that is a CSV gives every architecture of its column once", () => {
    const texts = (content: string, column?: string) => [
      ...planArchitectures({ from: "file", path: file(content), ...(column === undefined ? {} : { column }) }, macro, 0)
        .texts,
    ];
    const rows = ["0,00000000,1", "1,22212220,2", "2,00000000,3"].join("\n");
    expect(texts(`,architecture,synflow\n${rows}\n`)).toEqual(["00000000", "22212220"]);
    expect(texts(`n;net;x\n${rows.replaceAll(",", ";")}\n`, "net")).toEqual(["00000000", "22212220"]);
    expect(() => texts("index,arch\n0,00000000\n1,2000\n")).toThrow(/line 3: not an architecture of nasbench-macro/);
    expect(() => texts("index,arch\n0,00000000\n", "net")).toThrow(/no column "net"; there are "index", "arch"/);
  });

  it("that is empty or cannot be read is refused", () => {
    expect(() => planOf("# none\n\n")).toThrow("holds no architectures");
    const path = join(temporaryFolder(), "nowhere");
    expect(() => planArchitectures({ from: "file", path }, macro, 0)).toThrow(`--file: cannot read ${path} (ENOENT)`);
    expect(() => planOf(gzipSync("00000000\n").subarray(0, 15))).toThrow("--file: cannot read");
  });
});

describe("a sample", () => {
  const sample = (count: number, seed: number, space = cells, benchmark?: string) =>
    all(planArchitectures({ from: "sample", count, ...(benchmark === undefined ? {} : { benchmark }) }, space, seed));

  it("is the same for the same seed and holds different architectures; a longer one begins with it", () => {
    for (const benchmark of [undefined, "nasbench201"]) {
      const drawn = sample(40, 7, cells, benchmark);
      expect(new Set(drawn).size).toBe(40);
      expect(sample(40, 7, cells, benchmark)).toEqual(drawn);
      expect(sample(40, 8, cells, benchmark)).not.toEqual(drawn);
    }
    expect(sample(60, 7).slice(0, 40)).toEqual(sample(40, 7));
  });

  it("of a table holds what the table holds", () => {
    const rows = ["00000000", "11111111", "22222222"];
    const csv = file(`arch,x\n${rows.map((row, i) => `${row},${i}`).join("\n")}\n`);
    const path = join(temporaryFolder(), "own.awt");
    writeFileSync(path, importTable({ format: plainCsv, path: csv, space: "nasbench-macro" }).bytes);
    expect(sample(3, 1, macro, path).sort()).toEqual(rows);
    expect(all(planArchitectures({ from: "all", benchmark: path }, macro, 0))).toEqual(rows);
    expect(() => sample(4, 1, macro, path)).toThrow(/3/);
  });

  it("larger than the space is refused", () => {
    expect(() => sample(6_562, 0, macro)).toThrow("--sample 6562: nasbench-macro has 6561 architectures");
  });
});

describe("all", () => {
  it("of a space are its architectures in its order, once each", () => {
    const plan = planArchitectures({ from: "all" }, macro, 0);
    const texts = all(plan);
    expect(plan.total).toBe(6_561);
    expect(texts.length).toBe(6_561);
    expect(new Set(texts).size).toBe(6_561);
  });

  it("of a table are the table's, in its order", () => {
    const plan = planArchitectures({ from: "all", benchmark: "nasbench201" }, cells, 0);
    const table = openBenchmark("nasbench201");
    expect(plan.total).toBe(15_625);
    const texts = all(plan);
    for (const index of [0, 9, 123, 15_624]) expect(texts[index]).toBe(table.architecture(index));
    // space-nasbench201 §3
    expect(texts[9]).toBe("|avg_pool_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|");
  });

  it("of a space without a list, and of another space's table, are refused", () => {
    expect(() => planArchitectures({ from: "all" }, findArchitectureSpace("nds-darts"), 0)).toThrow(
      "--all: nds-darts has more architectures than are counted; use --sample N",
    );
    expect(() => planArchitectures({ from: "all" }, findArchitectureSpace("darts"), 0)).toThrow(/darts has \d+ arch/);
    expect(() => planArchitectures({ from: "all", benchmark: "nasbench201" }, macro, 0)).toThrow(
      "nasbench201 is a table of nasbench201, not of nasbench-macro",
    );
  });
});

it("a list is written as the space writes it", () => {
  const plan = planArchitectures({ from: "list", architectures: [" 00000000 ", "12012012"] }, macro, 0);
  expect(all(plan)).toEqual(["00000000", "12012012"]);
  expect(plan.sha256).toBeUndefined();
  expect(() => planArchitectures({ from: "list", architectures: ["0"] }, macro, 0)).toThrow(
    "expected 8 digits, found 1",
  );
});
