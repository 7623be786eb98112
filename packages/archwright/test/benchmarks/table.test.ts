import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Column, decodeTable, encodeTable, readTable } from "../../src/benchmarks/table.ts";
import { ArchwrightError } from "../../src/errors.ts";

const column = (name: string, width: number, values: readonly number[]): Column => ({
  name,
  width,
  values: Float64Array.from(values),
});

const small = encodeTable(3, [
  column("accuracy", 1, [94.3733333, 10, Number.NaN]),
  column("runs", 2, [94.26, 94.68, 10, Number.NaN, Number.NaN, Number.NaN]),
]);

function refused(bytes: Uint8Array): void {
  try {
    decodeTable(bytes, "a.table");
  } catch (error) {
    expect(error).toBeInstanceOf(ArchwrightError);
    expect((error as ArchwrightError).code).toBe("benchmark");
    expect((error as ArchwrightError).message).toContain("a.table");
    return;
  }
  expect.fail("a damaged table was accepted");
}

describe("a table file", () => {
  it.each([256, 257, 65_536, 65_537])("tells %d different values apart", (count) => {
    const values = Array.from({ length: count }, (_, i) => i / 7);
    const table = decodeTable(encodeTable(count, [column("value", 1, values)]), "a.table");
    expect(table.column("value")).toEqual(Float64Array.from(values));
  });

  it("gives back what was put in", () => {
    const table = decodeTable(small, "a.table");
    expect(table.rows).toBe(3);
    expect(table.columns).toEqual(["accuracy", "runs"]);
    expect([...table.column("accuracy")]).toEqual([94.3733333, 10, Number.NaN]);
    expect([...table.cell("runs", 1)]).toEqual([10, Number.NaN]);
    expect(() => table.column("loss")).toThrow(/has no column "loss"/);
  });

  it("gives back any doubles, with indices of one, two and four bytes", () => {
    for (const rows of [200, 2_000, 70_000]) {
      const values = Array.from({ length: rows }, (_, i) => Math.sqrt(i) * (i % 2 === 0 ? 1 : -1));
      expect([...decodeTable(encodeTable(rows, [column("x", 1, values)]), "").column("x")]).toEqual(values);
    }
    const any = fc
      .array(fc.double(), { minLength: 1, maxLength: 50 })
      .map((values) => values.map((value) => value + 0));
    fc.assert(
      fc.property(any, (values) => {
        expect([...decodeTable(encodeTable(values.length, [column("x", 1, values)]), "").column("x")]).toEqual(values);
      }),
    );
  });

  it("is refused with any byte changed", () => {
    for (let i = 0; i < small.length; i++) {
      const damaged = Uint8Array.from(small);
      damaged[i] = (damaged[i] as number) ^ 0x20;
      refused(damaged);
    }
  });

  it("is refused cut short at any length, and with bytes added", () => {
    for (let length = 0; length < small.length; length++) refused(small.subarray(0, length));
    refused(Buffer.concat([small, Buffer.from([0])]));
  });

  it("says so if it is of another version", () => {
    const newer = Uint8Array.from(small);
    newer[8] = 2;
    expect(() => decodeTable(newer, "a.table")).toThrow(/version 2, this program reads version 1/);
  });

  it("says so if it is missing", () => {
    const folder = mkdtempSync(join(tmpdir(), "archwright-table-"));
    try {
      expect(() => readTable(join(folder, "none.table"))).toThrow(/cannot read the benchmark table/);
      writeFileSync(join(folder, "some.table"), small);
      expect(readTable(join(folder, "some.table")).rows).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
