/** nwot and nwot_eval by hand (zero-cost-pt §12, zero-cost-proxies §7.G), and on small supernets. */
import { once } from "node:events";
import { addScalar, Generator, scope, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { PatternSum } from "../../src/networks/inference/pattern.ts";
import { supernet } from "../../src/networks/network.ts";
import { logAbsDeterminant, logDeterminant, nwot } from "../../src/proxies/nwot.ts";
import { nwotEval } from "../../src/proxies/nwot-eval.ts";
import type { ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { findProxies, findProxy } from "../../src/proxies/registry.ts";
import { Random } from "../../src/random.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { changed, images, randomMixture, sized, without } from "../networks/support.ts";

const matrix = (rows: Codes, dtype: "float32" | "float64" = "float32") =>
  tensor(rows.flat(), [rows.length, rows[0]?.length ?? 0], { dtype });

type Codes = readonly (readonly number[])[];

/** The score of samples with these codes; the units may come from several ReLUs. */
function score(codes: Codes, { silent = 0, copies = 1 } = {}): number {
  return scope(() => {
    using patterns = new PatternSum();
    for (let n = 0; n < copies; n++) {
      patterns.addInput(matrix(codes.map((row) => row.map((bit) => (bit === 1 ? 0.5 : -0.25)))));
    }
    patterns.addSilent(silent);
    return logDeterminant(patterns);
  });
}

const three: Codes = [
  [1, 0, 1],
  [0, 0, 1],
  [1, 1, 0],
]; // K = [[3,2,1],[2,3,0],[1,0,3]]

describe("hand examples", () => {
  it.each([
    [three, Math.log(12), 2.484907],
    [
      [
        [1, 1, 0, 0],
        [0, 0, 1, 1],
      ],
      Math.log(16),
      2.772589,
    ], // K = 4I
    [
      [
        [1, 1, 0, 0],
        [1, 0, 1, 1],
      ],
      Math.log(15),
      2.70805,
    ], // K = [[4,1],[1,4]]
  ] as [Codes, number, number][])("codes %j: %d", (codes, exact, printed) => {
    expect(score(codes)).toBeCloseTo(exact, 12);
    expect(score(codes)).toBeCloseTo(printed, 6);
  });

  it("grow by the blocked units", () => {
    expect(score(three, { silent: 5 })).toBeCloseTo(3.951244, 6);
    expect(
      score(
        [
          [1, 1, 0, 0],
          [1, 0, 1, 1],
        ],
        { silent: 7 },
      ),
    ).toBeCloseTo(4.043051, 6);
  });

  it("are -Infinity where two samples have the same pattern", () => {
    expect(
      score([
        [1, 0, 1],
        [1, 0, 1],
      ]),
    ).toBe(Number.NEGATIVE_INFINITY);
    expect(score([...three, three[1] as number[]])).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([16, 64, 128])("are -Infinity where two of %i samples are equal, which rounding would hide", (samples) => {
    const random = Random.stream(samples, "test/codes");
    const codes = Array.from({ length: samples }, () => Array.from({ length: 900 }, () => random.integer(2)));
    expect(score(codes)).toBeGreaterThan(0);
    expect(score(codes.with(3, codes[7] as number[]))).toBe(Number.NEGATIVE_INFINITY);
  });

  it("are -Infinity where no ReLU has run", () => {
    using patterns = new PatternSum();
    expect(logDeterminant(patterns)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("count a value of exactly 0 as off", () => {
    scope(() => {
      using patterns = new PatternSum();
      patterns.addInput(
        matrix([
          [0, -0, 1],
          [-1, -2, 3],
          [1e-37, 0, -1],
        ]),
      );
      expect(patterns.distances.toArray()).toEqual([0, 0, 2, 0, 0, 2, 2, 2, 0]);
      expect(patterns.units).toBe(3);
    });
  });
});

describe("invariants", () => {
  it("complementing all codes changes nothing", () => {
    const complement = three.map((row) => row.map((bit) => 1 - bit));
    expect(score(complement)).toBe(score(three));
  });

  it("having every unit k times adds B·ln k", () => {
    for (const copies of [2, 3, 10]) {
      expect(score(three, { copies })).toBeCloseTo(Math.log(12) + 3 * Math.log(copies), 10);
      const inOne = three.map((row) => Array.from({ length: copies }, () => row).flat());
      expect(score(inOne)).toBe(score(three, { copies }));
    }
  });

  it("the sign of the determinant does not count", () => {
    scope(() =>
      expect(
        logAbsDeterminant(
          matrix(
            [
              [0, 2],
              [2, 0],
            ],
            "float64",
          ),
        ),
      ).toBeCloseTo(Math.log(4), 12),
    );
  });

  it("patterns of many units are summed exactly", () => {
    const wide = Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: 1000 }, (_, u) => Number((u * 7 + i * i * 13) % 5 < 2)),
    );
    const distance = (a: number[], b: number[]): number => a.filter((bit, u) => bit !== b[u]).length;
    scope(() => {
      using patterns = new PatternSum();
      patterns.addInput(matrix(wide.map((row) => row.map((bit) => bit - 0.5))));
      expect(patterns.distances.toArray()).toEqual(wide.flatMap((a) => wide.map((b) => distance(a, b))));
    });
  });
});

describe("nwot_eval on a supernet", () => {
  const space = sized(nasbench201, 4, 1);
  const scorer = (network: ReturnType<typeof supernet>) => nwotEval.prepare(network, { random: new Generator(0) });

  it("does not see none: removing it from any edge changes nothing (zero-cost-pt §12.1)", () => {
    using network = supernet(space, { classes: 4, seed: 1 });
    using own = scorer(network);
    scope(() => {
      const mixture = { cell: { values: Array.from({ length: 6 }, () => Array.from({ length: 5 }, () => 0.2)) } };
      const batch = { images: images(6, 8), labels: tensor([0, 0, 0, 0, 0, 0]) };
      const [whole] = own.score(batch, [mixture]);
      const withoutNone = own.score(
        batch,
        Array.from({ length: 6 }, (_, e) => changed(mixture, "cell", e, without(0))),
      );
      expect(withoutNone).toEqual(Array.from({ length: 6 }, () => whole));
      const withoutConvolution = own.score(
        batch,
        Array.from({ length: 6 }, (_, e) => changed(mixture, "cell", e, without(3))),
      );
      for (const value of withoutConvolution) expect(value).not.toBe(whole);
    });
  });

  it("is -Infinity for a minibatch that holds an image twice, and gives numbers otherwise", () => {
    using network = supernet(space, { classes: 4, seed: 1 });
    using own = scorer(network);
    scope(() => {
      const one = images(1, 8).toArray();
      const labels = tensor([0, 0]);
      const twice = tensor([...one, ...one], [2, 3, 8, 8]);
      const mixture = randomMixture(space, 1);
      expect(own.score({ images: twice, labels }, [mixture])).toEqual([Number.NEGATIVE_INFINITY]);
      expect(Number.isFinite(own.score({ images: images(2, 8), labels }, [mixture])[0])).toBe(true);
    });
  });

  it("does not depend on the scale of the images of a fresh network", () => {
    using network = supernet(space, { classes: 4, seed: 1 });
    using own = scorer(network);
    scope(() => {
      const labels = tensor([0, 0, 0]);
      const x = images(3, 8);
      const halved = tensor(
        x.toArray().map((value) => value / 2),
        [3, 3, 8, 8],
      );
      const mixture = randomMixture(space, 1);
      // Without shifts in its fresh batch norm the network is homogeneous, and halving is exact in binary.
      expect(own.score({ images: halved, labels }, [mixture])).toEqual(own.score({ images: x, labels }, [mixture]));
    });
  });
});

describe("the name", () => {
  it("nwot means training mode, as in NASLib and zero-cost-nas; Zero-Cost-PT's form has another", () => {
    expect([findProxy("nwot").mode, findProxy("nwot_eval").mode]).toEqual(["train", "eval"]);
    expect(() => findProxy("nwto")).toThrow(/did you mean "nwot"/);
  });

  it("nwot's scores are of the minibatch's own statistics: the images' mean does not matter, as it does to nwot_eval", () => {
    using network = supernet(sized(nasbench201, 4, 1), { classes: 4, seed: 1 });
    const scores = (proxy: ZeroCostProxy, shift: number): number =>
      scope(() => {
        using own = proxy.prepare(network, { random: new Generator(0) });
        const x = images(4, 8);
        // Without padding's zeros in the stem there would be no difference at all.
        const shifted = addScalar(x, shift);
        return own.score({ images: shifted, labels: tensor([0, 0, 0, 0]) }, [randomMixture(nasbench201, 1)])[0] ?? 0;
      });
    const moved = (proxy: ZeroCostProxy): number => Math.abs(scores(proxy, 3) - scores(proxy, 0));
    expect(moved(nwot)).toBeLessThan(moved(nwotEval) / 4);
  });

  it("other names are understood, with a hint", async () => {
    const warned = once(process, "warning");
    expect(findProxies(["naswot+jacov", "FLOPs"]).map(({ name }) => name)).toEqual(["nwot", "jacob_cov", "macs"]);
    expect(await warned).toMatchObject([{ name: "ArchwrightHint", message: "naswot is called nwot here" }]);
  });
});
