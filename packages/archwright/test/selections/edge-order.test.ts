/** Orders in which edges are decided (zero-cost-pt §4.1). */
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { bestEdge, comparesEdges, edgeOrders, nextEdge, rankEdges } from "../../src/selections/zero-cost/edge-order.ts";

const random = () => Random.stream(1, "test/order");

// Row by row: least 1, mean 3; least 2, mean 2; least 0, mean 5.
const compared = {
  edges: [3, 5, 7],
  scores: [
    [1, 5, 3],
    [2, 2, 2],
    [0, 9, 6],
  ],
};

describe("orders that do not look at scores", () => {
  it("take the lowest, the highest, or any undecided edge", () => {
    expect(nextEdge("fixed", [4, 2, 5], random())).toBe(2);
    expect(nextEdge("reverse", [4, 5, 2], random())).toBe(5);
    const stream = random();
    const picks = Array.from({ length: 300 }, () => nextEdge("random", [4, 5, 2], stream));
    const counts = [2, 4, 5].map((edge) => picks.filter((pick) => pick === edge).length);
    expect(counts.reduce((a, b) => a + b)).toBe(300);
    // Uniform: 100 of each, within five standard deviations.
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(300 * (1 / 3) * (2 / 3)));
  });
});

describe("orders that do", () => {
  it("put the edge with the best operation first, or the one with the best mean", () => {
    expect(bestEdge("global-op-iter", compared, "min").edge).toBe(7);
    expect(bestEdge("global-edge-iter", compared, "min").edge).toBe(5);
    expect(bestEdge("global-op-iter", compared, "max").edge).toBe(7);
    expect(bestEdge("global-edge-iter", compared, "max").edge).toBe(7);
  });

  it("rank all edges once", () => {
    expect(rankEdges("global-op-once", compared, "min", false)).toEqual([7, 3, 5]);
    expect(rankEdges("global-edge-once", compared, "min", false)).toEqual([5, 3, 7]);
    expect(rankEdges("global-op-once", compared, "max", false)).toEqual([7, 3, 5]);
    expect(rankEdges("global-edge-once", compared, "max", false)).toEqual([7, 3, 5]);
  });

  it("visit edges in reverse as the released code does, whatever the scores (zero-cost-pt §12.7)", () => {
    const all = { edges: [0, 1, 2, 3, 4, 5], scores: [4, 2, 6, 1, 5, 3].map((score) => [score, 9]) };
    for (const order of ["global-op-once", "global-edge-once"] as const) {
      expect(rankEdges(order, all, "min", true)).toEqual([5, 4, 3, 2, 1, 0]);
      expect(rankEdges(order, all, "min", false)).toEqual([3, 1, 5, 0, 4, 2]);
    }
  });

  it("keep the order of the edges in a tie, and put rows of NaN last", () => {
    const scores = [
      [Number.NaN, Number.NaN],
      [3, 3],
      [3, Number.NaN],
      [Number.NEGATIVE_INFINITY, 4],
    ];
    const odd = { edges: [0, 1, 2, 3], scores };
    expect(rankEdges("global-op-once", odd, "min", false)).toEqual([3, 1, 2, 0]);
    expect(rankEdges("global-edge-once", odd, "min", false)).toEqual([3, 1, 2, 0]);
    expect(bestEdge("global-op-iter", odd, "min").edge).toBe(3);
    expect(bestEdge("global-edge-iter", { edges: [8, 9], scores: [[Number.NaN], [Number.NaN]] }, "min").edge).toBe(8);
  });

  it("tell edges apart by the mean where their best operations are equal, and by the best where the means are", () => {
    const edges = [4, 6];
    const best = {
      edges,
      scores: [
        [1, 9],
        [1, 3],
      ],
    };
    expect(bestEdge("global-op-iter", best, "min")).toEqual({
      edge: 6,
      edgeTie: { candidates: 2, brokenBy: "mean of the operations" },
    });
    const mean = {
      edges,
      scores: [
        [3, 3],
        [2, 4],
      ],
    };
    expect(bestEdge("global-edge-iter", mean, "min")).toEqual({
      edge: 6,
      edgeTie: { candidates: 2, brokenBy: "best operation" },
    });
    expect(bestEdge("global-op-iter", mean, "min")).toEqual({ edge: 6 });
  });

  it("know when they compare edges", () => {
    expect(edgeOrders.map(comparesEdges)).toEqual(["never", "never", "never", "always", "once", "always", "once"]);
  });
});
