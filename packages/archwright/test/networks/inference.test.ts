/** The fused inference pass against the plain forward pass. */
import { contiguous, Generator, liveTensors, noGrad, scope, type Tensor } from "@archwright/torch";
import "./leaks.ts";
import { describe, expect, it } from "vitest";
import type { PatternSum } from "../../src/networks/inference/pattern.ts";
import { SharedInference } from "../../src/networks/inference/shared-inference.ts";
import { type Mixture, oneHot } from "../../src/networks/mixture.ts";
import { discreteNetwork, type Network, supernet } from "../../src/networks/network.ts";
import { Random } from "../../src/random.ts";
import { dartsNoNone } from "../../src/spaces/darts-no-none.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { spaces } from "../../src/spaces/registry.ts";
import { s1 } from "../../src/spaces/s1.ts";
import { s2 } from "../../src/spaces/s2.ts";
import { s4 } from "../../src/spaces/s4.ts";
import { randomArchitecture } from "../../src/spaces/sampling.ts";
import type { Space } from "../../src/spaces/space.ts";
import {
  changed,
  customSpace,
  images,
  pretendTrained,
  ReLUObserver,
  randomMixture,
  relativeDifference,
  removed,
  sized,
  without,
  withoutLast,
} from "./support.ts";

/** The DARTS family needs three cells for a normal one and two reductions; the last is a reduction then. */
const small = (space: Space, channels: number): Space => sized(space, channels, space.inDegree === "all" ? 1 : 3);
const random = (): Generator => new Generator(11);

interface Collected {
  readonly logits: number[] | undefined;
  readonly distances: number[];
  readonly units: number;
}

/** Logits and patterns of every mixture. */
function infer(
  inference: SharedInference,
  x: Tensor,
  mixtures: readonly (Mixture | undefined)[],
  options: { logits?: boolean; countBlocked?: boolean } = {},
): Collected[] {
  return inference.run(x, mixtures, { patterns: true, random: random(), ...options }, ({ logits, patterns }) => ({
    logits: logits?.toArray(),
    distances: (patterns as PatternSum).distances.toArray(),
    units: (patterns as PatternSum).units,
  }));
}

/** Compares the fused pass of `network` with the plain one: logits up to rounding, patterns exactly. */
function expectEqualPasses(network: Network, x: Tensor, mixture: Mixture | undefined): void {
  scope(() => {
    using inference = new SharedInference(network);
    const observer = new ReLUObserver();
    const context = { mode: "eval", random: random(), onReLU: observer.onReLU } as const;
    const expected = noGrad(() => network.forward(x, context, mixture).logits.toArray());
    const [actual] = infer(inference, x, [mixture]) as [Collected];
    expect(relativeDifference(actual.logits as number[], expected)).toBeLessThan(1e-5);
    const { distances, units, close } = observer.result();
    expect(actual.units).toBe(units);
    // A unit whose input rounds to either side of 0 may differ; the rest must agree. There are hardly any of these.
    for (const [i, row] of distances.entries()) {
      expect(close[i]).toBeLessThan(1e-3 * units);
      for (const [j, distance] of row.entries()) {
        const bound = i === j ? 0 : (close[i] as number) + (close[j] as number);
        expect(Math.abs((actual.distances[i * row.length + j] as number) - distance)).toBeLessThanOrEqual(bound);
      }
    }
    // Without logits nothing is computed that no ReLU sees: the patterns stay the same.
    const [short] = infer(inference, x, [mixture], { logits: false }) as [Collected];
    expect(short.logits).toBeUndefined();
    expect({ ...short, logits: actual.logits }).toEqual(actual);
  });
}

const everySpace = [...spaces, customSpace];

describe.each(everySpace.map((space) => ({ space, name: space.name })))("one pass in $name", ({ space }) => {
  // 12 channels: no multiple of what the kernels take at once; 16: all the kernels apply.
  it.each([12, 16])("equals the plain one of the supernet, %i channels", (channels) => {
    const own = small(space, channels);
    using network = supernet(own, { classes: 5, seed: 1 });
    scope(() => {
      expectEqualPasses(network, images(3, 8), randomMixture(own, 1));
      const architecture = randomArchitecture(own, Random.stream(4, "test/inference"));
      expectEqualPasses(network, images(3, 8), oneHot(own, architecture));
    });
  });

  it("equals the plain one of a discrete network", () => {
    const own = small(space, 4);
    const architectures = Random.stream(6, "test/inference");
    for (const purpose of ["search", "evaluation"] as const) {
      const architecture = randomArchitecture(own, architectures);
      using network = discreteNetwork(own, architecture, { classes: 5, seed: 1, purpose });
      scope(() => expectEqualPasses(network, images(3, 8), undefined));
    }
  });

  it("equals the plain one where batch norm has learned", () => {
    const own = small(space, 12);
    using network = supernet(own, { classes: 5, seed: 1 });
    pretendTrained(network, 3);
    scope(() => expectEqualPasses(network, images(3, 8), randomMixture(own, 2)));
    const architecture = randomArchitecture(own, Random.stream(7, "test/inference"));
    using discrete = discreteNetwork(own, architecture, { classes: 5, seed: 1 });
    pretendTrained(discrete, 4);
    scope(() => expectEqualPasses(discrete, images(3, 8), undefined));
  });
});

it("takes images in any memory layout, with the ImageNet stem too", () => {
  using network = supernet(sized(dartsNoNone, 4, 3), { classes: 5, seed: 1 });
  using tall = supernet(sized(s2, 4, 4), { classes: 5, seed: 1, stem: "imagenet" });
  scope(() => {
    expectEqualPasses(network, contiguous(images(2, 8)), randomMixture(dartsNoNone, 1));
    expectEqualPasses(tall, images(2, 32), randomMixture(s2, 1));
  });
});

/** Pairs of cell and edge whose mixtures differ, and what becomes of their row. */
const variants: Record<string, (mixture: Mixture, last: number) => Mixture[]> = {
  "an early edge": (mixture) => {
    const [first] = Object.keys(mixture) as [string];
    return [mixture, changed(mixture, first, 0, withoutLast), changed(mixture, first, 0, without(1))];
  },
  "a late edge": (mixture, last) => {
    const [first] = Object.keys(mixture) as [string];
    return [changed(mixture, first, last, withoutLast), mixture, changed(mixture, first, last, without(1))];
  },
  "the last kind of cell only": (mixture, last) => {
    const name = Object.keys(mixture).at(-1) as string;
    return [changed(mixture, name, last, without(1)), changed(mixture, name, 2, withoutLast), mixture];
  },
  "both kinds of cells": (mixture, last) => {
    const [first, second = first] = Object.keys(mixture) as [string, string?];
    return [changed(mixture, first, last, without(1)), changed(mixture, second, 0, withoutLast), mixture];
  },
  "edges that are gone": (mixture) => {
    const [first] = Object.keys(mixture) as [string];
    return [
      changed(mixture, first, 1, removed),
      changed(changed(mixture, first, 1, removed), first, 2, removed),
      mixture,
    ];
  },
  "nothing at all": (mixture) => [mixture, mixture],
};

describe.each(Object.entries(variants))("mixtures that differ in %s", (_, make) => {
  it.each([nasbench201, dartsNoNone, s1, customSpace].map((space) => ({ space, name: space.name })))(
    "give together what they give one at a time, to the last bit ($name)",
    ({ space }) => {
      const own = small(space, 4);
      using network = supernet(own, { classes: 5, seed: 1 });
      using inference = new SharedInference(network);
      const last = (own.cells[0]?.edges.length ?? 0) - 1;
      const mixtures = make(randomMixture(own, 3), last);
      scope(() => {
        const x = images(2, 8);
        for (const options of [{}, { logits: false, countBlocked: true }]) {
          const together = infer(inference, x, mixtures, options);
          const apart = mixtures.flatMap((mixture) => infer(inference, x, [mixture], options));
          expect(together).toEqual(apart);
        }
        const [a, b] = infer(inference, x, mixtures);
        if (mixtures[0] !== mixtures[1]) expect(a?.logits).not.toEqual(b?.logits);
      });
    },
  );
});

describe("ReLUs of operations without weight", () => {
  it.each([nasbench201, dartsNoNone, s1, s2].map((space) => ({ space, name: space.name })))(
    "count as off for every image ($name)",
    ({ space }) => {
      const own = small(space, 4);
      using network = supernet(own, { classes: 5, seed: 1 });
      using inference = new SharedInference(network);
      scope(() => {
        const x = images(2, 8);
        const mixture = randomMixture(own, 1);
        // Units 11ᵀ is added to K: the units grow to those of the full supernet, the distances stay.
        const [{ units: whole }] = infer(inference, x, [mixture]) as [Collected];
        const architecture = randomArchitecture(own, Random.stream(1, "test/blocked"));
        const sparse = [changed(mixture, own.cells[0]?.name as string, 1, removed), oneHot(own, architecture)];
        for (const logits of [true, false]) {
          const plain = infer(inference, x, sparse, { logits });
          const blocked = infer(inference, x, sparse, { logits, countBlocked: true });
          for (const [i, { distances, units }] of blocked.entries()) {
            expect(units).toBe(whole);
            expect(plain[i]?.units).toBeLessThan(whole);
            expect(distances).toEqual(plain[i]?.distances);
          }
        }
      });
    },
  );
});

describe("memory", () => {
  it("is freed when a visit throws", () => {
    using network = supernet(small(dartsNoNone, 4), { classes: 5, seed: 1 });
    using inference = new SharedInference(network);
    scope(() => {
      const x = images(2, 8);
      const before = liveTensors();
      const mixture = randomMixture(dartsNoNone, 1);
      const mixtures = [mixture, changed(mixture, "normal", 13, without(0)), changed(mixture, "reduce", 0, without(0))];
      const visit = (_: unknown, index: number): void => {
        if (index === 1) throw new Error("stop");
      };
      expect(() => inference.run(x, mixtures, { patterns: true }, visit)).toThrow("stop");
      expect(liveTensors()).toBe(before);
    });
  });

  it("is freed when the pass itself fails: noise without a generator, images that do not fit", () => {
    using network = supernet(small(s4, 4), { classes: 5, seed: 1 });
    using inference = new SharedInference(network);
    scope(() => {
      const before = liveTensors();
      const mixtures = [randomMixture(s4, 1), randomMixture(s4, 2)];
      for (const some of [mixtures, mixtures.slice(1)]) {
        const run = (size: number, options: { random?: Generator }) => () =>
          scope(() => void inference.run(images(2, size), some, { patterns: true, ...options }, () => undefined));
        expect(run(8, {})).toThrow(/generator/);
        expect(liveTensors()).toBe(before);
        const message = expect.stringContaining("9×9");
        expect(run(9, { random: random() })).toThrow(expect.objectContaining({ name: "ArchwrightError", message }));
        expect(liveTensors()).toBe(before);
      }
    });
  });
});

it("follows weights only when it is made anew", () => {
  using network = supernet(small(nasbench201, 4), { classes: 5, seed: 1 });
  using old = new SharedInference(network);
  scope(() => {
    const x = images(2, 8);
    const mixture = randomMixture(nasbench201, 1);
    pretendTrained(network, 5);
    using fresh = new SharedInference(network);
    const [logits] = fresh.run(x, [mixture], {}, (result) => result.logits?.toArray() as number[]);
    const expected = noGrad(() => network.forward(x, { mode: "eval" }, mixture).logits.toArray());
    expect(relativeDifference(logits as number[], expected)).toBeLessThan(1e-5);
    expect(old.run(x, [mixture], {}, (result) => result.logits?.toArray())[0]).not.toEqual(logits);
  });
});
