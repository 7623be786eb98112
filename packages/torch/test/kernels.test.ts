/** Our own kernels against libtorch's operators, over random shapes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  clone,
  conv2d,
  conv3x3Sum_,
  hamming,
  relu,
  reluCodes,
  type SeparableTerm,
  scope,
  separableSum_,
  type Tensor,
  tensor,
} from "../src/index.ts";
import "./support/leaks.ts";
import { numbers } from "./support/numbers.ts";

const random = (shape: number[], seed: number): Tensor =>
  tensor(
    Float32Array.from(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    ),
    shape,
  );
const channelsLast = (x: Tensor): Tensor => clone(x, { memoryFormat: "channels_last" });

function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const wanted = expected.toArray();
  const scale = Math.max(1, ...wanted.map(Math.abs));
  const worst = Math.max(...actual.toArray().map((value, i) => Math.abs(value - (wanted[i] as number))));
  expect(worst / scale).toBeLessThan(tolerance);
}

test("reluCodes is ReLU and the packed signs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 200 }), fc.nat(), (batch, n, seed) =>
      scope(() => {
        const values = numbers(batch * n, seed).map((v) => (Math.abs(v) < 0.2 ? 0 : v));
        const x = tensor(values, [batch, n]);
        const [positive, codes] = reluCodes(x);
        expect(positive.toTypedArray()).toEqual(relu(x).toTypedArray());
        const words = Math.ceil(n / 64);
        expect(codes.shape).toEqual([batch, words]);
        const expected = new BigUint64Array(batch * words);
        for (const [i, value] of values.entries()) {
          const [row, column] = [Math.floor(i / n), i % n];
          const word = row * words + Math.floor(column / 64);
          if (value > 0) expected[word] = (expected[word] as bigint) | (1n << BigInt(column % 64));
        }
        const actual = codes.toTypedArray() as BigInt64Array;
        expect(new BigUint64Array(actual.buffer)).toEqual(expected);
      }),
    ),
  );
});

test("hamming counts the bits that differ", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (batch, words, seed) =>
      scope(() => {
        const codes = BigInt64Array.from(
          numbers(batch * words, seed),
          (v) => BigInt(Math.trunc(v * 2 ** 62)) * 3n + 1n,
        );
        const distances = hamming(tensor(codes, [batch, words]));
        expect(distances.shape).toEqual([batch, batch]);
        const bits = (value: bigint) => BigInt.asUintN(64, value).toString(2).replaceAll("0", "").length;
        const expected = Array.from({ length: batch * batch }, (_, at) => {
          const [i, j] = [Math.floor(at / batch), at % batch];
          let sum = 0;
          for (let w = 0; w < words; w++) {
            sum += bits((codes[i * words + w] as bigint) ^ (codes[j * words + w] as bigint));
          }
          return sum;
        });
        expect(distances.toArray()).toEqual(expected);
      }),
    ),
    { numRuns: 30 },
  );
});

const size = fc.integer({ min: 1, max: 18 });

test("separableSum_ is a sum of depthwise and pointwise convolutions", () => {
  const term = fc.record({ k: fc.constantFrom(3, 5), stride: fc.constantFrom(1, 2), dilation: fc.constantFrom(1, 2) });
  const shape = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    height: size,
    width: size,
  });
  fc.assert(
    fc.property(
      shape,
      term,
      fc.array(term, { maxLength: 2 }),
      fc.nat(),
      ({ batch, groups, height, width }, one, more, seed) =>
        scope(() => {
          const channels = groups * 16;
          const terms: SeparableTerm[] = [one, ...more].map(({ k, dilation }, i) => ({
            input: channelsLast(random([batch, channels, height, width], seed + i)),
            depthwise: random([channels, 1, k, k], seed + 10 + i),
            pointwise: random([channels, channels, 1, 1], seed + 20 + i),
            stride: one.stride,
            dilation,
          }));
          let expected: Tensor | undefined;
          for (const { input, depthwise, pointwise, stride, dilation } of terms) {
            const padding = (dilation * ((depthwise.shape[2] as number) - 1)) / 2;
            const inner = conv2d(input, depthwise, { stride, dilation, padding, groups: channels });
            const y = conv2d(inner, pointwise);
            expected = expected === undefined ? y : add(expected, y);
          }
          const start = channelsLast(random((expected as Tensor).shape.slice(), seed + 30));
          expected = add(expected as Tensor, start);
          const out = channelsLast(start);
          expect(separableSum_(out, terms)).toBe(out);
          expectClose(out, expected, 1e-5);
        }),
    ),
    { numRuns: 40 },
  );
});

test("conv3x3Sum_ is a sum of convolutions", () => {
  const count = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(count, count, count, size, size, fc.nat(), (terms, inGroups, outGroups, height, width, seed) =>
      scope(() => {
        const inputs = Array.from({ length: terms }, (_, i) =>
          channelsLast(random([2, inGroups * 16, height, width], seed + i)),
        );
        const weights = inputs.map((_, i) => random([outGroups * 16, inGroups * 16, 3, 3], seed + 10 + i));
        const start = channelsLast(random([2, outGroups * 16, height, width], seed + 20));
        const expected = inputs.reduce((sum, x, i) => add(sum, conv2d(x, weights[i] as Tensor, { padding: 1 })), start);
        const out = channelsLast(start);
        expect(conv3x3Sum_(out, inputs, weights)).toBe(out);
        expectClose(out, expected, 1e-5);
      }),
    ),
    { numRuns: 30 },
  );
});

test("what the kernels cannot take is refused", () => {
  scope(() => {
    const x = random([1, 8], 1);
    expect(() => reluCodes(tensor([1], [1], { dtype: "float64" }))).toThrow();
    expect(() => hamming(x)).toThrow();
    expect(() => conv3x3Sum_(x, [x], [x])).toThrow();
    expect(() => conv3x3Sum_(channelsLast(random([1, 16, 4, 4], 1)), [], [x])).toThrow();
  });
});
