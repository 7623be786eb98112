/** Networks as modules: shapes, and the invariants of the space specifications. */
import {
  add,
  Generator,
  grad,
  gradOrNull,
  mul,
  noGrad,
  ones,
  randn,
  scope,
  sum,
  type Tensor,
  tensor,
} from "@archwright/torch";
import "./leaks.ts";
import { describe, expect, it, vi } from "vitest";
import { Cell } from "../../src/networks/cell.ts";
import type { CellMixture, Mixture } from "../../src/networks/mixture.ts";
import { oneHot } from "../../src/networks/mixture.ts";
import { discreteNetwork, type Network, supernet } from "../../src/networks/network.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { s2 } from "../../src/spaces/s2.ts";
import { s4 } from "../../src/spaces/s4.ts";
import type { CellBlock, Space } from "../../src/spaces/space.ts";
import { DARTS_V2 } from "../spaces/genotypes.ts";
import { changed, images, pretendTrained, randomMixture, sized } from "./support.ts";

/** All weight on one operation of every edge. */
const all = (space: Space, operation: string): Mixture =>
  Object.fromEntries(
    space.cells.map((cell) => [
      cell.name,
      { values: cell.operations.map((row) => row.map((name) => (name === operation ? 1 : 0))) },
    ]),
  );

/** What the first call of a spied function returned. */
const resultOf = <T>(spy: { readonly mock: { readonly results: readonly { readonly value: unknown }[] } }): T =>
  spy.mock.results[0]?.value as T;

describe("feature maps", () => {
  it("halve twice and double their channels in the search network of DARTS", () => {
    using network = supernet(darts, { classes: 10, seed: 0 });
    const seen = network.blocks.map((block) => vi.spyOn(block as Cell, "forward"));
    scope(() => {
      const { logits, auxiliary } = noGrad(() =>
        network.forward(images(1, 32), { mode: "eval" }, all(darts, "skip_connect")),
      );
      expect(logits.shape).toEqual([1, 10]);
      expect(auxiliary).toBeUndefined();
      const shapes = seen.map((spy) => resultOf<Tensor>(spy).shape);
      expect(shapes.map(([, , height]) => height)).toEqual([32, 32, 16, 16, 16, 8, 8, 8]); // space-darts §12
      expect(shapes.map(([, , , width]) => width)).toEqual([32, 32, 16, 16, 16, 8, 8, 8]);
      expect(shapes.map(([, channels = 0]) => channels / 4)).toEqual([16, 16, 32, 32, 32, 64, 64, 64]);
    });
  });

  it("reach the auxiliary head in train mode only", () => {
    const size = { channels: 4, cells: 3 };
    using network = discreteNetwork(darts, darts.parse(DARTS_V2), { classes: 6, seed: 0, size, auxiliary: true });
    scope(() => {
      const x = images(2, 32);
      expect(network.forward(x, { mode: "train" }).auxiliary?.shape).toEqual([2, 6]);
      expect(network.forward(x, { mode: "eval" }).auxiliary).toBeUndefined();
    });
  });

  it("start from 224 pixels with the ImageNet stem", () => {
    const size = { channels: 4, cells: 4 };
    using network = discreteNetwork(darts, darts.parse(DARTS_V2), { classes: 6, seed: 0, size, stem: "imagenet" });
    const stem = vi.spyOn(network.stem, "forward");
    const seen = network.blocks.map((block) => vi.spyOn(block as Cell, "forward"));
    scope(() => {
      expect(noGrad(() => network.forward(images(1, 224), { mode: "eval" })).logits.shape).toEqual([1, 6]);
      const [early, late] = resultOf<[Tensor, Tensor]>(stem);
      expect([early.shape, late.shape]).toEqual([
        [1, 4, 56, 56],
        [1, 4, 28, 28],
      ]); // space-darts §4.3
      expect(seen.map((spy) => resultOf<Tensor>(spy).shape[2])).toEqual([28, 14, 7, 7]);
    });
  });

  it("of odd size are refused where they are to be halved", () => {
    using network = supernet(sized(s2, 4, 3), { classes: 3, seed: 0 });
    const run = () => scope(() => void network.forward(images(1, 9), { mode: "eval" }, randomMixture(s2, 1)));
    expect(run).toThrow(expect.objectContaining({ name: "ArchwrightError", message: expect.stringContaining("9×9") }));
  });
});

const firstCell = (network: Network): Cell => network.blocks[0] as Cell;

describe("cells", () => {
  it.each([darts, s2])("of skip connections are 1, 2, 4 and 8 times the sum of their inputs ($name)", (space) => {
    using network = supernet(sized(space, 4, 3), { classes: 3, seed: 0 });
    const cell = firstCell(network);
    scope(() => {
      const stem = randn([2, 12, 4, 4], new Generator(1));
      const mixture = all(space, "skip_connect")["normal"] as CellMixture;
      const output = noGrad(() => cell.forward([stem, stem], mixture, { mode: "eval" }));
      const [a, b] = noGrad(() => cell.preprocess.map((part) => part.forward(stem, { mode: "eval" }))) as [
        Tensor,
        Tensor,
      ];
      const expected = add(a, b).toArray();
      const values = output.toArray();
      const plane = 4 * 16; // 4 channels of 4×4
      for (let sample = 0; sample < 2; sample++) {
        for (const [n, factor] of [1, 2, 4, 8].entries()) {
          const at = (sample * 4 + n) * plane;
          const own = expected.slice(sample * plane, (sample + 1) * plane);
          expect(values.slice(at, at + plane)).toEqual(own.map((value) => factor * value));
        }
      }
    });
  });

  it("of skip connections multiply by 4 in NAS-Bench-201", () => {
    using network = supernet(sized(nasbench201, 4, 1), { classes: 3, seed: 0 });
    scope(() => {
      const x = randn([2, 4, 3, 3], new Generator(1));
      const mixture = all(nasbench201, "skip_connect")["cell"] as CellMixture;
      const output = firstCell(network).forward([x], mixture, { mode: "eval" });
      expect(output.toArray()).toEqual(x.toArray().map((value) => 4 * value));
    });
  });

  it("of none give logits that are the classifier's bias (DARTS)", () => {
    using network = supernet(sized(darts, 4, 4), { classes: 5, seed: 0 });
    expect(network.skeleton.blocks.at(-1)).toMatchObject({ cell: "normal" });
    const mixture = { ...randomMixture(darts, 1), normal: all(darts, "none")["normal"] as CellMixture };
    scope(() => {
      const { logits } = network.forward(images(2, 8), { mode: "eval" }, mixture);
      const bias = network.classifier.bias.toArray();
      expect(logits.toArray()).toEqual([...bias, ...bias]);
    });
  });

  it("give exactly zero where only none leads to the last node (NAS-Bench-201)", () => {
    const space = sized(nasbench201, 4, 1);
    const text = "|nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|none~0|none~1|none~2|";
    using network = discreteNetwork(space, space.parse(text), { classes: 5, seed: 0 });
    scope(() => {
      const output = firstCell(network).forward([randn([2, 4, 3, 3], new Generator(1))], undefined, { mode: "eval" });
      expect(output.shape).toEqual([2, 4, 3, 3]);
      expect(new Set(output.toArray())).toEqual(new Set([0]));
      // Nothing passes any later cell either; the head's batch norm is fresh.
      const { logits } = network.forward(images(1, 8), { mode: "eval" });
      expect(logits.toArray()).toEqual(network.classifier.bias.toArray());
    });
  });

  it("refuse a mixture that does not fit, or none at all in a supernet", () => {
    using network = supernet(sized(nasbench201, 4, 1), { classes: 3, seed: 0 });
    scope(() => {
      const x = images(1, 8);
      expect(() => network.forward(x, { mode: "eval" })).toThrow(/mixture does not fit/);
      expect(() => network.forward(x, { mode: "eval" }, { cell: { values: [[1, 0, 0, 0, 0]] } })).toThrow(RangeError);
    });
  });
});

describe("noise", () => {
  const space = sized(s4, 4, 3);

  it("makes the logits independent of the image", () => {
    using network = supernet(space, { classes: 3, seed: 0 });
    scope(() => {
      const x = images(2, 8);
      x.requiresGrad = true;
      const run = (input: Tensor): Tensor =>
        network.forward(input, { mode: "eval", random: new Generator(7) }, all(space, "noise")).logits;
      const [gradient] = gradOrNull(sum(run(x)), [x]);
      expect(gradient?.toArray().every((value) => value === 0) ?? true).toBe(true);
      const logits = run(x).toArray();
      expect(run(images(2, 8, 99)).toArray()).toEqual(logits);
      // The first two samples differ, so it is not a constant that comes out.
      expect(logits.slice(0, 3)).not.toEqual(logits.slice(3));
    });
  });

  it("has its gradient where the separable convolutions take part", () => {
    using network = supernet(space, { classes: 3, seed: 0 });
    scope(() => {
      const x = images(1, 8);
      x.requiresGrad = true;
      const { logits } = network.forward(x, { mode: "eval", random: new Generator(7) }, randomMixture(space, 1));
      expect(
        grad(sum(logits), [x])[0]
          ?.toArray()
          .some((value) => value !== 0),
      ).toBe(true);
    });
  });

  it("says that it needs a generator", () => {
    using network = supernet(space, { classes: 3, seed: 0 });
    const run = () => scope(() => void network.forward(images(1, 8), { mode: "eval" }, all(space, "noise")));
    expect(run).toThrow(expect.objectContaining({ code: "usage", message: expect.stringContaining("random") }));
  });
});

describe("drop-path", () => {
  /** A cell with one edge, `operation` on it. */
  function oneEdge(operation: string): Cell {
    const template = {
      name: "cell",
      inputs: 1,
      nodes: 2,
      edges: [{ source: 0, target: 1 }],
      operations: [[operation]],
      output: "last",
    } as const;
    const block: CellBlock = {
      kind: "cell",
      cell: "cell",
      channels: 2,
      reduction: false,
      inputs: [{ from: -1, channels: 2, preprocess: "none" }],
    };
    const genotype = { choices: [{ source: 0, target: 1, operation }] };
    return new Cell({ space: nasbench201, template, block, genotype, purpose: "evaluation" }, new Generator(0));
  }
  const batch = 4000;
  const dropPath = 0.3;

  it("drops whole samples, rescales the rest, and keeps the expectation", () => {
    scope(() => {
      using cell = oneEdge("avg_pool_3x3");
      const output = cell
        .forward([ones([batch, 2, 2, 2])], undefined, { mode: "train", dropPath, random: new Generator(3) })
        .toArray();
      const kept = Math.fround(1 / 0.7);
      const samples = Array.from({ length: batch }, (_, i) => output.slice(8 * i, 8 * i + 8));
      for (const sample of samples) {
        const [first = 0] = sample;
        expect(first === 0 || Math.abs(first - kept) < 1e-6).toBe(true);
        expect(new Set(sample).size).toBe(1);
      }
      const share = samples.filter(([first]) => first !== 0).length / batch;
      // Four standard deviations of a mean of `batch` draws.
      expect(Math.abs(share - 0.7)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / batch));
    });
  });

  it("exempts the identity, and does nothing in eval mode", () => {
    scope(() => {
      const x = randn([5, 2, 2, 2], new Generator(1));
      const random = new Generator(3);
      using identity = oneEdge("skip_connect");
      expect(identity.forward([x], undefined, { mode: "train", dropPath: 0.9, random }).toArray()).toEqual(x.toArray());
      using pool = oneEdge("avg_pool_3x3");
      const plain = pool.forward([x], undefined, { mode: "eval" }).toArray();
      expect(pool.forward([x], undefined, { mode: "eval", dropPath: 0.9, random }).toArray()).toEqual(plain);
      expect(pool.forward([x], undefined, { mode: "train", dropPath: 0, random }).toArray()).toEqual(plain);
    });
  });

  it("says that it needs a generator", () => {
    scope(() => {
      using pool = oneEdge("avg_pool_3x3");
      const run = () => pool.forward([ones([1, 2, 2, 2])], undefined, { mode: "train", dropPath: 0.2 });
      expect(run).toThrow(expect.objectContaining({ code: "usage", message: expect.stringContaining("random") }));
    });
  });
});

describe("mixing weights", () => {
  it("get as gradient what their operation gives, on the edges that end in the output", () => {
    using network = supernet(sized(nasbench201, 4, 1), { classes: 3, seed: 0 });
    pretendTrained(network, 2);
    const cell = firstCell(network);
    const values = (randomMixture(nasbench201, 4)["cell"] as CellMixture).values;
    scope(() => {
      const x = randn([2, 4, 4, 4], new Generator(1));
      const R = randn([2, 4, 4, 4], new Generator(2));
      const weights = tensor(values.flat(), [6, 5]);
      weights.requiresGrad = true;
      const mixed = cell.forward([x], { values, tensor: weights }, { mode: "eval" });
      const plain = cell.forward([x], { values }, { mode: "eval" });
      const largest = Math.max(...plain.toArray().map(Math.abs));
      for (const [i, value] of mixed.toArray().entries()) {
        expect(Math.abs(value - (plain.toArray()[i] as number))).toBeLessThan(1e-5 * largest);
      }
      const gradient = (grad(sum(mul(mixed, R)), [weights])[0] as Tensor).toArray();
      // Edge 3 is 3<-0, whose input is x itself: d/dw Σ R·(w·o(x) + ...) = Σ R·o(x).
      for (const candidate of cell.candidates.filter(({ position }) => position?.edge === 3)) {
        const { edge, operation } = candidate.position as { edge: number; operation: number };
        const own = mul(candidate.transform.forward(x, { mode: "eval" }), R).toArray();
        const exact = own.reduce((total, value) => total + value, 0);
        const magnitude = own.reduce((total, value) => total + Math.abs(value), 0);
        expect(Math.abs((gradient[5 * edge + operation] as number) - exact)).toBeLessThanOrEqual(1e-5 * magnitude);
      }
    });
  });

  it("get the gradient that differences of the whole network's output show", () => {
    const space = sized(nasbench201, 4, 1);
    using network = supernet(space, { classes: 3, seed: 0 });
    const { values } = randomMixture(space, 4)["cell"] as CellMixture;
    const output = (edge: number, operation: number, step: number): number =>
      scope(() => {
        const moved = changed({ cell: { values } }, "cell", edge, (row) =>
          row.map((w, o) => (o === operation ? w + step : w)),
        );
        return noGrad(() => sum(network.forward(images(2, 8), { mode: "eval" }, moved).logits).item());
      });
    scope(() => {
      const weights = tensor(values.flat(), [6, 5]);
      weights.requiresGrad = true;
      const { logits } = network.forward(images(2, 8), { mode: "eval" }, { cell: { values, tensor: weights } });
      const gradient = (grad(sum(logits), [weights])[0] as Tensor).toArray();
      const largest = Math.max(...gradient.map(Math.abs));
      const step = 4e-3;
      for (const [edge, operation] of [
        [0, 3],
        [1, 1],
        [2, 2],
        [3, 4],
        [4, 3],
        [5, 1],
      ] as const) {
        const difference = (output(edge, operation, step) - output(edge, operation, -step)) / (2 * step);
        // Central differences in float32: rounding 1e-7/step and curvature (with ReLU kinks) step² stay below 1%.
        expect(Math.abs(difference - (gradient[5 * edge + operation] as number))).toBeLessThan(0.01 * largest);
      }
      expect(gradient[0]).toBe(0); // none
    });
  });

  it("of exactly zero keep their operation from running", () => {
    const space = sized(nasbench201, 4, 1);
    using network = supernet(space, { classes: 3, seed: 0 });
    const count = (mixture: Mixture): number => {
      let relus = 0;
      scope(() => void noGrad(() => network.forward(images(1, 8), { mode: "eval", onReLU: () => relus++ }, mixture)));
      return relus;
    };
    const outside = 2 * 2 + 1; // two residual blocks of two, and the head
    expect(count(randomMixture(space, 1))).toBe(3 * 12 + outside);
    expect(count(all(space, "nor_conv_3x3"))).toBe(3 * 6 + outside);
    expect(count(all(space, "skip_connect"))).toBe(outside);
    const one = oneHot(
      space,
      space.parse("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"),
    );
    expect(count(one)).toBe(3 * 2 + outside);
  });
});
