/** Numbers as text. */
import { expect, test } from "vitest";
import { formatBytes, formatDuration, formatLarge, formatScore } from "../../../src/runs/report/numbers.ts";

test("scores keep six significant digits and at least two decimals", () => {
  expect([160123.456, 1602.3456, -3.5, 0.123456789, 0].map(formatScore)).toEqual([
    "160123.46",
    "1602.35",
    "−3.50000",
    "0.12346",
    "0.00000",
  ]);
  expect([1e-7, -2.5e12, "NaN" as const, "Infinity" as const, "-Infinity" as const].map(formatScore)).toEqual([
    "1.0000e−7",
    "−2.5000e+12",
    "NaN",
    "∞",
    "−∞",
  ]);
});

test("durations", () => {
  expect([4.24, 42, 192.3, 3599.9, 7500].map(formatDuration)).toEqual([
    "4.2 s",
    "42 s",
    "3 min 12 s",
    "1 h 0 min",
    "2 h 5 min",
  ]);
});

test("counts and sizes", () => {
  expect([312, 1073466, 153274368, 2.5e9].map(formatLarge)).toEqual(["312", "1.07 M", "153 M", "2.50 G"]);
  expect([16 * 2 ** 30, 1.5 * 2 ** 30].map(formatBytes)).toEqual(["16 GiB", "1.5 GiB"]);
});
