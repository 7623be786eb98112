import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/benchmarks/importers/csv.ts";
import { hasSharedData, needsSharedData, sharedCsv, sharedFolder } from "../../spaces/shared-data.ts";
import { file, imported, refusal } from "./support.ts";

const columns = ["a", "b", "c"].map((name) => ({ name, optional: name === "c" }));
const rows = (text: string) =>
  [...readCsv(file(text), columns)].map((row) => [row.place, row.text("a"), row.text("b"), row.text("c")]);

describe("fields", () => {
  it("are read by name, with quotes, CRLF, empty lines and no last line end", () => {
    expect(rows('b,a,c\r\n2,1,3\r\n\r\n"x, ""y""",,z')).toEqual([
      ["line 2", "1", "2", "3"],
      ["line 4", "", 'x, "y"', "z"],
    ]);
    expect(rows('a,b,c\n"1","2",\n')).toEqual([["line 2", "1", "2", ""]]);
    expect(rows("\uFEFFa,b,c\n1,2,3\n")).toEqual([["line 2", "1", "2", "3"]]);
  });

  it("are numbers in their range; an optional one may be empty", () => {
    const [row] = [...readCsv(file("a,b,c\n0.5,1;2;3,\n"), columns)];
    expect(row?.number("a", { min: 0, max: 1 })).toBe(0.5);
    expect(row?.numbers("b")).toEqual([1, 2, 3]);
    expect(row?.number("c")).toBeUndefined();
    expect(() => row?.number("a", { whole: true })).toThrow('line 2, column "a": expected a whole number, found "0.5"');
    expect(() => row?.number("a", { min: 1 })).toThrow("expected a number of at least 1");
    expect(() => row?.number("b")).toThrow('expected a number, found "1;2;3"');
  });

  it.each([
    ["", "the file is empty; expected a header line"],
    ["a,b\n", 'line 1: the columns are not this format\'s: missing "c" (expected a,b,c)'],
    ["a,b,c,d\n", 'unknown "d"'],
    ["a,b,c,b\n", 'line 1, column "b": it is there twice'],
    ["a,b,c\n1,2\n", "line 2: expected 3 fields, found 2"],
    ['a,b,c\n1,"2,3\n', "line 2: a quoted field does not end"],
  ])("%j is refused", (text, message) => {
    expect(() => rows(text)).toThrow(message);
  });
});

const macroHeader = "arch,test_acc_mean,test_acc_std,test_acc_seeds,params,flops";
const macroRow = "00000000,45.3633321,0.0543648624,45.32;45.33;45.44,387882,7713280";

describe("NAS-Bench-Macro rows", () => {
  it("are imported from plain and gzipped files", () => {
    for (const content of [`${macroHeader}\n${macroRow}\n`, gzipSync(`${macroHeader}\n${macroRow}\n`)]) {
      const table = imported("nasbench-macro-csv", file(content));
      expect(table).toMatchObject({ name: "nasbench-macro", space: "nasbench-macro", size: 1 });
      expect(table.lookup("00000000")).toMatchObject({
        metrics: { "cifar10-test": 45.3633321, params: 387_882 },
        runs: { "cifar10-test": [45.32, 45.33, 45.44] },
      });
    }
  });

  it.each([
    [
      "accuracy of 101 %",
      macroRow.replace("45.3633321", "101"),
      'line 2, column "test_acc_mean": expected a number from 0 to 100, found "101"',
    ],
    [
      "no number",
      macroRow.replace("45.3633321", ""),
      'column "test_acc_mean": expected a number from 0 to 100, found ""',
    ],
    [
      "one seed is text",
      macroRow.replace("45.33;", "x;"),
      'column "test_acc_seeds": expected a number from 0 to 100, found "x"',
    ],
    [
      "outside the space",
      macroRow.replace("00000000", "00000003"),
      'line 2: not an architecture of nasbench-macro: "3" is no choice',
    ],
    [
      "other parameters",
      macroRow.replace("387882", "387883"),
      `line 2, column "params": found 387883, but the architecture's is 387882: this is another version of the table`,
    ],
    [
      "a mean of other seeds",
      macroRow.replace("45.3633321", "45.4633321"),
      'line 2, column "test_acc_mean": found 45.4633321, but that of the seeds is 45.3633',
    ],
    [
      "a deviation of other seeds",
      macroRow.replace("0.0543648624", "0.0665"),
      'line 2, column "test_acc_std": found 0.0665, but that of the seeds is 0.0544',
    ],
    ["other work", macroRow.replace("7713280", "1"), `column "flops": found 1, but the architecture's is 7713280`],
    ["twice", `${macroRow}\n${macroRow}`, "line 3: the architecture stands in line 2 already: 00000000"],
    ["none", "", "the file holds no rows"],
  ])("%s", (_, row, message) => {
    expect(refusal("nasbench-macro-csv", `${macroHeader}\n${row}\n`)).toContain(message);
  });

  it("a damaged gzip file is named", () => {
    const damaged = gzipSync(`${macroHeader}\n${macroRow}\n`).subarray(0, 40);
    expect(refusal("nasbench-macro-csv", damaged)).toContain("the gzip file is damaged or cut short");
  });
});

describe("NAS-Bench-101 rows", () => {
  const header =
    "hash,num_vertices,adjacency,ops,valid_acc_4ep,valid_acc_12ep,valid_acc_36ep,valid_acc_108ep,train_seconds_108ep,params";
  const row =
    "00005c142e6f48ac74fdcf73e3439874,7,0100110|0010000|0001001|0000010|0000010|0000001|0000000,input;conv3x3-bn-relu;maxpool3x3;conv3x3-bn-relu;conv3x3-bn-relu;conv1x1-bn-relu;output,0.360476762,0.421975166,0.900140226,0.930488765,1768.97595,8555530";

  it.each([
    [
      "another cell's hash",
      row.replace("00005c", "00005d"),
      `line 2, column "hash": found 00005d142e6f48ac74fdcf73e3439874, but the architecture's is 00005c142e6f48ac74fdcf73e3439874`,
    ],
    [
      "no way through the cell",
      row.replace("0100110|0010000", "0000000|0010000"),
      "line 2: not an architecture of nasbench101: no path leads from the input to the output",
    ],
    [
      "another number of vertices",
      row.replace(",7,", ",6,"),
      'line 2, column "num_vertices": found 6, but the adjacency matrix is not 6×6',
    ],
    ["an operation that is none", row.replace(";maxpool3x3;", ";maxpool5x5;"), '"maxpool5x5" is no operation'],
    [
      "a percentage",
      row.replace("0.930488765", "93.0488765"),
      'column "valid_acc_108ep": expected a number from 0 to 1, found "93.0488765"',
    ],
  ])("%s", (_, text, message) => {
    expect(refusal("nasbench101-csv", `${header}\n${text}\n`)).toContain(message);
  });

  it("may have a matrix without bars between its rows", () => {
    const flat = row.replace(/[01|]{55}/, (matrix) => matrix.replaceAll("|", ""));
    expect(flat).toHaveLength(row.length - 6);
    expect(imported("nasbench101-csv", file(`${header}\n${flat}\n`)).size).toBe(1);
  });

  it.skipIf(!hasSharedData)(
    `keep their values, and are found by hash and by any isomorphic cell ${needsSharedData}`,
    () => {
      const rows = sharedCsv("nasbench101-sample.csv.gz").slice(0, 1_000);
      const names = header.split(",");
      const lines = rows.map((row) => names.map((name) => row[name]).join(","));
      const table = imported("nasbench101-csv", file([header, ...lines].join("\n")));
      expect(table.size).toBe(1_000);
      for (const [column, metric] of [
        ["valid_acc_4ep", "valid-4ep"],
        ["valid_acc_108ep", "valid-108ep"],
        ["train_seconds_108ep", "seconds-108ep"],
        ["params", "params"],
      ] as const) {
        expect([...table.column(metric)]).toEqual(rows.map((values) => Number(values[column])));
      }
      expect(table.lookup(rows[500]?.hash as string).index).toBe(500);
      // Vertices 3 and 4 of the first cell swapped: 0→4, 3→5 and 4→5 become 0→3, 4→5 and 3→5.
      const swapped =
        "0101010|0010000|0000101|0000010|0000010|0000001|0000000 input;conv3x3-bn-relu;maxpool3x3;conv3x3-bn-relu;conv3x3-bn-relu;conv1x1-bn-relu;output";
      expect(table.lookup(swapped).index).toBe(0);
      expect(() => table.lookup("010|001|000 input;conv3x3-bn-relu;output")).toThrow(
        /does not hold this architecture; it has 1000 of 423624 architectures of nasbench101/,
      );
    },
  );
});

describe("TransNAS-Bench-101 rows", () => {
  const values = {
    class_scene: "54.9",
    room_layout: "-0.6",
    jigsaw: "95.3",
    autoencoder: "0.57",
    normal: "0.59",
    segmentsemantic: "26",
  };
  const table = (changes: Partial<typeof values>): string => {
    const columns = Object.entries({ ...values, ...changes }).flatMap(([task, value]) =>
      ["best", "final"].map((epoch) => [`${task}_valid_${epoch}`, value]),
    );
    return [
      ["arch", ...columns.map(([name]) => name)],
      ["64-41414-1_11_111", ...columns.map(([, value]) => value)],
    ]
      .map((fields) => fields.join())
      .join("\n");
  };
  const space = "transnasbench101-micro";

  it("are results in the range of each measure", () => {
    const { metrics } = imported("transnasbench101-csv", file(table({})), space).record(0);
    expect(metrics).toMatchObject({ "room-layout-valid-best": -0.6, "normal-valid-final": 0.59 });
  });

  it.each([
    [{ autoencoder: "57" }, 'column "autoencoder_valid_best": expected a number from 0 to 1, found "57"'],
    [{ normal: "-0.1" }, 'column "normal_valid_best": expected a number from 0 to 1, found "-0.1"'],
    [{ room_layout: "0.6" }, 'column "room_layout_valid_best": expected a number of at most 0, found "0.6"'],
    [{ jigsaw: "100.1" }, 'column "jigsaw_valid_best": expected a number from 0 to 100, found "100.1"'],
  ])("%j is refused", (changes, message) => {
    expect(refusal("transnasbench101-csv", table(changes), space)).toContain(message);
  });
});

describe.skipIf(!hasSharedData)(`published files ${needsSharedData}`, () => {
  it.each([
    ["nasbench-macro-csv", "nasbench-macro.csv.gz", "nasbench-macro", 6_561],
    ["transnasbench101-csv", "transnasbench101-micro.csv.gz", "transnasbench101-micro", 4_096],
    ["transnasbench101-csv", "transnasbench101-macro.csv.gz", "transnasbench101-macro", 3_256],
  ] as const)("%s: %s", (format, name, space, size) => {
    expect(imported(format, `${sharedFolder}${name}`, space).size).toBe(size);
  });
});
