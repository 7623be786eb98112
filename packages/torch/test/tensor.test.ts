/** Tensors from and to JavaScript values, and their life. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add_, type DType, liveTensors, ones, permute, scope, type Tensor, tensor, zeros } from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";

describe("values", () => {
  test("typed arrays keep their element type", () => {
    scope(() => {
      const arrays: [DType, Parameters<typeof tensor>[0]][] = [
        ["float32", Float32Array.of(1.5, -2)],
        ["float64", Float64Array.of(1.5, -2)],
        ["int64", BigInt64Array.of(2n ** 62n, -1n)],
        ["int32", Int32Array.of(2 ** 31 - 1, -1)],
        ["int16", Int16Array.of(32767, -1)],
        ["int8", Int8Array.of(127, -1)],
        ["uint8", Uint8Array.of(255, 1)],
      ];
      for (const [dtype, data] of arrays) {
        const x = tensor(data as Float32Array);
        expect(x.dtype).toBe(dtype);
        expect(x.toTypedArray()).toEqual(data);
        expect(x.device).toBe("cpu");
      }
    });
  });

  test("numbers of any element type", () => {
    scope(() => {
      const cases: [DType, number[], number[]][] = [
        ["float32", [0.1], [Math.fround(0.1)]],
        ["float64", [0.1], [0.1]],
        ["int64", [-5], [-5]],
        ["bool", [0, 2], [0, 1]],
        // Raw IEEE 754 half precision: 1.5 is 0x3e00; bfloat16: 0x3fc0.
        ["float16", [1.5], [0x3e00]],
        ["bfloat16", [1.5], [0x3fc0]],
      ];
      for (const [dtype, from, to] of cases) expect(tensor(from, undefined, { dtype }).toArray()).toEqual(to);
    });
  });

  test("any float32 array comes back to the bit, whatever its shape", () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 60 }), (data) =>
        scope(() => {
          expect(tensor(data, [1, data.length, 1]).toTypedArray()).toEqual(data);
        }),
      ),
    );
  });

  test("scalars, empty tensors, transposed tensors", () => {
    scope(() => {
      expect(tensor([3], []).item()).toBe(3);
      expect(tensor([3], []).shape).toEqual([]);
      expect(zeros([2, 0]).toArray()).toEqual([]);
      expect(zeros([2, 0]).size).toBe(0);
      expect(permute(tensor([1, 2, 3, 4], [2, 2]), [1, 0]).toArray()).toEqual([1, 3, 2, 4]);
    });
  });

  test.each([
    ["data", () => tensor([1, 2], [3])],
    ["data", () => tensor(["1"] as never)],
    ["data", () => tensor([1.5], [1], { dtype: "int32" })],
    ["data", () => tensor(new Uint16Array(2))],
    ["data", () => tensor(new DataView(new ArrayBuffer(4)) as never)],
    ["data", () => tensor(null as never)],
    ["shape", () => tensor([1, 2], [-1, -2])],
    ["shape", () => tensor([1], [0.5, 2])],
    ["shape", () => tensor([], [2 ** 40, 2 ** 40, 2 ** 40])],
    ["shape", () => tensor([1], "1" as never)],
    ["dtype", () => tensor([1], [1], { dtype: "float33" as never })],
  ])("a bad %s is refused", (argument, make) => {
    expect(thrown(make)).toMatchObject({ code: "argument", operator: "tensor", argument });
  });
});

describe("memory", () => {
  test("shared memory is not copied, in either direction", () => {
    scope(() => {
      const data = Float32Array.of(1, 2);
      const x = tensor(data, [2], { share: true });
      data[0] = 10;
      expect(x.toArray()).toEqual([10, 2]);
      add_(x, x);
      expect([...data]).toEqual([20, 4]);
      const view = x.view() as Float32Array;
      view[1] = 7;
      expect([...data]).toEqual([20, 7]);
    });
  });

  test("a view outlives its tensor", () => {
    const view = scope(() => ones([1000]).view());
    globalThis.gc?.();
    expect((view as Float32Array).every((value) => value === 1)).toBe(true);
  });

  test("memory that could move away is not shared", () => {
    const resizable = new Float32Array(new ArrayBuffer(8, { maxByteLength: 16 }));
    expect(thrown(() => tensor(resizable, [2], { share: true })).argument).toBe("data");
    const crooked = new Uint8Array(9).subarray(1);
    expect(thrown(() => tensor(crooked, [2], { dtype: "float32", share: true })).argument).toBe("data");
    scope(() => {
      const data = new Float32Array(2);
      tensor(data, [2], { share: true });
      expect(() => structuredClone(data, { transfer: [data.buffer] })).toThrow();
      expect(data.length).toBe(2);
    });
  });

  test("a view needs contiguous memory", () => {
    scope(() => {
      expect(thrown(() => permute(ones([2, 3]), [1, 0]).view())).toMatchObject({ code: "argument", operator: "view" });
    });
  });

  test("copyTo needs a buffer of the tensor's size", () => {
    scope(() => expect(thrown(() => ones([2]).copyTo(new Float32Array(3))).operator).toBe("copyTo"));
  });
});

describe("life", () => {
  test("using frees at the end of the block, dispose at once, twice is fine", () => {
    const before = liveTensors();
    let kept: Tensor;
    {
      using x = ones([2]);
      kept = x;
      expect(liveTensors()).toBe(before + 1);
    }
    expect(kept.freed).toBe(true);
    kept.dispose();
    expect(liveTensors()).toBe(before);
    expect(`${kept}`).toBe("Tensor(freed)");
  });

  test("every use after that is an error that says so", () => {
    const x = ones([2]);
    x.dispose();
    const uses: (() => unknown)[] = [
      () => x.shape,
      () => x.strides,
      () => x.dtype,
      () => x.device,
      () => x.size,
      () => x.requiresGrad,
      () => {
        x.requiresGrad = true;
      },
      () => x.toArray(),
      () => x.toTypedArray(),
      () => x.copyTo(new Float32Array(2)),
      () => x.view(),
      () => x.item(),
      () => x.handle,
    ];
    for (const use of uses) expect(thrown(use)).toMatchObject({ code: "freed", argument: "self" });
  });

  test("item is for one element", () => {
    scope(() => expect(thrown(() => ones([2]).item()).message).toContain("[2]"));
  });
});
