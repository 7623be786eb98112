/** CSV of the user's own: what spreadsheets, data frames and scripts make of it gives the right values, or the right message. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importTable } from "../../../src/benchmarks/importers/build.ts";
import type { ImportOptions } from "../../../src/benchmarks/importers/format.ts";
import { findTableFormat } from "../../../src/benchmarks/importers/registry.ts";
import { openTable } from "../../../src/benchmarks/tables/read.ts";
import { csvLine } from "../../../src/runs/csv.ts";
import { file, imported, refusal } from "./support.ts";

const [a, b, c] = ["00000000", "22212220", "11111111"];

function made(content: string, options: ImportOptions = {}, space = "nasbench-macro") {
  const { bytes, ...facts } = importTable({ format: findTableFormat("csv"), path: file(content), space, ...options });
  return { ...facts, table: openTable(file(bytes, "table.awt")) };
}

/** Metrics by architecture. */
function values(content: string, options: ImportOptions = {}): Record<string, Readonly<Record<string, number>>> {
  const { table } = made(content, options);
  return Object.fromEntries(
    Array.from({ length: table.size }, (_, i) => [table.architecture(i), table.record(i).metrics]),
  );
}

describe("directions", () => {
  const content = `arch,Latency_ms,FLOPs,Test_Error,Test_Loss,neg_loss,acc\n${a},1,2,3,4,5,6\n`;
  const directions = (options: ImportOptions = {}) =>
    Object.fromEntries(made(content, options).metrics.map(({ name, larger }) => [name, larger]));

  it("by the names, however they are written; the table keeps them", () => {
    const expected = {
      "latency-ms": "worse",
      flops: "worse",
      "test-error": "worse",
      "test-loss": "worse",
      "neg-loss": "better",
      acc: "better",
    };
    expect(directions()).toEqual(expected);
    const { table, metrics } = made(content);
    expect(Object.fromEntries(table.metrics.map(({ name, larger }) => [name, larger]))).toEqual(expected);
    expect(metrics[0]).toMatchObject({ name: "latency-ms", unit: "ms", why: '"latency" names a cost' });
  });

  it("as the call says, by the column or the metric", () => {
    expect(directions({ lower: ["acc"], higher: ["Latency_ms", "test-loss"] })).toMatchObject({
      acc: "worse",
      "latency-ms": "better",
      "test-loss": "better",
      flops: "worse",
    });
    expect(() => directions({ lower: ["accuracy"] })).toThrow(/no column or metric "accuracy"; there are Latency_ms/);
    expect(() => directions({ lower: ["acc"], higher: ["acc"] })).toThrow(/cannot be better both/);
  });

  it("is nothing to say of formats that are known", () => {
    const call = () =>
      importTable({ format: findTableFormat("nasbench-macro-csv"), path: file(""), lower: ["params"] });
    expect(call).toThrow("--lower goes with --format csv");
  });
});

describe("columns that are no metrics", () => {
  it.each(["", "Unnamed: 0", "unnamed_0", "index", "ID", "Row Number"])("%j", (name) => {
    const { metrics, passedOver } = made(`${name},architecture,acc\n0,${a},94\n1,${b},10\n`);
    expect(metrics.map((metric) => metric.name)).toEqual(["acc"]);
    expect(passedOver.map(({ column }) => column)).toEqual([name.trim()]);
  });

  it("the numbers of the rows, in front, unless they are asked for", () => {
    const content = `n,arch,acc\n1,${a},94\n2,${b},10\n3,${c},50\n`;
    expect(made(content).passedOver).toEqual([{ column: "n", why: "it numbers the rows", obvious: false }]);
    expect(made(content, { lower: ["n"] }).metrics.map(({ name, larger }) => [name, larger])).toEqual([
      ["n", "worse"],
      ["acc", "better"],
    ]);
    // A column that happens to count up behind the architectures is a metric.
    expect(made(`arch,acc\n${a},1\n${b},2\n${c},3\n`).metrics).toHaveLength(1);
  });

  it("texts; a column with numbers and texts is refused where the text stands", () => {
    const { metrics, passedOver } = made(`arch,optimizer,acc\n${a},sgd,94\n${b},adam,10\n`);
    expect(metrics.map(({ name }) => name)).toEqual(["acc"]);
    expect(passedOver[0]?.why).toBe('it holds no numbers, but "sgd"');
    expect(refusal("csv", `arch,acc\n${a},94\n${b},good\n`, "nasbench-macro")).toContain(
      'line 3, column "acc": expected a number, found "good"',
    );
  });

  it("commas at the ends of lines, and lines of nothing but commas", () => {
    expect(values(`arch,acc,,\n${a},94,,\n,,,\n${b},10,,\n`)).toEqual({ [a]: { acc: 94 }, [b]: { acc: 10 } });
    expect(values(`arch,acc\n${a},94,,\n`)).toEqual({ [a]: { acc: 94 } });
  });
});

describe("how a file is written", () => {
  it("headings and fields with blanks, comments in front, line ends of three kinds, a byte order mark", () => {
    const content = `# made by a script\n\narchitecture, my_score\n${a} , 1.5\n\n${b},\t2\n`;
    const expected = { [a]: { "my-score": 1.5 }, [b]: { "my-score": 2 } };
    for (const end of ["\n", "\r\n", "\r"]) {
      expect(values(content.replaceAll("\n", end))).toEqual(expected);
      expect(values(`\uFEFF${content.replaceAll("\n", end)}`)).toEqual(expected);
    }
  });

  it("quoted fields that hold line ends; lines are counted by those of the file", () => {
    const rows = [
      "adjacency,ops,x",
      "\"[[0 1 1]\n [0 0 1]\n [0 0 0]]\",\"['input', 'conv3x3-bn-relu', 'output']\",7",
      '"[[0 1]\n [0 0]]","input,output",8',
    ];
    const { table } = made(`${rows.join("\n")}\n`, {}, "nasbench101");
    expect(table.lookup("011|001|000 input;conv3x3-bn-relu;output").metrics).toEqual({ x: 7 });
    expect(table.lookup("01|00 input;output").metrics).toEqual({ x: 8 });
    const wrong = [...rows, "01|00,input,9"].join("\n");
    expect(refusal("csv", wrong, "nasbench101")).toContain("line 7: ");
  });

  it.each([
    [";", "semicolons"],
    ["\t", "tabs"],
  ])("%j between the fields", (delimiter) => {
    const content = `arch,acc,time_s\n${a},94.5,1e3\n${b},10,2\n`.replaceAll(",", delimiter);
    expect(values(content)).toEqual({ [a]: { acc: 94.5, "time-s": 1000 }, [b]: { acc: 10, "time-s": 2 } });
  });

  it("semicolons with decimal commas, as spreadsheets write them", () => {
    expect(values(`arch;acc;err\n${a};94,5;-0,25\n${b};10;1e-3\n`)).toEqual({
      [a]: { acc: 94.5, err: -0.25 },
      [b]: { acc: 10, err: 0.001 },
    });
    expect(refusal("csv", `arch;acc\n${a};94,5\n${b};10.25\n`, "nasbench-macro")).toContain(
      'line 3, column "acc": "10.25" has a decimal point, other fields have decimal commas; write all in one way',
    );
  });

  it("marks between thousands are refused, and not read as decimal commas", () => {
    expect(refusal("csv", `arch,params\n${a},5\n${b},"1,234"\n`, "nasbench-macro")).toContain(
      'line 3, column "params": expected a number (without marks between thousands), found "1,234"',
    );
  });

  it("quotes behind a blank, and text in UTF-16, as spreadsheets save it", () => {
    expect(values(`arch, acc\n${a}, "94"\n`)).toEqual({ [a]: { acc: 94 } });
    const wide = Buffer.from(`\uFEFFarch\tacc\r\n${a}\t94,5\r\n`, "utf16le");
    expect(imported("csv", file(wide), "nasbench-macro").lookup(a).metrics).toEqual({ acc: 94.5 });
    expect(refusal("csv", `acc, arch\n94, "(0, 0, 1)"\n`, "nasbench-macro")).toContain(
      'line 2: expected 2 fields, found 4; a field that holds "," stands in double quotes, without a blank in front of them',
    );
  });

  it("what is no text, and what holds no numbers", () => {
    expect(refusal("csv", "PK\u0003\u0004 and more", "nasbench-macro")).toContain("this is a spreadsheet (.xlsx)");
    expect(refusal("csv", `arch,acc\n${a},94 %\n`, "nasbench-macro")).toContain(
      'line 1: no columns of numbers ("acc": it holds no numbers, but "94 %")',
    );
  });

  it.each(["", "NaN", "NA", "n/a", "null", "None", "-"])("%j is missing", (missing) => {
    expect(values(`arch,acc,x\n${a},${missing},1\n${b},10,2\n`)).toEqual({ [a]: { x: 1 }, [b]: { acc: 10, x: 2 } });
  });

  it.each([["0x10"], ["1_000"], ["94 %"], ["12ms"], ["1e"], ["--1"]])("%s is no number", (text) => {
    expect(refusal("csv", `arch,x\n${a},1\n${b},${text}\n`, "nasbench-macro")).toContain("expected a number");
  });

  it.each([
    ["a quoted field without an end", `arch,x\n${a},"1\n${b},2\n`, "line 2: a quoted field does not end"],
    [
      "too many fields",
      `arch,x\n${a},1,5\n`,
      'line 2: expected 2 fields, found 3; a field that holds "," stands in double quotes',
    ],
    ["too many by semicolons", `arch;x\n${a};1;5\n`, 'a field that holds ";" stands in double quotes'],
  ])("%s", (_, content, message) => {
    expect(refusal("csv", content, "nasbench-macro")).toContain(message);
  });

  it("a text with a number behind a semicolon is a text", () => {
    expect(values(`words,arch,acc\n"t;0",${a},94\n`)).toEqual({ [a]: { acc: 94 } });
  });

  it("any table comes back, whatever is in its texts and between its fields", () => {
    const cell = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.integer(),
    );
    const name = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => /^[a-z]/i.test(text.trim()));
    const table = fc.record({
      rows: fc.uniqueArray(fc.tuple(fc.nat(6560), cell, fc.string()), {
        minLength: 1,
        maxLength: 5,
        selector: ([n]) => n,
      }),
      heading: name,
      end: fc.constantFrom("\n", "\r\n"),
    });
    fc.assert(
      fc.property(table, ({ rows, heading, end }) => {
        const digits = (n: number): string => n.toString(3).padStart(8, "0");
        // A text in front of each row's number: quotes, separators, line ends and all.
        const lines = rows.map(([n, x, text]) => csvLine([`t${text}`, digits(n), String(x)]));
        const content = [csvLine(["words", "arch", `${heading.trim()} value`]), ...lines].join(end);
        const found = values(content);
        expect(Object.keys(found)).toHaveLength(rows.length);
        for (const [n, x] of rows) expect(Object.values(found[digits(n)] ?? {})).toEqual([x]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("repetitions", () => {
  it("one row for each seed: runs, whose mean is the value", () => {
    const { table, rows, architectures } = made(`arch,seed,acc\n${a},0,90\n${a},1,92\n${b},0,10\n`);
    expect({ rows, architectures }).toEqual({ rows: 3, architectures: 2 });
    expect(table.lookup(a)).toMatchObject({ metrics: { acc: 91 }, runs: { acc: [90, 92] } });
    expect(table.lookup(b)).toMatchObject({ metrics: { acc: 10 }, runs: { acc: [10] } });
    expect(table.metrics.map(({ name }) => name)).toEqual(["acc"]);
  });

  it("of several data sets", () => {
    const rows = ["cifar10,0,1", "cifar10,1,3", "svhn,0,5"].map((row) => `${a},${row}`);
    const { table } = made(`arch,dataset,Seed,x\n${rows.join("\n")}\n`);
    expect(table.lookup(a)).toMatchObject({ metrics: { "cifar10-x": 2, "svhn-x": 5 }, runs: { "cifar10-x": [1, 3] } });
  });

  it("the same seed twice is a mistake", () => {
    expect(refusal("csv", `arch,seed,acc\n${a},0,90\n${a},0,92\n`, "nasbench-macro")).toContain(
      "line 3: the architecture stands in line 2 already, with the same seed",
    );
  });
});

describe("the architectures' column", () => {
  it.each(["arch_str", "Arch String", "ARCHITECTURE", "Genotype"])("%s", (name) => {
    expect(values(`${name},x\n${a},1\n`)).toEqual({ [a]: { x: 1 } });
  });

  it("with a name of its own", () => {
    const content = `x,My Network\n1,${a}\n`;
    expect(values(content, { column: "My Network" })).toEqual({ [a]: { x: 1 } });
    expect(() => values(content, { column: "net" })).toThrow(/no column "net"; there are "x", "My Network"/);
  });

  it("zeros that a spreadsheet has dropped", () => {
    expect(refusal("csv", "arch,x\n22212220,1\n1201,2\n", "nasbench-macro")).toContain(
      "line 3: not an architecture of nasbench-macro: expected 8 digits, found 4; spreadsheets drop zeros in front",
    );
  });
});

it("NASLib's JSON as Python writes it, with NaN and infinities", () => {
  const key = "(4, 0, 3, 1, 4, 3)";
  const json = `{"nasbench201": {"cifar10": {"${key}": {"zen": {"score": NaN, "time": 0.1}, "synflow": {"score": -Infinity, "time": NaN}, "snip": 2.5, "val_accuracy": 91.5}}}}`;
  const table = imported("naslib", file(json), "nasbench201");
  expect(table.record(0).metrics).toEqual({
    "cifar10-synflow": Number.NEGATIVE_INFINITY,
    "cifar10-snip": 2.5,
    "cifar10-val-accuracy": 91.5,
  });
  expect(refusal("naslib", json.replace("91.5", "Infinity"), "nasbench201")).toContain(
    "expected a number from 0 to 100",
  );
});
