/** Batch norm in the convolution before it, by hand. */
import { expect, test } from "vitest";
import { foldNorms } from "../../src/export/fold.ts";
import type { ExportNode } from "../../src/export/graph.ts";

const conv = (name: string, input: string): ExportNode => ({
  name,
  inputs: [input],
  operation: {
    kind: "conv",
    weight: { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2, 1, 1] },
    stride: [1, 1],
    padding: [0, 0],
    dilation: 1,
    groups: 1,
  },
});
const affine = (name: string, input: string): ExportNode => ({
  name,
  inputs: [input],
  operation: { kind: "affine", scale: Float64Array.of(2, -1), shift: Float64Array.of(0.5, 7) },
});
const relu = (name: string, input: string): ExportNode => ({ name, inputs: [input], operation: { kind: "relu" } });

test("scale goes into the weights of its output channel, shift into the bias; readers read the convolution", () => {
  const { nodes } = foldNorms({ nodes: [conv("c", "images"), affine("n", "c"), relu("r", "n")] });
  expect(nodes.map(({ name, inputs }) => [name, ...inputs])).toEqual([
    ["c", "images"],
    ["r", "c"],
  ]);
  expect(nodes[0]?.operation).toMatchObject({
    weight: { values: Float32Array.of(2, 4, -3, -4) },
    bias: Float32Array.of(0.5, 7),
  });
});

test("a convolution that something else reads too stays as it is, and so does a norm after another layer", () => {
  const shared = [conv("c", "images"), affine("n", "c"), relu("r", "c")];
  expect(foldNorms({ nodes: shared }).nodes).toEqual(shared);
  const behind = [relu("r", "images"), affine("n", "r")];
  expect(foldNorms({ nodes: behind }).nodes).toEqual(behind);
});
