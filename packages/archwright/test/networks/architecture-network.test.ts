/** The networks of all spaces run, and are what is counted. */
import { conv2d, Generator, noGrad, randn, reshape, scope, tensor } from "@archwright/torch";
import "./leaks.ts";
import { describe, expect, it } from "vitest";
import { architectureNetwork } from "../../src/networks/architecture-network.ts";
import { FactoredConv } from "../../src/networks/factored-conv.ts";
import { Random } from "../../src/random.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { architectureSpaces, findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { images } from "./support.ts";

/** Small images where the network allows them: an encoder of stride 16 makes 2×2 maps of 32×32. */
const imageSize = (name: string): number => (name.endsWith("-in") ? 64 : 32);

describe.each(architectureSpaces.map((space) => [space.name, space] as const))("%s", (name, space) => {
  it("has the parameters that are counted, and gives one row of logits an image", () => {
    const random = Random.stream(6, name);
    // Not the largest of the draws: the test is about shapes.
    const [architecture] = Array.from({ length: 8 }, () => space.random(random)).sort(
      (a, b) => architectureCost(space, a).macs - architectureCost(space, b).macs,
    );
    using network = architectureNetwork(space, architecture, { seed: 1, classes: 7 });
    const parameters = network.parameters().reduce((total, { size }) => total + size, 0);
    expect(parameters).toBe(architectureCost(space, architecture, { classes: 7 }).parameters);
    let relus = 0;
    scope(() => {
      const { logits } = noGrad(() =>
        network.forward(images(2, imageSize(name)), {
          mode: "train",
          random: new Generator(2),
          onReLU: () => void relus++,
        }),
      );
      expect(logits.shape).toEqual([2, 7]);
      expect(logits.toArray().every(Number.isFinite)).toBe(true);
    });
    expect(relus).toBeGreaterThan(0);
  });
});

describe("TransNAS-Bench-101 cells (space-transnasbench101 §8)", () => {
  it("an output node that receives only zeros makes every image equal", () => {
    const space = findArchitectureSpace("transnasbench101-micro");
    using network = architectureNetwork(space, space.parse("3_33_000"), { seed: 1, classes: 5 });
    scope(() => {
      const logits = noGrad(() => network.forward(images(2, 32), { mode: "eval" }).logits.toArray());
      expect(logits.slice(0, 5)).toEqual(logits.slice(5));
    });
  });
});

describe("NAS-Bench-101", () => {
  it("isomorphic cells cost the same", () => {
    const space = findArchitectureSpace("nasbench101");
    const [a, b] = [
      "0110|0001|0001|0000 input;conv3x3-bn-relu;maxpool3x3;output",
      "0110|0001|0001|0000 input;maxpool3x3;conv3x3-bn-relu;output",
    ].map((text) => space.parse(text));
    expect(architectureCost(space, a)).toEqual(architectureCost(space, b));
  });
});

describe.each([1, 2])("a factored convolution of stride %i", (stride) => {
  it("is the k×k convolution whose kernel is the product of its column and its row", () => {
    using layer = new FactoredConv(2, 3, stride, new Generator(3));
    scope(() => {
      const x = randn([1, 2, 6, 6], new Generator(4));
      const [row, column] = [layer.row.weight.toArray(), layer.column.weight.toArray()];
      // K[o, c, i, j] = Σ_m column[o, m, i] · row[m, c, j]
      const kernel = Array.from({ length: 36 }, (_, n) => {
        const [o, c, i, j] = [Math.floor(n / 18), Math.floor(n / 9) % 2, Math.floor(n / 3) % 3, n % 3];
        return [0, 1].reduce(
          (sum, m) => sum + (column[(o * 2 + m) * 3 + i] as number) * (row[(m * 2 + c) * 3 + j] as number),
          0,
        );
      });
      const weight = reshape(tensor(kernel), [2, 2, 3, 3]);
      const expected = noGrad(() => conv2d(x, weight, { stride, padding: 1 }));
      const actual = noGrad(() => layer.forward(x, { mode: "eval" }));
      expect(actual.shape).toEqual(expected.shape);
      const [a, b] = [actual.toArray(), expected.toArray()];
      for (const [n, value] of a.entries()) expect(value).toBeCloseTo(b[n] as number, 5);
    });
  });
});
