/** Small spaces, random images, random mixtures and random weights for the tests of networks. */
import {
  add_,
  addScalar,
  contiguous,
  copy_,
  Generator,
  mulScalar,
  noGrad,
  rand,
  randn,
  scope,
  type Tensor,
} from "@archwright/torch";
import type { Mixture } from "../../src/networks/mixture.ts";
import type { Network } from "../../src/networks/network.ts";
import { Random } from "../../src/random.ts";
import { cell } from "../../src/spaces/cells.ts";
import { defineSpace } from "../../src/spaces/define.ts";
import { batchNorm, conv, relu } from "../../src/spaces/layers.ts";
import { dartsOperations, normalizedPool, skipConnect } from "../../src/spaces/operations.ts";
import { staged } from "../../src/spaces/skeletons/staged.ts";
import type { Space } from "../../src/spaces/space.ts";

/** `space` with networks of `channels` and `cells`, for both purposes. */
export const sized = (space: Space, channels: number, cells: number): Space => ({
  ...space,
  sizes: { search: { channels, cells }, evaluation: { channels, cells } },
});

const customCell = cell("cell", {
  nodes: 3,
  operations: ["dilated_dense", "normalized_max_pool", "skip_connect", "sep_conv_3x3", "deep", "cut_off"],
});

/** Operations that the published spaces do not have: other chains, and one that only the general path can run. */
export const customSpace = defineSpace({
  name: "custom",
  title: "a space of the tests",
  source: "none",
  cells: [customCell],
  operations: {
    dilated_dense: () => [relu(), conv(3, { strided: true, dilation: 2 }), batchNorm()],
    normalized_max_pool: normalizedPool("max", 3),
    skip_connect: skipConnect,
    sep_conv_3x3: dartsOperations.sep_conv_3x3,
    deep: () => [relu(), conv(1, { strided: true }), relu(), conv(5), batchNorm()],
    cut_off: () => [batchNorm(), relu()],
  },
  sizes: { search: { channels: 4, cells: 1 }, evaluation: { channels: 4, cells: 1 } },
  skeleton: staged(customCell, { stages: 2 }),
});

/** Channels-last N(0,1). */
export function images(batch: number, size: number, seed = 1, channels = 3): Tensor {
  return scope(() =>
    contiguous(randn([batch, channels, size, size], new Generator(seed)), { memoryFormat: "channels_last" }),
  );
}

/** Random weights in (0.05, 1): every candidate takes part. */
export function randomMixture(space: Space, seed: number): Mixture {
  const random = Random.stream(seed, "test/mixture");
  return Object.fromEntries(
    space.cells.map(({ name, operations }) => [
      name,
      { values: operations.map((row) => row.map(() => 0.05 + 0.95 * random.uniform())) },
    ]),
  );
}

/** `mixture` with the weights of edge `edge` of `name` changed by `change`. */
export function changed(
  mixture: Mixture,
  name: string,
  edge: number,
  change: (row: readonly number[]) => number[],
): Mixture {
  const { values } = mixture[name] as Mixture[string];
  return { ...mixture, [name]: { values: values.map((row, e) => (e === edge ? change(row) : row)) } };
}

export const without =
  (operation: number) =>
  (row: readonly number[]): number[] =>
    row.map((weight, o) => (o === operation ? 0 : weight));

export const withoutLast = (row: readonly number[]): number[] => without(row.length - 1)(row);

export const removed = (row: readonly number[]): number[] => row.map(() => 0);

/** Gives every batch norm statistics, scales and shifts as training leaves them behind. */
export function pretendTrained(network: Network, seed: number): void {
  const generator = new Generator(seed);
  noGrad(() =>
    scope(() => {
      for (const [name, value] of Object.entries(network.state())) {
        const draw = (): Tensor => randn(value.shape, generator);
        if (name.endsWith("runningMean")) copy_(value, mulScalar(draw(), 0.2));
        else if (name.endsWith("runningVariance")) copy_(value, addScalar(rand(value.shape, generator), 0.5));
        else if (value.shape.length === 1) add_(value, mulScalar(draw(), 0.2));
      }
    }),
  );
}

export interface Observed {
  /** Number of ReLU units in which two samples differ, row by row. */
  readonly distances: number[][];
  readonly units: number;
  /** Units of each sample whose input is so close to 0 that another order of summation may change its sign. */
  readonly close: number[];
}

/** Watches the ReLUs of the plain forward pass, in plain loops. */
export class ReLUObserver {
  readonly #codes: Uint8Array[][] = [];
  readonly #close: number[] = [];

  readonly onReLU = (x: Tensor): void => {
    const [batch = 0] = x.shape;
    const values = x.toArray();
    const limit = 1e-5 * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const active = Uint8Array.from(values, (value) => Number(value > 0));
    const close = Uint8Array.from(values, (value) => Number(value !== 0 && Math.abs(value) <= limit));
    const units = active.length / batch;
    for (let i = 0; i < batch; i++) {
      this.#codes[i] ??= [];
      (this.#codes[i] as Uint8Array[]).push(active.subarray(i * units, (i + 1) * units));
      const own = close.subarray(i * units, (i + 1) * units).reduce((sum, bit) => sum + bit, 0);
      this.#close[i] = (this.#close[i] ?? 0) + own;
    }
  };

  result(): Observed {
    const units = (this.#codes[0] ?? []).reduce((sum, code) => sum + code.length, 0);
    const distances = this.#codes.map((a) => this.#codes.map((b) => distance(a, b)));
    return { distances, units, close: this.#close };
  }
}

function distance(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  let sum = 0;
  for (const [k, codes] of a.entries()) {
    const other = b[k] as Uint8Array;
    for (let i = 0; i < codes.length; i++) sum += Number(codes[i] !== other[i]);
  }
  return sum;
}

/** Largest difference, relative to the largest value. */
export function relativeDifference(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number)))) / scale;
}
