/** Calls through the dispatcher: every kind of argument and result, and the errors of wrong ones. */
import { describe, expect, test } from "vitest";
import {
  adaptiveAvgPool2d,
  add,
  add_,
  addScalar,
  arange,
  call,
  cat,
  clone,
  conv2d,
  crossEntropyLoss,
  einsum,
  Generator,
  indexSelect,
  liveTensors,
  maxPool2d,
  meanDim,
  mm,
  norm,
  normDim,
  ones,
  operator,
  rand,
  scope,
  softmax,
  split,
  sum,
  type Tensor,
  tensor,
  topk,
  where,
  zeros,
} from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";

const matrix = (): Tensor => tensor([1, 2, 3, 4, 5, 6], [2, 3]);

/** One test in a scope. */
const scoped = (name: string, body: () => void) => test(name, () => scope(body));

describe("arguments", () => {
  scoped("tensors", () => expect(mm(matrix(), tensor([1, 0, 0], [3, 1])).toArray()).toEqual([1, 4]));
  scoped("an optional tensor", () => {
    const x = ones([1, 1, 3, 3]);
    expect(conv2d(x, ones([1, 1, 3, 3])).item()).toBe(9);
    expect(conv2d(x, ones([1, 1, 3, 3]), { bias: tensor([1]) }).item()).toBe(10);
    expect(conv2d(x, ones([1, 1, 3, 3]), { bias: null }).item()).toBe(9);
  });
  scoped("a list of tensors", () => {
    expect(cat([tensor([1]), tensor([2, 3])]).toArray()).toEqual([1, 2, 3]);
    expect(einsum("ij,ij->i", [matrix(), matrix()]).toArray()).toEqual([14, 77]);
  });
  scoped("a list with holes", () => {
    const index = operator("aten::index", "Tensor");
    const columns = tensor([2, 0], [2], { dtype: "int64" });
    expect((call(index, [matrix(), [null, columns]]) as Tensor).toArray()).toEqual([3, 1, 6, 4]);
  });
  scoped("integers, also as bigint", () => {
    expect(softmax(zeros([2, 2]), -1).toArray()).toEqual([0.5, 0.5, 0.5, 0.5]);
    const big = tensor(BigInt64Array.of(1n));
    const plus = operator("aten::add", "Scalar");
    expect((call(plus, [big, 2n ** 60n]) as Tensor).toTypedArray()).toEqual(BigInt64Array.of(2n ** 60n + 1n));
  });
  scoped("lists of integers, and a number that stands for one", () => {
    expect(meanDim(matrix(), [0]).toArray()).toEqual([2.5, 3.5, 4.5]);
    expect(maxPool2d(image(), 2).toArray()).toEqual([5, 7, 13, 15]);
    expect(adaptiveAvgPool2d(image(), 2).shape).toEqual([1, 1, 2, 2]);
  });
  scoped("floats and lists of floats", () => {
    const upsample = operator("aten::upsample_nearest2d", "vec");
    expect((call(upsample, [image(), null, [2, 2]]) as Tensor).shape).toEqual([1, 1, 8, 8]);
  });
  scoped("numbers keep integers integers, and fractions fractions", () => {
    const x = tensor([1, 2], [2], { dtype: "int64" });
    expect(addScalar(x, 2).dtype).toBe("int64");
    expect(addScalar(x, 0.5).dtype).toBe("float32");
    expect(addScalar(tensor([1]), Number.POSITIVE_INFINITY).item()).toBe(Number.POSITIVE_INFINITY);
    expect(addScalar(tensor([1]), Number.NaN).item()).toBeNaN();
  });
  scoped("booleans, dtypes, devices, memory formats", () => {
    expect(meanDim(matrix(), [1], { keepdim: true }).shape).toEqual([2, 1]);
    expect(zeros([1], { dtype: "float64", device: "cpu" }).dtype).toBe("float64");
    expect(clone(image(2), { memoryFormat: "channels_last" }).strides).toEqual([32, 1, 8, 2]);
  });
  scoped("a generator", () => {
    expect(rand([3], new Generator(1)).toArray()).toEqual(rand([3], new Generator(1)).toArray());
  });
  scoped("undefined takes the default", () => {
    expect(add(tensor([1]), tensor([2]), { alpha: undefined }).item()).toBe(3);
    expect(add(tensor([1]), tensor([2]), { alpha: 10 }).item()).toBe(21);
    const loss = crossEntropyLoss(zeros([1, 4]), tensor([2], [1], { dtype: "int64" }), { labelSmoothing: 0.1 });
    expect(loss.item()).toBeCloseTo(Math.log(4), 6);
  });
});

/** 0, 1, 2, ... as [1, channels, 4, 4]. */
function image(channels = 1): Tensor {
  return tensor(
    Float32Array.from({ length: channels * 16 }, (_, i) => i),
    [1, channels, 4, 4],
  );
}

describe("results", () => {
  scoped("several", () => {
    const [values, indices] = topk(tensor([3, 9, 4]), 2);
    expect(values.toArray()).toEqual([9, 4]);
    expect(indices.toTypedArray()).toEqual(BigInt64Array.of(1n, 2n));
  });
  scoped("a list", () => expect(split(arange(0, 5), 2).map((part) => part.toArray())).toEqual([[0, 1], [2, 3], [4]]));
  scoped("numbers and booleans", () => {
    expect(call(operator("aten::size", "int"), [matrix(), 1])).toBe(3);
    expect(call(operator("aten::is_floating_point"), [matrix()])).toBe(true);
    expect(call(operator("aten::stride", "int"), [matrix(), 0])).toBe(3);
  });
  scoped("an operator that works in place returns the very tensor", () => {
    const x = tensor([1]);
    const before = liveTensors();
    expect(add_(x, x)).toBe(x);
    expect(liveTensors()).toBe(before);
    expect(x.item()).toBe(2);
  });
  scoped("a shape changed in place is seen", () => {
    const x = tensor([1, 2]);
    expect(x.shape).toEqual([2]);
    call(operator("aten::unsqueeze_"), [x, 0]);
    expect(x.shape).toEqual([1, 2]);
  });
});

describe("errors name the operator and the argument", () => {
  const x = (): Tensor => matrix();
  const anything = (value: unknown) => value as never;
  test.each<[string, () => unknown, string, string | undefined, string]>([
    ["no tensor", () => add(x(), anything(null)), "aten::add", "other", "argument"],
    ["a generator for a tensor", () => add(anything(new Generator(1)), x()), "aten::add", "self", "argument"],
    ["a tensor for a generator", () => rand([1], anything(x())), "aten::rand", "generator", "argument"],
    ["a fraction for an integer", () => softmax(x(), 0.5), "aten::softmax", "dim", "argument"],
    ["not a number in a shape", () => zeros([Number.NaN]), "aten::zeros", "size", "argument"],
    ["a string for a list", () => cat(anything("x")), "aten::cat", "tensors", "argument"],
    ["a hole in a list", () => cat([x(), anything(undefined)]), "aten::cat", "tensors", "argument"],
    ["an unknown dtype", () => zeros([1], { dtype: anything("float33") }), "aten::zeros", "dtype", "argument"],
    ["a dtype code out of range", () => call(operator("aten::zeros"), [[1], 99]), "aten::zeros", "dtype", "argument"],
    ["a layout out of range", () => call(operator("aten::zeros"), [[1], 6, 9]), "aten::zeros", "layout", "argument"],
    [
      "an unknown memory format",
      () => clone(x(), { memoryFormat: anything("x") }),
      "aten::clone",
      "memory_format",
      "argument",
    ],
    ["an unknown device", () => zeros([1], { device: "tpu9" }), "aten::zeros", "device", "argument"],
    ["a freed tensor", () => add(x(), freed()), "aten::add", "other", "freed"],
    ["a freed tensor in a list", () => cat([x(), freed()]), "aten::cat", "tensors", "freed"],
    ["shapes that do not multiply", () => mm(x(), x()), "aten::mm", "mat2", "argument"],
    ["shapes that do not broadcast", () => add(x(), tensor([1, 2])), "aten::add", "other", "argument"],
    ["a wrong dtype", () => mm(x(), zeros([3, 1], { dtype: "float64" })), "aten::mm", "mat2", "argument"],
    [
      "an index out of range",
      () => indexSelect(x(), 0, tensor(BigInt64Array.of(7n))),
      "aten::index_select",
      "index",
      "argument",
    ],
    ["a bad stride", () => conv2d(image(), ones([1, 1, 3, 3]), { stride: 0 }), "aten::conv2d", "stride", "argument"],
    ["a negative size", () => zeros([-1]), "aten::zeros", undefined, "operator"],
    ["more memory than there is", () => zeros([2 ** 50]), "aten::zeros", undefined, "memory"],
    ["too many arguments", () => call(operator("aten::relu"), [x(), 1]), "aten::relu", undefined, "argument"],
    ["too few arguments", () => call(operator("aten::mm"), [x()]), "aten::mm", "mat2", "argument"],
    ["no such operator", () => call(operator("aten::nope", "x"), []), "aten::nope", undefined, "operator"],
  ])("%s", (_, body, name, argument, code) => {
    scope(() => {
      const error = thrown(body);
      expect(error).toMatchObject({ operator: name, code });
      if (argument !== undefined) expect(error.argument).toBe(argument);
      expect(error.message.split("\n")[0]).toContain(name);
      if (argument !== undefined) expect(error.message).toContain(`'${argument}'`);
    });
  });

  scoped("tensor arguments are described", () => {
    expect(thrown(() => mm(x(), x())).message).toContain("(self: float32[2,3], mat2: float32[2,3])");
  });

  scoped("what a getter throws comes through", () => {
    const trap = new Proxy([], {
      get(_, key) {
        if (key === "length") return 1;
        throw new RangeError("trap");
      },
    });
    expect(() => cat(trap)).toThrow();
  });

  scoped("where an error is thrown nothing is left half done", () => {
    const before = liveTensors();
    for (let i = 0; i < 100; i++) thrown(() => where(x(), x(), tensor([1, 2])));
    expect(liveTensors()).toBeLessThanOrEqual(before + 300);
    expect(sum(ones([4])).item()).toBe(4);
    expect(norm(ones([4])).item()).toBe(2);
    expect(normDim(ones([4]), 2, [0]).item()).toBe(2);
  });
});

function freed(): Tensor {
  const gone = tensor([1]);
  gone.dispose();
  return gone;
}
