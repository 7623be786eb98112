/** Convolutions along one direction, strided 1×1 convolutions and pools, against sums written out here. */
import {
  contiguous,
  cudaDevices,
  Generator,
  grad,
  mul,
  randn,
  scope,
  setThreads,
  sum,
  type Tensor,
  to,
} from "@archwright/torch";
import "./leaks.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { FactoredConv, LineConv } from "../../src/networks/factored-conv.ts";
import { Conv } from "../../src/networks/layers.ts";
import { type Pooling, pooled } from "../../src/networks/pooling.ts";
import { withData } from "../../src/proxies/observation/weights.ts";

beforeAll(() => setThreads(1));

/** Where our kernels run, and where the library's do. */
const devices = cudaDevices() > 0 ? ["cpu", "cuda"] : ["cpu"];

type Pair = readonly [height: number, width: number];

/** Numbers of a tensor [a, b, height, width]. */
interface Maps {
  readonly values: readonly number[];
  readonly shape: readonly [number, number, number, number];
}

const mapsOf = (x: Tensor): Maps => ({ values: x.toArray(), shape: x.shape as unknown as Maps["shape"] });
const place = ([, b, h, w]: Maps["shape"], i: number, j: number, y: number, x: number): number =>
  ((i * b + j) * h + y) * w + x;
const zeroMaps = (shape: Maps["shape"]) => ({
  values: new Array<number>(shape.reduce((a, b) => a * b)).fill(0),
  shape,
});

const outputSize = (size: number, kernel: number, stride: number, padding: number): number =>
  Math.floor((size + 2 * padding - kernel) / stride) + 1;

/** Every product that a convolution adds up: places in the images, the weights and the outputs. */
function* products(x: Maps, weight: Maps, output: Maps["shape"], stride: Pair, padding: Pair) {
  const [images, , height, width] = x.shape;
  const [outputs, inputs, rows, columns] = weight.shape;
  for (let n = 0; n < images; n++) {
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < inputs; c++) {
        for (let y = 0; y < output[2]; y++) {
          for (let z = 0; z < output[3]; z++) {
            for (let i = 0; i < rows; i++) {
              for (let j = 0; j < columns; j++) {
                const [v, u] = [y * stride[0] - padding[0] + i, z * stride[1] - padding[1] + j];
                if (v < 0 || v >= height || u < 0 || u >= width) continue;
                yield [place(x.shape, n, c, v, u), place(weight.shape, o, c, i, j), place(output, n, o, y, z)] as const;
              }
            }
          }
        }
      }
    }
  }
}

/** The output, and the gradients of Σ output · `slopes` by images and weights. */
function convolution(x: Maps, weight: Maps, slopes: readonly number[], stride: Pair, padding: Pair) {
  const size = ([0, 1] as const).map((d) =>
    outputSize(x.shape[d + 2] as number, weight.shape[d + 2] as number, stride[d], padding[d]),
  );
  const shape = [x.shape[0], weight.shape[0], ...size] as unknown as Maps["shape"];
  const output = zeroMaps(shape).values;
  const [byImages, byWeight] = [zeroMaps(x.shape).values, zeroMaps(weight.shape).values];
  for (const [a, w, o] of products(x, weight, shape, stride, padding)) {
    const [image, kernel, slope] = [x.values[a] as number, weight.values[w] as number, slopes[o] as number];
    output[o] = (output[o] as number) + image * kernel;
    byImages[a] = (byImages[a] as number) + slope * kernel;
    byWeight[w] = (byWeight[w] as number) + slope * image;
  }
  return { shape, output, byImages, byWeight };
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] as number))));
  expect(worst).toBeLessThan(tolerance);
}

const draw = (shape: readonly number[], seed: number): Tensor =>
  to(randn(shape, new Generator(seed)), { dtype: "float64" });

const trained = (x: Tensor): Tensor => {
  x.requiresGrad = true;
  return x;
};

/** Slopes for as many outputs as there can be. */
const slopesFor = (y: Tensor): Tensor => draw(y.shape, 77);

describe.each([
  { kernel: [1, 3], stride: [1, 1] },
  { kernel: [1, 7], stride: [1, 2] },
  { kernel: [7, 1], stride: [2, 1] },
  { kernel: [3, 1], stride: [1, 1] },
] as const)("a convolution along one direction, %j", ({ kernel, stride }) => {
  it("has the values and the gradients of the sum that it is", () => {
    using layer = new LineConv(3, { kernel, stride }, new Generator(1));
    scope(() => {
      const x = trained(draw([2, 3, 6, 5], 2));
      const weight = draw(layer.weight.shape, 3);
      withData(new Map([[layer.weight, weight]]), () => {
        const y = layer.forward(x, { mode: "train" });
        const slopes = slopesFor(y);
        const [byImages, byWeight] = grad(sum(mul(y, slopes)), [x, layer.weight]) as [Tensor, Tensor];
        const padding = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2] as const;
        const expected = convolution(mapsOf(x), mapsOf(weight), slopes.toArray(), stride, padding);
        expect(y.shape).toEqual(expected.shape);
        expectClose(y.toArray(), expected.output);
        expectClose(byImages.toArray(), expected.byImages);
        expectClose(byWeight.toArray(), expected.byWeight);
      });
    });
  });
});

it("a factored convolution is its row, then its column, each with its stride", () => {
  using layer = new FactoredConv(2, 5, 2, new Generator(4));
  scope(() => {
    const x = draw([1, 2, 7, 6], 5);
    const [row, column] = [draw(layer.row.weight.shape, 6), draw(layer.column.weight.shape, 7)];
    expect([row.shape, column.shape]).toEqual([
      [2, 2, 1, 5],
      [2, 2, 5, 1],
    ]);
    const weights = new Map([
      [layer.row.weight, row],
      [layer.column.weight, column],
    ]);
    const y = withData(weights, () => mapsOf(layer.forward(x, { mode: "train" })));
    const none = new Array<number>(1000).fill(0);
    const first = convolution(mapsOf(x), mapsOf(row), none, [1, 2], [0, 2]);
    const second = convolution({ values: first.output, shape: first.shape }, mapsOf(column), none, [2, 1], [2, 0]);
    expect(y.shape).toEqual(second.shape);
    expectClose(y.values, second.output);
  });
});

describe.each([2, 3])("a 1×1 convolution of stride %i", (stride) => {
  it.each([
    [6, 6],
    [7, 5],
    [1, 1],
  ])("reads every n-th row and column of %i×%i, and only these get gradients", (height, width) => {
    using layer = new Conv({ inputs: 3, outputs: 4, kernel: 1, stride, padding: 0 }, new Generator(1));
    scope(() => {
      const x = trained(draw([2, 3, height, width], 2));
      const weight = draw(layer.weight.shape, 3);
      withData(new Map([[layer.weight, weight]]), () => {
        const y = layer.forward(x, { mode: "train" });
        const slopes = slopesFor(y);
        const [byImages, byWeight] = grad(sum(mul(y, slopes)), [x, layer.weight]) as [Tensor, Tensor];
        const expected = convolution(mapsOf(x), mapsOf(weight), slopes.toArray(), [stride, stride], [0, 0]);
        expect(y.shape).toEqual(expected.shape);
        expectClose(y.toArray(), expected.output);
        expectClose(byImages.toArray(), expected.byImages);
        expectClose(byWeight.toArray(), expected.byWeight);
      });
    });
  });
});

/** The output of a pool and the gradient of Σ output · `slopes`: of the largest, or shared by those that count. */
function pool(x: Maps, slopes: readonly number[], { mode, kernel, stride, padding }: Pooling) {
  const size = (d: 2 | 3): number => outputSize(x.shape[d], kernel, stride, padding);
  const shape: Maps["shape"] = [x.shape[0], x.shape[1], size(2), size(3)];
  const one: Maps = { values: new Array<number>(kernel * kernel).fill(1), shape: [1, 1, kernel, kernel] };
  const output = zeroMaps(shape).values;
  const byImages = zeroMaps(x.shape).values;
  const windows = new Map<number, number[]>();
  // A map at a time, as images of one channel.
  const flat = { values: x.values, shape: [x.shape[0] * x.shape[1], 1, x.shape[2], x.shape[3]] } as const;
  const flatOutput = [flat.shape[0], 1, shape[2], shape[3]] as const;
  for (const [a, , o] of products(flat, one, flatOutput, [stride, stride], [padding, padding])) {
    windows.set(o, [...(windows.get(o) ?? []), a]);
  }
  for (const [o, places] of windows) {
    const values = places.map((a) => x.values[a] as number);
    const largest = Math.max(...values);
    output[o] = mode === "max" ? largest : values.reduce((a, b) => a + b) / values.length;
    for (const [i, a] of places.entries()) {
      const share = mode === "average" ? 1 / values.length : Number(values[i] === largest);
      byImages[a] = (byImages[a] as number) + share * (slopes[o] as number);
    }
  }
  return { shape, output, byImages };
}

describe.each([
  { mode: "max", kernel: 3, stride: 1, padding: 1 },
  { mode: "max", kernel: 3, stride: 2, padding: 1 },
  { mode: "average", kernel: 3, stride: 1, padding: 1 },
  { mode: "average", kernel: 3, stride: 2, padding: 1 },
  { mode: "max", kernel: 2, stride: 2, padding: 0 },
  { mode: "average", kernel: 5, stride: 2, padding: 2 },
  { mode: "max", kernel: 7, stride: 1, padding: 3 },
] as const)("pooled, %j", (pooling) => {
  it.each([
    [6, 6],
    [7, 5],
  ])("is the largest or the mean of the cells that are there, in float64 and float32: %i×%i", (height, width) => {
    for (const device of devices) {
      for (const dtype of ["float64", "float32"] as const) {
        scope(() => {
          const drawn = to(randn([2, 8, height, width], new Generator(9)), { dtype, device });
          const x = trained(contiguous(drawn, { memoryFormat: dtype === "float32" ? "channels_last" : "contiguous" }));
          const y = pooled(x, pooling);
          const slopes = to(slopesFor(y), { dtype, device });
          const [byImages] = grad(sum(mul(y, slopes)), [x]) as [Tensor];
          const expected = pool(mapsOf(x), slopes.toArray(), pooling);
          const tolerance = dtype === "float64" ? 1e-12 : 1e-5;
          expect(y.shape).toEqual(expected.shape);
          expectClose(y.toArray(), expected.output, tolerance);
          expectClose(byImages.toArray(), expected.byImages, tolerance);
          x.requiresGrad = false;
          expectClose(pooled(x, pooling).toArray(), expected.output, tolerance);
        });
      }
    }
  });
});
