/** SGAS's scores against the worked example of its specification, and their properties (sgas §3, §11). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  certainty,
  edgeDistributions,
  edgeScores,
  normalized,
  stability,
} from "../../../src/selections/greedy/scores.ts";

const softmax = (row: readonly number[]): number[] => {
  const exponentials = row.map(Math.exp);
  const total = exponentials.reduce((a, b) => a + b);
  return exponentials.map((x) => x / total);
};

const alpha = [
  [0, 1, 0],
  [0, 0, 2],
  [1, 0.5, 0.5],
];
const none = [0, 0, 0];
const state = edgeDistributions(alpha.map(softmax), none);

function expectClose(values: readonly number[] | undefined, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(values?.[i]).toBeCloseTo(value, 7);
}

describe("the example of sgas §11.1", () => {
  it("has these importances, distributions and certainties", () => {
    expectClose(state.importance, [0.78805844, 0.89349302, 0.54813724]);
    expectClose(state.distributions[0], [0.73105858, 0.26894142]);
    expectClose(state.distributions[1], [0.11920292, 0.88079708]);
    expectClose(state.distributions[2], [0.5, 0.5]);
    expectClose(state.distributions.map(certainty), [0.16005846, 0.47293466, 0]);
  });

  it("has these scores by criterion 1", () => {
    expectClose(edgeScores(state, 1, []), [0.23511449, 1, 0]);
  });

  it("has these stabilities, and scores by criterion 2", () => {
    const history = [
      [
        [0.5, 0.5],
        [0.2, 0.8],
        [0.5, 0.5],
      ],
      [
        [0.6, 0.4],
        [0.15, 0.85],
        [0.5, 0.5],
      ],
    ];
    const past = (e: number) => history.map((epoch) => epoch[e] as number[]);
    expectClose(
      state.distributions.map((q, e) => stability(q, past(e))),
      [0.81894142, 0.94420292, 1],
    );
    expectClose(edgeScores(state, 2, history), [0, 0.69182859, 0]);
  });
});

const row = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
const matrix = fc.array(row, { minLength: 3, maxLength: 6 });
const scoresOf = (rows: readonly (readonly number[])[], column = 0): number[] =>
  edgeScores(
    edgeDistributions(
      rows.map(softmax),
      rows.map(() => column),
    ),
    1,
    [],
  );

describe("properties (sgas §11.3)", () => {
  it("certainty is 0 for a uniform distribution, 1 for a one-hot one, else between", () => {
    expect(certainty([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(0, 12);
    expect(certainty([0, 1, 0])).toBe(1);
    fc.assert(
      fc.property(row, (logits) => {
        const value = certainty(softmax(logits));
        expect(value).toBeGreaterThanOrEqual(-1e-12);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("stability is 1 where nothing changed, 0 without a past, and never more than 1", () => {
    fc.assert(
      fc.property(row, row, (a, b) => {
        const [p, q] = [softmax(a), softmax(b)];
        expect(stability(p, [p, p])).toBeCloseTo(1, 12);
        expect(stability(p, [])).toBe(0);
        expect(stability(p, [q])).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it("adding a constant to a row of α changes nothing, nor does the order of the operations", () => {
    fc.assert(
      fc.property(matrix, fc.double({ min: -2, max: 2, noNaN: true }), (rows, shift) => {
        // Normalization makes anything of differences that are mere rounding.
        const { importance = [], distributions } = edgeDistributions(
          rows.map(softmax),
          rows.map(() => 0),
        );
        for (const values of [importance, distributions.map(certainty)]) {
          fc.pre(Math.max(...values) - Math.min(...values) > 1e-6);
        }
        const plain = scoresOf(rows);
        expectScores(scoresOf(rows.map((r) => r.map((x) => x + shift))), plain);
        expectScores(scoresOf(rows.map(([n, a, b, c]) => [n, c, a, b] as number[])), plain);
      }),
    );
  });

  it("more weight on none lowers the importance and leaves the distribution", () => {
    const more = edgeDistributions([softmax([1, 1, 0]), softmax([0, 0, 2])], [0, 0]);
    expect(more.importance?.[0]).toBeLessThan(state.importance?.[0] as number);
    expectClose(more.distributions[0], state.distributions[0] as number[]);
  });

  it("normalization gives 0 to the smallest and 1 to the largest, zeros to equal ones", () => {
    expect(normalized([3, 5, 4])).toEqual([0, 1, 0.5]);
    expect(normalized([2, 2])).toEqual([0, 0]);
  });

  it("without none anywhere, certainty decides alone", () => {
    const without = edgeDistributions([softmax([0, 1]), softmax([0, 0])], [-1, -1]);
    expect(without.importance).toBeUndefined();
    expect(edgeScores(without, 1, [])).toEqual([1, 0]);
  });
});

function expectScores(values: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 5);
}
