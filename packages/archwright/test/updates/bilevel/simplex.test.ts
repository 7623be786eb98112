/** The projection of SDARTS: stated vectors, and what holds for every row (sdarts §11.1). */
import { scope } from "@archwright/torch";
import "../../networks/leaks.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip } from "../../../src/updates/bilevel/simplex.ts";
import { constant, distance } from "../support.ts";

const clipped = (rows: readonly (readonly number[])[]): number[][] =>
  scope(() => {
    const width = rows[0]?.length ?? 0;
    const values = clip(constant(rows.flat(), [rows.length, width])).toArray();
    return rows.map((_, i) => values.slice(i * width, (i + 1) * width));
  });

const one = (row: readonly number[]): number[] => clipped([row])[0] as number[];

it.each([
  [
    [0.5, 0.3, 0.2],
    [0.5, 0.3, 0.2],
  ],
  [
    [0.9, -0.1, 0.4],
    [0.9 / 1.3, 0, 0.4 / 1.3],
  ],
  [
    [-0.1, -0.2, -0.05],
    [0, 0, 1],
  ],
  [
    [1.3, 0.1, 0.1],
    [1 / 1.2, 0.1 / 1.2, 0.1 / 1.2],
  ],
])("%j becomes %j", (row, expected) => {
  expect(distance(one(row), expected)).toBeLessThan(1e-15);
});

it("takes the largest entry before clamping for a row of zeros, the first of equal ones", () => {
  expect(one([-0.3, -0.1, -0.1])).toEqual([0, 1, 0]);
  expect(one([0, 0, 0])).toEqual([1, 0, 0]);
});

const entry = fc.double({ min: -1, max: 2, noNaN: true });
const row = fc.array(entry, { minLength: 1, maxLength: 6 });

describe("every row", () => {
  it("becomes a point of the simplex, and stays where it is then", () => {
    fc.assert(
      fc.property(row, (values) => {
        const result = one(values);
        for (const x of result) expect(x).toBeGreaterThanOrEqual(0);
        expect(result.reduce((total, x) => total + x, 0)).toBeCloseTo(1, 12);
        expect(distance(one(result), result)).toBeLessThan(1e-15);
      }),
    );
  });

  it("keeps the order of its entries", () => {
    fc.assert(
      fc.property(row, (values) => {
        const result = one(values);
        for (const [i, x] of values.entries()) {
          for (const [j, y] of values.entries()) {
            if (x <= y && y > 0) expect(result[i]).toBeLessThanOrEqual(result[j] as number);
          }
        }
      }),
    );
  });

  it("is clipped on its own", () => {
    const rows = fc.array(fc.array(entry, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (values) => {
        expect(clipped(values)).toEqual(values.map(one));
      }),
    );
  });
});
