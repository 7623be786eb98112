/** Modules: names, state, loading. */
import { describe, expect, test } from "vitest";
import {
  add,
  buffer,
  liveTensors,
  Module,
  mulScalar,
  ones,
  parameter,
  scope,
  type Tensor,
  tensor,
  zeros,
} from "../src/index.ts";
import { thrown } from "./support/error.ts";
import "./support/leaks.ts";

class Layer extends Module {
  readonly weight: Tensor;
  readonly mean: Tensor;
  readonly scratch: Tensor;

  constructor(size: number) {
    super();
    this.weight = parameter(ones([size]));
    this.mean = buffer(zeros([size]));
    this.scratch = ones([1]);
  }

  override dispose(): void {
    super.dispose();
    this.scratch.dispose();
  }
}

class Network extends Module {
  readonly stem = new Layer(1);
  readonly cells = [new Layer(2), [new Layer(3)]];
  readonly byName = new Map([["left", new Layer(4)]]);
  readonly alpha = parameter(zeros([5]));
  readonly sameStem = this.stem;
  readonly other = { not: "walked" };

  override dispose(): void {
    for (const module of this.modules()) if (module !== this) module.dispose();
    super.dispose();
  }
}

test("names are dotted paths in the order of the properties, each part once", () => {
  using network = new Network();
  const names = ["stem.weight", "cells.0.weight", "cells.1.0.weight", "byName.left.weight", "alpha"];
  expect([...network.namedParameters().keys()]).toEqual(names);
  expect([...network.namedParameters("net").keys()]).toEqual(names.map((name) => `net.${name}`));
  expect([...network.namedBuffers().keys()]).toEqual([
    "stem.mean",
    "cells.0.mean",
    "cells.1.0.mean",
    "byName.left.mean",
  ]);
  expect(network.parameters().map((p) => p.size)).toEqual([1, 2, 3, 4, 5]);
  expect([...network.modules()]).toHaveLength(5);
});

test("parameters require gradients, buffers do not, and both leave their scope", () => {
  const network = scope(() => {
    const made = new Layer(2);
    expect(made.weight.requiresGrad).toBe(true);
    expect(made.mean.requiresGrad).toBe(false);
    return () => made;
  })();
  expect(network.scratch.freed).toBe(true);
  expect(network.weight.freed).toBe(false);
  expect(network.setTrainable(false).weight.requiresGrad).toBe(false);
  expect(network.setTrainable(true).weight.requiresGrad).toBe(true);
  network.dispose();
});

test("the result of a recorded operation cannot be a parameter", () => {
  using layer = new Layer(1);
  scope(() => expect(thrown(() => parameter(mulScalar(layer.weight, 2))).argument).toBe("tensor"));
});

describe("load", () => {
  test("copies values in place", () => {
    scope(() => {
      using a = new Network();
      using b = new Network();
      const before = b.alpha;
      a.load(
        Object.fromEntries(Object.entries(a.state()).map(([name, t], i) => [name, add(t, ones([1]), { alpha: i })])),
      );
      b.load(a.state());
      expect(b.alpha).toBe(before);
      expect(b.alpha.requiresGrad).toBe(true);
      for (const [name, value] of Object.entries(a.state()))
        expect(b.state()[name]?.toArray()).toEqual(value.toArray());
      expect(b.byName.get("left")?.weight.toArray()).toEqual([4, 4, 4, 4]);
    });
  });

  test("names what is missing, unexpected or does not fit, and then copies nothing", () => {
    scope(() => {
      using layer = new Layer(2);
      const weight = tensor([7, 7]);
      expect(thrown(() => layer.load({ weight })).message).toContain("missing in the state: mean");
      const extra = thrown(() => layer.load({ weight, mean: zeros([2]), huh: weight }));
      expect(extra).toMatchObject({ operator: "load", argument: "huh" });
      expect(thrown(() => layer.load({ weight, mean: zeros([3]) })).message).toContain("float32[3]");
      expect(thrown(() => layer.load({ weight, mean: zeros([2], { dtype: "float64" }) })).argument).toBe("mean");
      expect(layer.weight.toArray()).toEqual([1, 1]);
      layer.load({ weight, huh: weight }, { strict: false });
      expect(layer.weight.toArray()).toEqual([7, 7]);
    });
  });
});

test("moving keeps the very tensors", () => {
  using layer = new Layer(2);
  const { weight } = layer;
  expect(layer.to("cpu").weight).toBe(weight);
  expect(thrown(() => layer.to("nonsense")).argument).toBe("device");
});

test("disposing frees everything", () => {
  const before = liveTensors();
  const network = new Network();
  expect(liveTensors()).toBeGreaterThan(before);
  network.dispose();
  expect(liveTensors()).toBe(before);
});
