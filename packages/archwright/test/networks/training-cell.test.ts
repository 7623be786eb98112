/** A cell that trains by our kernels is the cell that its layers describe: outputs, gradients, running statistics. */
import { Generator, grad, mul, noGrad, randn, scope, setThreads, sum, type Tensor, tensor } from "@archwright/torch";
import "./leaks.ts";
import { describe, expect, it } from "vitest";
import { Cell } from "../../src/networks/cell.ts";
import type { ForwardContext } from "../../src/networks/context.ts";
import type { CellMixture } from "../../src/networks/mixture.ts";
import { discreteNetwork, type Network, supernet } from "../../src/networks/network.ts";
import { darts } from "../../src/spaces/darts.ts";
import { dartsFamily } from "../../src/spaces/darts-family.ts";
import { batchNorm, conv, depthwise, type Operation, pool, relu } from "../../src/spaces/layers.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { dilatedConv, none, normalizedPool, reluConvNorm, separableConv } from "../../src/spaces/operations.ts";
import { s1 } from "../../src/spaces/s1.ts";
import type { Space } from "../../src/spaces/space.ts";
import { DARTS_V2 } from "../spaces/genotypes.ts";
import { customSpace, images, pretendTrained, randomMixture, relativeDifference, sized } from "./support.ts";

/** What the published spaces put no two of side by side: both pools with and without norm, every kernel and dilation. */
const everyKernel = {
  none,
  max_pool: normalizedPool("max", 3),
  avg_pool: normalizedPool("average", 3),
  bare_max_pool: () => [pool("max", 3)],
  bare_avg_pool: () => [pool("average", 3)],
  sep_conv_7x7: separableConv(7),
  dil_conv_3x3: dilatedConv(3),
  dil_conv_5x5: dilatedConv(5),
  conv_1x1: reluConvNorm(1),
  conv_3x3: reluConvNorm(3),
  conv_3x3_dilated: () => [relu(), conv(3, { strided: true, dilation: 2 }), batchNorm()],
  two_dilations: () => [
    ...[relu(), depthwise(3, { strided: true }), conv(1), batchNorm()],
    ...[relu(), depthwise(3, { dilation: 2 }), conv(1), batchNorm()],
  ],
  strided_late: () => [
    ...[relu(), depthwise(3), conv(1), batchNorm()],
    ...[relu(), depthwise(5, { strided: true }), conv(1), batchNorm()],
  ],
} as const satisfies Record<string, Operation>;
const own = dartsFamily({
  name: "every-kernel",
  title: "a space of this test",
  source: "none",
  normal: Object.keys(everyKernel),
  reduce: Object.keys(everyKernel),
  operations: everyKernel,
});

// Small networks gain nothing by a second thread, and sums come out in one order.
setThreads(1);

/** Looking at ReLUs takes the way through the layers. */
const plain: ForwardContext = { mode: "train", onReLU: () => {} };
const fused: ForwardContext = { mode: "train" };

const cellOf = (network: Network, name: string): Cell => {
  const found = network.blocks.find((block) => block instanceof Cell && block.template.name === name);
  if (!(found instanceof Cell)) throw new RangeError(`no cell ${name}`);
  return found;
};

interface Trained {
  readonly output: number[];
  readonly loss: number;
  /** In the inputs, in the mixing weights, and in every parameter, by name. */
  readonly gradients: ReadonlyMap<string, number[]>;
  readonly buffers: ReadonlyMap<string, number[]>;
}

/** Two passes forward and one backward through the cell `name`, whose weights follow from the seed. */
function train(space: Space, name: string, context: ForwardContext, mixture: CellMixture): Trained {
  using network = supernet(space, { classes: 3, seed: 4 });
  const own = cellOf(network, name);
  const rows = mixture.values.length;
  return scope(() => {
    const weights = tensor(Float32Array.from(mixture.values.flat()), [rows, mixture.values[0]?.length ?? 0]);
    weights.requiresGrad = true;
    const inputs = own.plan.block.inputs.map(({ channels }, i) => {
      const x = images(3, 8, 5 + i, channels);
      x.requiresGrad = true;
      return x;
    });
    const pass = (): Tensor => own.forward(inputs, { values: mixture.values, tensor: weights }, context);
    pass();
    const output = pass();
    // A loss that is of another size in every place, so that gradients of places are told apart.
    const loss = sum(mul(output, randn(output.shape, new Generator(9))));
    const parameters = own.namedParameters();
    const all = grad(loss, [weights, ...inputs, ...parameters.values()]);
    const names = ["mixing weights", ...inputs.map((_, i) => `input ${i}`), ...parameters.keys()];
    const entries = (of: ReadonlyMap<string, Tensor>) => new Map([...of].map(([key, value]) => [key, value.toArray()]));
    return {
      output: output.toArray(),
      loss: loss.item(),
      gradients: new Map(names.map((key, i) => [key, (all[i] as Tensor).toArray()])),
      buffers: entries(own.namedBuffers()),
    };
  });
}

const cases: readonly [Space, string][] = [
  [sized(darts, 16, 3), "normal"],
  [sized(darts, 16, 3), "reduce"],
  [sized(s1, 16, 3), "normal"],
  [sized(s1, 16, 3), "reduce"],
  [sized(nasbench201, 16, 1), "cell"],
  [sized(own, 16, 3), "normal"],
  [sized(own, 16, 3), "reduce"],
  [customSpace, "cell"],
];

describe.each(cases.map(([space, name]) => ({ space, name, title: `${space.name} ${name}` })))(
  "the cell of $title",
  ({ space, name }) => {
    const mixture = randomMixture(space, 6)[name] as CellMixture;
    const [expected, found] = [plain, fused].map((context) => train(space, name, context, mixture)) as [
      Trained,
      Trained,
    ];

    it("has the same output", () => {
      expect(relativeDifference(found.output, expected.output)).toBeLessThan(1e-5);
      expect(found.output).not.toEqual(expected.output); // or both went the same way
    });

    it("has the same gradients", () => {
      for (const [key, values] of expected.gradients) {
        expect(relativeDifference(found.gradients.get(key) as number[], values), key).toBeLessThan(1e-4);
      }
    });

    it("leaves the same running statistics behind, which have moved", () => {
      expect(expected.buffers.size).toBeGreaterThan(0);
      for (const [key, values] of expected.buffers) {
        // Means of what was normalized before are nothing but rounding: feature maps are of the size of 1.
        const own = found.buffers.get(key) as number[];
        expect(relativeDifference([...own, 1], [...values, 1]), key).toBeLessThan(1e-5);
        expect(new Set(values).size, key).toBeGreaterThan(1);
      }
    });
  },
);

it("the cells of a network that is trained have the same output, with their batch norms' scale and shift", () => {
  const size = { channels: 16, cells: 3 };
  using network = discreteNetwork(darts, darts.parse(DARTS_V2), { classes: 3, seed: 4, size });
  pretendTrained(network, 7);
  scope(() => {
    const x = images(3, 8);
    const [expected, found] = [plain, fused].map((context) =>
      noGrad(() => network.forward(x, context).logits.toArray()),
    );
    expect(relativeDifference(found as number[], expected as number[])).toBeLessThan(1e-5);
  });
});
