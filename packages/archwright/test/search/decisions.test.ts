/** Mixtures that follow from decisions. */
import { expect, it } from "vitest";
import {
  decidedGenotype,
  decidedMixture,
  onlyOperation,
  undecided,
  undecidedEdges,
  withoutEdge,
  withoutOperation,
} from "../../src/search/decisions.ts";
import { cell } from "../../src/spaces/cells.ts";

const template = cell("cell", { nodes: 3, operations: ["a", "b"] });
const base = {
  values: [
    [0.25, 0.75],
    [0.5, 0.5],
    [0.125, 0.875],
  ],
};

it("starts undecided, with the mixture as it is", () => {
  const decisions = undecided(template);
  expect(undecidedEdges(decisions)).toEqual([0, 1, 2]);
  expect(decidedMixture(base, decisions)).toEqual(base);
  expect(() => decidedGenotype(template, decisions)).toThrow(/undecided/);
});

it("puts decided edges one-hot and removed ones to zero, and renormalizes nothing", () => {
  const decisions = { chosen: [1, null, 0], dropped: [false, false, true] };
  expect(decidedMixture(base, decisions).values).toEqual([
    [0, 1],
    [0.5, 0.5],
    [0, 0],
  ]);
  expect(undecidedEdges(decisions)).toEqual([1]);
  expect(withoutOperation(base, 0, 0).values).toEqual([
    [0, 0.75],
    [0.5, 0.5],
    [0.125, 0.875],
  ]);
  expect(onlyOperation(base, 1, 1).values).toEqual([
    [0.25, 0.75],
    [0, 1],
    [0.125, 0.875],
  ]);
  expect(withoutEdge(base, 2).values).toEqual([
    [0.25, 0.75],
    [0.5, 0.5],
    [0, 0],
  ]);
  expect(base.values[0]).toEqual([0.25, 0.75]);
});

it("leaves removed edges out of the genotype", () => {
  expect(decidedGenotype(template, { chosen: [1, 0, 1], dropped: [false, true, false] })).toEqual({
    choices: [
      { source: 0, target: 1, operation: "b" },
      { source: 1, target: 2, operation: "b" },
    ],
  });
});
