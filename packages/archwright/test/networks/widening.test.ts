/** Widening: channels are copied at random, with those that go together copied alike (drnas §3.1, §9). */
import { noGrad, scope, type Tensor } from "@archwright/torch";
import "./leaks.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cell } from "../../src/networks/cell.ts";
import { BatchNorm, type Conv, FactorizedReduce, type Sequence } from "../../src/networks/layers.ts";
import { type Network, supernet } from "../../src/networks/network.ts";
import { type Carry, widen } from "../../src/networks/widening.ts";
import { Random } from "../../src/random.ts";
import { darts } from "../../src/spaces/darts.ts";
import { pretendTrained, sized } from "./support.ts";

const own = (partial: number) => {
  const space = sized(darts, 8, 3);
  return { ...space, sizes: { ...space.sizes, search: { ...space.sizes.search, partial } } };
};

let narrow: Network;
let wide: Network;
let carry: Carry;

beforeEach(() => {
  narrow = supernet(own(4), { classes: 3, seed: 1 });
  wide = supernet(own(2), { classes: 3, seed: 1 });
  pretendTrained(narrow, 5);
  carry = widen(narrow, wide, Random.stream(1, "widen"));
});

afterEach(() => {
  narrow.dispose();
  wide.dispose();
});

/** The filters of a weight, or the entries of a vector. */
const slices = (x: Tensor): string[] => {
  const values = x.toArray();
  const width = values.length / (x.shape[0] as number);
  return Array.from({ length: x.shape[0] as number }, (_, c) => String(values.slice(c * width, (c + 1) * width)));
};

/** The operations of both, by name, over all cells. */
const operations = (): { name: string; from: Sequence; to: Sequence }[] =>
  narrow.blocks.flatMap((block, k) =>
    block instanceof Cell
      ? [...block.operations].map(([name, from]) => ({
          name: name.split(":")[1] as string,
          from,
          to: (wide.blocks[k] as Cell).operations.get(name) as Sequence,
        }))
      : [],
  );

/** Which channel each one of the wider vector is a copy of; the values of the narrower are all different. */
const copies = (from: Tensor, to: Tensor): number[] => {
  const known = slices(from);
  expect(new Set(known).size).toBe(known.length);
  return slices(to).map((slice) => known.indexOf(slice));
};

it("what does not see parts of channels is as it was", () => {
  const [before, after] = [narrow.state(), wide.state()];
  const outside = Object.keys(before).filter((name) => !name.includes("operations"));
  expect(outside.length).toBeGreaterThan(10);
  for (const name of outside) expect(slices(after[name] as Tensor)).toEqual(slices(before[name] as Tensor));
});

describe("operations", () => {
  it("have the shapes of the wider network, the first channels as they were, and copies of them behind", () => {
    let drawn = 0;
    for (const { from, to } of operations()) {
      for (const [i, layer] of from.layers.entries()) {
        const wider = to.layers[i];
        if (!(layer instanceof BatchNorm) || !(wider instanceof BatchNorm)) continue;
        const found = copies(layer.runningMean, wider.runningMean);
        expect(found).toHaveLength(2 * layer.runningMean.size);
        expect(found.slice(0, found.length / 2)).toEqual([...Array(found.length / 2).keys()]);
        expect(found.every((channel) => channel >= 0)).toBe(true);
        expect(copies(layer.runningVariance, wider.runningVariance)).toEqual(found);
        drawn += new Set(found.slice(found.length / 2)).size;
      }
    }
    expect(drawn).toBeGreaterThan(20);
  });

  it("a 1×1 convolution's outputs go with its batch norm, its inputs with the depthwise convolution before it", () => {
    for (const { name, from, to } of operations().filter((one) => one.name === "dil_conv_3x3")) {
      const [, depth, point, norm] = from.layers as [unknown, Conv, Conv, BatchNorm];
      const [, wideDepth, widePoint, wideNorm] = to.layers as [unknown, Conv, Conv, BatchNorm];
      const inputs = copies(depth.weight, wideDepth.weight);
      const outputs = copies(norm.runningMean, wideNorm.runningMean);
      const before = point.weight.toArray();
      const width = point.weight.shape[1] as number;
      const expected = outputs.flatMap((o) => inputs.map((i) => before[o * width + i]));
      expect(widePoint.weight.toArray(), name).toEqual(expected);
    }
  });

  it("both halves of a factorized reduction are widened, and its batch norm follows them", () => {
    const reductions = operations().flatMap(({ from, to }) => {
      const [a, b] = [from.layers[0], to.layers[0]];
      return a instanceof FactorizedReduce && b instanceof FactorizedReduce ? [[a, b] as const] : [];
    });
    expect(reductions.length).toBeGreaterThan(0);
    for (const [from, to] of reductions) {
      const found = copies(from.norm.runningMean, to.norm.runningMean);
      const half = from.even.weight.shape[0] as number;
      expect(found.slice(0, 2 * half).every((channel) => channel < half)).toBe(true);
      expect(found.slice(2 * half).every((channel) => channel >= half)).toBe(true);
      expect(to.odd.weight.shape.slice(0, 2)).toEqual(from.odd.weight.shape.slice(0, 2).map((n) => 2 * n));
    }
  });
});

it("a moment of a parameter is copied as the parameter is", () => {
  noGrad(() =>
    scope(() => {
      const after = wide.state();
      for (const [name, value] of narrow.namedParameters())
        expect(slices(carry(name, value))).toEqual(slices(after[name] as Tensor));
    }),
  );
});
