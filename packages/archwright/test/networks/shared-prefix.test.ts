/** Where mixtures part. */
import { expect, it } from "vitest";
import { sharedPrefix } from "../../src/networks/inference/shared-prefix.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { changed, randomMixture, removed, without } from "./support.ts";

const options = { channels: 16, cells: 8, classes: 10, purpose: "search" } as const;
const skeleton = darts.skeleton(options); // cells 2 and 5 are the reductions
const mixture = randomMixture(darts, 1);
const prefix = (...others: (typeof mixture)[]) => sharedPrefix(skeleton, darts.cells, [mixture, ...others]);

it("is nothing for one mixture: there is nobody to share with", () => {
  expect(prefix()).toEqual({ blocks: 0, nodes: 0 });
});

it("is everything for equal mixtures", () => {
  expect(prefix(mixture)).toEqual({ blocks: 8, nodes: 0 });
  expect(prefix(structuredClone(mixture) as typeof mixture)).toEqual({ blocks: 8, nodes: 0 });
  expect(sharedPrefix(skeleton, darts.cells, [undefined, undefined])).toEqual({ blocks: 8, nodes: 0 });
});

it("ends in the first cell of the kind that differs, below the node that the edge leads to", () => {
  // Edges 0,1 lead to node 2; 2-4 to 3; 5-8 to 4; 9-13 to 5 (space-darts §1).
  expect(prefix(changed(mixture, "normal", 0, without(3)))).toEqual({ blocks: 0, nodes: 2 });
  expect(prefix(changed(mixture, "normal", 4, without(3)))).toEqual({ blocks: 0, nodes: 3 });
  expect(prefix(changed(mixture, "normal", 8, removed))).toEqual({ blocks: 0, nodes: 4 });
  expect(prefix(changed(mixture, "normal", 13, without(0)))).toEqual({ blocks: 0, nodes: 5 });
  expect(prefix(changed(mixture, "reduce", 5, without(0)))).toEqual({ blocks: 2, nodes: 4 });
});

it("is the shortest of all that differ", () => {
  const late = changed(mixture, "reduce", 13, without(0));
  const early = changed(mixture, "reduce", 2, without(0));
  expect(prefix(late, early)).toEqual({ blocks: 2, nodes: 3 });
  expect(prefix(late, mixture, changed(mixture, "normal", 9, without(0)))).toEqual({ blocks: 0, nodes: 5 });
});

it("counts a difference that only the later mixtures have", () => {
  const other = changed(mixture, "normal", 6, without(0));
  expect(prefix(mixture, mixture, other)).toEqual({ blocks: 0, nodes: 4 });
});

it("starts with the first block in NAS-Bench-201, whose cells are all of one kind", () => {
  const own = randomMixture(nasbench201, 1);
  const mixtures = [own, changed(own, "cell", 5, without(1))];
  expect(sharedPrefix(nasbench201.skeleton({ ...options, cells: 5 }), nasbench201.cells, mixtures)).toEqual({
    blocks: 0,
    nodes: 3,
  });
});
