import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTable } from "../../../src/benchmarks/tables/read.ts";
import { encodeTableFile, type TableContents } from "../../../src/benchmarks/tables/write.ts";
import { ArchwrightError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../runs/temporary.ts";

const accuracy = { name: "accuracy", title: "accuracy", unit: "%", larger: "better" } as const;
const runs = { name: "runs", title: "single runs", unit: "%", larger: "better" } as const;

const contents: TableContents = {
  name: "small",
  title: "a table of the tests",
  source: "none",
  space: "nasbench-macro",
  architectures: ["00000000", "12121212", "22222222"],
  identities: ["00000000", "12121212", "22222222"],
  columns: [
    { metric: accuracy, values: Float64Array.from([45.36, Number.NaN, 93.1]) },
    { metric: runs, runs: { width: 2, values: Float64Array.from([1, 2, 3, Number.NaN, Number.NaN, Number.NaN]) } },
  ],
};

function written(bytes: Uint8Array, folder = temporaryFolder()): string {
  const path = join(folder, "small.awt");
  writeFileSync(path, bytes);
  return path;
}

describe("a table file", () => {
  const open = () => openTable(written(encodeTableFile(contents)));

  it("describes itself", () => {
    const table = open();
    expect(table).toMatchObject({ name: "small", title: "a table of the tests", space: "nasbench-macro", size: 3 });
    expect(table.metrics).toEqual([accuracy, runs]);
  });

  it("has records by index and by architecture; a mean of runs where no value is stored", () => {
    const table = open();
    expect(table.record(0)).toEqual({
      index: 0,
      architecture: "00000000",
      metrics: { accuracy: 45.36, runs: 1.5 },
      runs: { runs: [1, 2] },
    });
    expect(table.lookup(" 12121212 ")).toEqual({
      index: 1,
      architecture: "12121212",
      metrics: { runs: 3 },
      runs: { runs: [3] },
    });
    expect(table.record(2)).toMatchObject({ metrics: { accuracy: 93.1 }, runs: { runs: [] } });
    expect(table.record(2).metrics).not.toHaveProperty("runs");
    expect([...table.column("accuracy")]).toEqual([45.36, Number.NaN, 93.1]);
    expect([...table.column("runs")]).toEqual([1.5, 3, Number.NaN]);
  });

  it("says what it does not hold", () => {
    const table = open();
    expect(() => table.lookup("11111111")).toThrow(/does not hold this architecture; it has 3 of 6561 architectures/);
    expect(() => table.lookup("3")).toThrow(/not an architecture of nasbench-macro/);
    expect(() => table.record(3)).toThrow(/no index 3; indices are 0 to 2/);
    expect(() => table.column("acuracy")).toThrow(/did you mean "accuracy"/);
  });

  it("tells architectures with one key apart by their identity", () => {
    // Both identities are claimed to be the same: only the text decides.
    const clash = openTable(written(encodeTableFile({ ...contents, identities: ["12121212", "12121212", "x"] })));
    expect(clash.lookup("12121212").index).toBe(1);
  });
});

describe("refused", () => {
  const good = encodeTableFile(contents);

  it("with any byte of the file changed, cut short, or of another version: never wrong values", () => {
    const folder = temporaryFolder();
    const whole = openTable(written(good, folder));
    const expected = [0, 1, 2].map((row) => whole.record(row));
    for (let i = 0; i < good.length; i += 3) {
      const damaged = Uint8Array.from(good);
      damaged[i] = (damaged[i] as number) ^ 0x20;
      expectRefusalOr(damaged, expected, folder);
    }
    for (let length = 0; length < good.length; length += 7) expectRefusalOr(good.subarray(0, length), expected, folder);
  });

  /** Padding between sections is in no checksum: a change there must change nothing. */
  function expectRefusalOr(bytes: Uint8Array, expected: unknown, folder: string): void {
    try {
      const table = openTable(written(bytes, folder));
      const records = [0, 1, 2].map((row) => table.record(row));
      table.lookup("22222222");
      expect(records).toEqual(expected);
    } catch (error) {
      expect(error).toBeInstanceOf(ArchwrightError);
      expect((error as ArchwrightError).code).toBe("benchmark");
    }
  }

  it("by name of what is wrong", () => {
    const newer = Uint8Array.from(good);
    newer[8] = 3;
    expect(() => openTable(written(newer))).toThrow(/has version 3, this program reads version 2; import it again/);
    expect(() => openTable(written(new Uint8Array(100)))).toThrow(/is not a table file or is cut short/);
    expect(() => openTable(join(temporaryFolder(), "none.awt"))).toThrow(
      /cannot read the benchmark table .*\(ENOENT\)/,
    );
    const unknown = encodeTableFile({ ...contents, space: "nasbench-makro" });
    expect(() => openTable(written(unknown))).toThrow(/unknown space "nasbench-makro"/);
    const version1 = readFileSync(new URL("../../../assets/nasbench201.table", import.meta.url));
    expect(() => openTable(written(version1))).toThrow(/has version 1/);
  });
});
