/** Partial channels: the operations see a part, the rest goes past them, and a shuffle brings both together (drnas A.3). */
import { Generator, grad, noGrad, randn, scope, setThreads, square, sum, type Tensor, tensor } from "@archwright/torch";
import "./leaks.ts";
import { describe, expect, it } from "vitest";
import { Cell } from "../../src/networks/cell.ts";
import type { ForwardContext } from "../../src/networks/context.ts";
import { SharedInference } from "../../src/networks/inference/shared-inference.ts";
import { BatchNorm, Pool } from "../../src/networks/layers.ts";
import { type CellMixture, oneHot } from "../../src/networks/mixture.ts";
import { discreteNetwork, type Network, supernet } from "../../src/networks/network.ts";
import { supernetParameters } from "../../src/spaces/cost.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import type { Space } from "../../src/spaces/space.ts";
import { images, randomMixture, relativeDifference, sized } from "./support.ts";

setThreads(1);

const inParts = (space: Space, channels: number, cells: number, partial: number, poolNorm = true): Space => {
  const own = sized(space, channels, cells);
  return { ...own, sizes: { ...own.sizes, search: { channels, cells, partial, poolNorm } } };
};

const cellOf = (network: Network, name: string): Cell =>
  network.blocks.find((block) => block instanceof Cell && block.template.name === name) as Cell;

/** Looking at ReLUs takes the way through the layers. */
const plain: ForwardContext = { mode: "train", onReLU: () => {} };
const fused: ForwardContext = { mode: "train" };

/** [batch][channel][pixel] */
type Maps = number[][][];

const mapsOf = (x: Tensor): Maps => {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const values = x.toArray();
  const pixels = height * width;
  return Array.from({ length: batch }, (_, b) =>
    Array.from({ length: channels }, (_, c) =>
      values.slice((b * channels + c) * pixels, (b * channels + c + 1) * pixels),
    ),
  );
};

const tensorOf = (maps: Maps, side: number): Tensor =>
  tensor(Float32Array.from(maps.flat(2)), [maps.length, maps[0]?.length ?? 0, side, side]);

/** Max pool 2×2 of a square map. */
const halved = (map: readonly number[]): number[] => {
  const side = Math.sqrt(map.length);
  const at = (y: number, x: number): number => map[y * side + x] as number;
  return Array.from({ length: map.length / 4 }, (_, i) => {
    const [y, x] = [2 * Math.floor(i / (side / 2)), 2 * (i % (side / 2))];
    return Math.max(at(y, x), at(y, x + 1), at(y + 1, x), at(y + 1, x + 1));
  });
};

/** The cell's nodes behind its inputs by the definition, channel by channel, from its own operations. */
function byDefinition(cell: Cell, inputs: readonly Tensor[], mixture: CellMixture, parts: number): Maps[] {
  const { template, stride } = cell;
  const nodes = inputs.map((x, i) => mapsOf(cell.preprocess[i]?.forward(x, plain) as Tensor));
  for (let target = template.inputs; target < template.nodes; target++) {
    const node: Maps = [];
    for (const [e, edge] of template.edges.entries()) {
      if (edge.target !== target) continue;
      const source = nodes[edge.source] as Maps;
      const side = Math.sqrt(source[0]?.[0]?.length ?? 0);
      const seen = (source[0]?.length ?? 0) / parts;
      const strided = edge.source < template.inputs && stride === 2;
      const first = tensorOf(
        source.map((image) => image.slice(0, seen)),
        side,
      );
      const weights = mixture.values[e] as readonly number[];
      const outputs = (template.operations[e] ?? []).map((name) =>
        mapsOf(
          (cell.operations.get(`${edge.target}<-${edge.source}:${name}`) as Cell["candidates"][0]["transform"]).forward(
            first,
            plain,
          ),
        ),
      );
      const past = mixture.bypass?.values[e] ?? (weights.some((w) => w !== 0) ? 1 : 0);
      for (const [b, image] of source.entries()) {
        node[b] ??= [];
        const rest = image.slice(seen).map((map) => (strided ? halved(map) : map));
        const mixed = Array.from({ length: seen }, (_, c) =>
          (outputs[0]?.[b]?.[c] ?? []).map((_, i) =>
            outputs.reduce((total, output, o) => total + (weights[o] as number) * (output[b]?.[c]?.[i] as number), 0),
          ),
        );
        const all = [...mixed, ...rest.map((map) => map.map((x) => past * x))];
        // Shuffle with k groups: channel g·C/k + j goes to j·k + g.
        for (const [c, map] of all.entries()) {
          const [group, index] = [Math.floor(c / seen), c % seen];
          const to = index * parts + group;
          const present = node[b]?.[to];
          (node[b] as number[][])[to] = map.map((x, i) => x + (present?.[i] ?? 0));
        }
      }
    }
    nodes.push(node);
  }
  return nodes;
}

const cases = [
  ["nasbench201", nasbench201, "cell", 8, 1, 2],
  ["nasbench201", nasbench201, "cell", 8, 1, 4],
  ["darts normal", darts, "normal", 8, 3, 4],
  ["darts reduction", darts, "reduce", 8, 3, 4],
] as const;

describe.each(cases)("a cell of %s (%#)", (_, space, name, channels, cells, parts) => {
  const own = inParts(space, channels, cells, parts);

  it.each([
    ["by its layers", plain],
    ["by our kernels", fused],
  ])("is what the definition says, %s", (_, context) => {
    using network = supernet(own, { classes: 3, seed: 4 });
    const cell = cellOf(network, name);
    noGrad(() =>
      scope(() => {
        const inputs = cell.plan.block.inputs.map((input, i) => images(2, 8, 5 + i, input.channels));
        const mixture = randomMixture(own, 3)[name] as CellMixture;
        const nodes = byDefinition(cell, inputs, mixture, parts);
        const expected = cell.outputs.map((node) => nodes[node] as Maps);
        const joined = expected[0]?.map((_, b) => expected.flatMap((maps) => maps[b] as number[][])) as Maps;
        expect(relativeDifference(cell.forward(inputs, mixture, context).toArray(), joined.flat(2))).toBeLessThan(2e-5);
      }),
    );
  });

  it("weighs what goes past by the edges' weights where there are some, with their gradients", () => {
    using network = supernet(own, { classes: 3, seed: 4 });
    const cell = cellOf(network, name);
    const edges = cell.template.edges.length;
    scope(() => {
      const inputs = cell.plan.block.inputs.map((input, i) => images(2, 8, 5 + i, input.channels));
      const mixture = randomMixture(own, 3)[name] as CellMixture;
      const values = Array.from({ length: edges }, (_, e) => 0.3 + 0.1 * e);
      const loss = (bypass: CellMixture["bypass"]): Tensor =>
        sum(square(cell.forward(inputs, { ...mixture, ...(bypass === undefined ? {} : { bypass }) }, fused)));
      const weights = tensor(Float32Array.from(values), [edges]);
      weights.requiresGrad = true;
      const value = loss({ values, tensor: weights });
      expect(value.item()).toBeCloseTo(loss({ values }).item(), 1);
      const [gradient] = grad(value, [weights]) as [Tensor];
      const at = (e: number, by: number): number =>
        noGrad(() => loss({ values: values.map((x, i) => (i === e ? x + by : x)) }).item());
      for (const e of [0, edges - 1]) {
        const slope = (at(e, 1e-2) - at(e, -1e-2)) / 2e-2;
        expect(Math.abs((gradient.toArray()[e] as number) - slope)).toBeLessThan(2e-2 * Math.abs(slope) + 0.5);
      }
    });
  });
});

it("at one-hot weights the supernet is the discrete network of the same form", () => {
  const own = inParts(nasbench201, 8, 1, 4);
  const text = "|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|";
  const architecture = nasbench201.parse(text);
  using whole = supernet(own, { classes: 3, seed: 1 });
  using discrete = discreteNetwork(own, architecture, { classes: 3, seed: 2, purpose: "search" });
  const state = whole.state();
  discrete.load(Object.fromEntries(Object.keys(discrete.state()).map((name) => [name, state[name] as Tensor])));
  noGrad(() =>
    scope(() => {
      const x = images(2, 8);
      const a = whole.forward(x, { mode: "eval" }, oneHot(own, architecture)).logits.toArray();
      const b = discrete.forward(x, { mode: "eval" }).logits.toArray();
      expect(relativeDifference(a, b)).toBeLessThan(1e-5);
    }),
  );
});

it("an edge without any weight is gone, with what would go past its operations", () => {
  const own = inParts(nasbench201, 8, 1, 4);
  using network = supernet(own, { classes: 3, seed: 1 });
  const cell = cellOf(network, "cell");
  noGrad(() =>
    scope(() => {
      const x = randn([2, 8, 4, 4], new Generator(1));
      const values = cell.template.edges.map(() => [0, 0, 0, 0, 0]);
      expect(
        cell
          .forward([x], { values }, fused)
          .toArray()
          .every((value) => value === 0),
      ).toBe(true);
      // `none` on an edge leaves what goes past it: channels 2 to 7, in their places after the shuffle.
      const none = cell.template.edges.map((_, e) => (e === 3 ? [1, 0, 0, 0, 0] : [0, 0, 0, 0, 0]));
      const output = mapsOf(cell.forward([x], { values: none }, fused));
      const input = mapsOf(x);
      for (const [b, image] of output.entries()) {
        for (const [c, map] of image.entries()) {
          const [index, group] = [Math.floor(c / 4), c % 4];
          expect(map).toEqual(group === 0 ? map.map(() => 0) : input[b]?.[group * 2 + index]);
        }
      }
    }),
  );
});

it("has the weights that are counted: those of the operations shrink with the square of k", () => {
  for (const partial of [1, 2, 4]) {
    const own = inParts(nasbench201, 16, 1, partial);
    using network = supernet(own, { classes: 10, seed: 1 });
    const parameters = network.parameters().reduce((total, { size }) => total + size, 0);
    expect(supernetParameters(own)).toBe(parameters);
  }
});

it("channels that cannot be parted are refused, and so is the fast inference", () => {
  expect(() => supernet(inParts(nasbench201, 6, 1, 4), { classes: 3, seed: 1 })).toThrow(
    expect.objectContaining({
      code: "usage",
      message: expect.stringContaining("partial=4 does not divide the 6 channels"),
    }),
  );
  using network = supernet(inParts(nasbench201, 8, 1, 4), { classes: 3, seed: 1 });
  expect(() => new SharedInference(network)).toThrow(expect.objectContaining({ code: "usage" }));
});

it("batch norm behind pools is left out where asked for", () => {
  const pools = (poolNorm: boolean): string[] => {
    using network = supernet(inParts(darts, 8, 3, 1, poolNorm), { classes: 3, seed: 1 });
    return [...cellOf(network, "normal").operations].flatMap(([name, { layers }]) =>
      layers[0] instanceof Pool ? [`${name.split(":")[1]} ${layers.some((layer) => layer instanceof BatchNorm)}`] : [],
    );
  };
  expect(new Set(pools(true))).toEqual(new Set(["max_pool_3x3 true", "avg_pool_3x3 true"]));
  expect(new Set(pools(false))).toEqual(new Set(["max_pool_3x3 false", "avg_pool_3x3 false"]));
});
