/** Eproxy's losses at other weights of its FLOPs term. */
import { expect, it } from "vitest";
import type { Candidates } from "../../../src/runs/correlate/candidates.ts";
import { weightedColumns } from "../../../src/runs/correlate/flops-weights.ts";
import type { ScoreTable } from "../../../src/runs/correlate/score-table.ts";

const column = (name: string, direction: "higher" | "lower", scores: number[]) => ({ name, direction, scores });

const table = (...columns: ReturnType<typeof column>[]): ScoreTable => ({
  path: "own.csv",
  names: columns.map(({ name }) => name),
  rows: [],
  columns,
  members: [],
  unfinished: 0,
});

/** The first row is not in the benchmark. */
const candidates = {
  rows: [1, 2, 3].map((row) => ({ row, index: row, architecture: "" })),
  macsShares: () => [0.5, 1, 0.25],
} as unknown as Candidates;

it("multiply the losses, larger is better, infinite losses stay last", () => {
  const own = table(
    column("eproxy", "lower", [9, 2, 3, Number.POSITIVE_INFINITY]),
    column("nwot", "higher", [0, 0, 0, 0]),
  );
  const columns = weightedColumns(own, candidates, [-0.5, 0, 0.1]);
  expect(columns.map(({ name }) => name)).toEqual(["eproxy α=-0.5", "eproxy α=0.1"]);
  const [negative, positive] = columns.map(({ combine }) => combine([0, 1, 2]));
  expect(negative).toEqual([-2.5, -4.5, Number.NEGATIVE_INFINITY]);
  expect(positive?.map((value) => Number(value.toFixed(12)))).toEqual([-1.9, -2.7, Number.NEGATIVE_INFINITY]);
  expect(columns[0]?.combine([1])).toEqual([-4.5]);
  expect(weightedColumns(own, candidates, [])).toEqual([]);
});

it("need losses", () => {
  expect(() => weightedColumns(table(column("nwot", "higher", [1])), candidates, [0.1])).toThrow(
    /FLOPs weights are for eproxy and gennas, which own\.csv does not have/,
  );
});
