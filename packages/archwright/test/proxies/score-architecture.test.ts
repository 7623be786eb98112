/** The scores of one architecture: what they depend on, and what is said of those that are none. */
import { Generator, matmul, narrow, rand, scope, setThreads, type Tensor, TorchError, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProxyBatch, ScoredNetwork, ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { findProxies, findProxy } from "../../src/proxies/registry.ts";
import { type ArchitectureScoring, minibatchesOf, scoreArchitecture } from "../../src/proxies/score-architecture.ts";
import { type ArchitectureSpace, architectureCost, cellArchitectures } from "../../src/spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { nasbench101 } from "../../src/spaces/nasbench101.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import type { Architecture } from "../../src/spaces/space.ts";
import { images, sized } from "../networks/support.ts";

beforeAll(() => setThreads(1));

const space = cellArchitectures(sized(nasbench201, 4, 1));
const CLASSES = 4;
const IMAGES = 6;

const good = "|nor_conv_3x3~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|";
/** Other numbers of the nodes, and an identity more: the same networks. */
const samePairs: readonly [string, string][] = [
  [
    "|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|none~0|nor_conv_1x1~1|avg_pool_3x3~2|",
    "|nor_conv_1x1~0|+|nor_conv_3x3~0|none~1|+|none~0|avg_pool_3x3~1|nor_conv_1x1~2|",
  ],
  [
    "|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|",
    "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|",
  ],
];
const disconnected = "|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|none~0|none~1|none~2|";

/** Images for as many minibatches as the proxies take. */
function batchFor(proxies: readonly ZeroCostProxy[], size = IMAGES): ProxyBatch {
  const count = size * minibatchesOf(proxies);
  const labels = Array.from({ length: count }, (_, i) => (i * 3) % CLASSES);
  return { images: images(count, 16, 5), labels: tensor(labels, [count], { dtype: "int64" }) };
}

function scored<A>(
  text: string,
  proxies: readonly ZeroCostProxy[],
  options: Partial<ArchitectureScoring<A>> & { space?: ArchitectureSpace<A> } = {},
) {
  return scope(() => {
    const own = options.space ?? (space as unknown as ArchitectureSpace<A>);
    const scoring = { space: own, proxies, batch: batchFor(proxies), classes: CLASSES, seed: 3, ...options };
    const { scores, note } = scoreArchitecture(scoring, own.parse(text));
    return { scores: Object.fromEntries(scores), note };
  });
}

/** A proxy that computes something of its own. */
const proxyOf = (
  name: string,
  score: (batch: ProxyBatch, network: ScoredNetwork) => number,
  minibatches = 1,
): ZeroCostProxy => ({
  ...findProxy("grad_norm"),
  name,
  minibatches,
  shared: undefined as never,
  prepare: (network) => ({ score: (batch) => [score(batch, network)], [Symbol.dispose]: () => {} }),
});

const quick = findProxies(["params", "macs", "l2_norm", "grad_norm", "snip", "synflow", "nwot", "jacob_cov"]);

describe("a score", () => {
  it("does not depend on the other proxies, on their order, or on what was scored before", () => {
    const mixed = findProxies(["zico", "nwot", "l_swag", "snip", "synflow"]);
    const together = scored(good, mixed).scores;
    scored(disconnected, quick);
    expect(scored(good, mixed.toReversed()).scores).toEqual(together);
    for (const proxy of mixed) {
      // With the minibatches of all, of which it takes its own.
      const alone = scope(() => scored(good, [proxy], { batch: ownPart(batchFor(mixed), proxy, mixed) }));
      expect(alone.scores[proxy.name]).toBe(together[proxy.name]);
    }
    expect(Object.keys(together)).toEqual(mixed.map(({ name }) => name));
  });

  it("is the same for the same seed, and another for another seed", () => {
    const random = findProxies(["grad_norm", "nwot"]);
    expect(scored(good, random)).toEqual(scored(good, random));
    expect(scored(good, random, { seed: 4 }).scores.grad_norm).not.toBe(scored(good, random).scores.grad_norm);
  });

  it("is the same for the same network written otherwise", () => {
    for (const [a, b] of samePairs) expect(scored(a, quick)).toEqual(scored(b, quick));
    const cells = [
      "0110|0001|0001|0000 input;maxpool3x3;conv1x1-bn-relu;output",
      "0110|0001|0001|0000 input;conv1x1-bn-relu;maxpool3x3;output",
    ];
    const [a, b] = cells.map((text) =>
      scored(text, findProxies(["params", "nwot", "l2_norm"]), { space: nasbench101 }),
    );
    expect(a).toEqual(b);
  });

  it("of parameters and multiply-adds is that of the network", () => {
    const { parameters } = architectureCost(space, space.parse(good), { classes: CLASSES, imageSize: 16 });
    expect(scored(good, findProxies(["params"])).scores.params).toBe(parameters);
  });
});

/** What a proxy sees of the minibatches of all. */
const ownPart = ({ images, labels }: ProxyBatch, proxy: ZeroCostProxy, all: readonly ZeroCostProxy[]): ProxyBatch => {
  const count = ((images.shape[0] as number) / minibatchesOf(all)) * (proxy.minibatches ?? 1);
  const first = (x: Tensor): Tensor => narrow(x, 0, 0, count);
  return { images: first(images), labels: first(labels) };
};

describe("minibatches", () => {
  it("are as many as the proxy that takes the most of them needs", () => {
    expect(minibatchesOf(findProxies(["snip", "synflow"]))).toBe(1);
    for (const name of ["zico", "l_swag"]) expect(minibatchesOf(findProxies([name, "snip"]))).toBe(2);
    expect(minibatchesOf([])).toBe(1);
  });

  it("the first goes to a proxy that takes one, both to one that takes two", () => {
    const sum = ({ images }: ProxyBatch): number => images.toArray().reduce((a, b) => a + b, 0);
    const rows = ({ images, labels }: ProxyBatch): number =>
      1000 * (images.shape[0] as number) + (labels.shape[0] as number);
    const probes = [proxyOf("one", sum), proxyOf("two", sum, 2), proxyOf("rows1", rows), proxyOf("rows2", rows, 2)];
    scope(() => {
      const batch = batchFor(probes);
      const values = batch.images.toArray();
      const [whole, half] = [values, values.slice(0, values.length / 2)].map((part) => part.reduce((a, b) => a + b, 0));
      expect(scored(good, probes, { batch }).scores).toEqual({
        one: half,
        two: whole,
        rows1: 1000 * IMAGES + IMAGES,
        rows2: 2 * (1000 * IMAGES + IMAGES),
      });
    });
  });
});

describe("the note", () => {
  it("is absent where nothing is wrong", () => {
    expect(scored(good, quick).note).toBeUndefined();
    expect(Object.values(scored(good, quick).scores).every((value) => Number.isFinite(value))).toBe(true);
  });

  it("names a proxy that libtorch refuses and why; the others are computed, as without it", () => {
    const failing = proxyOf("greedy", () => {
      scope(() => void matmul(rand([2, 3], new Generator(0)), rand([2, 3], new Generator(0))));
      return 0;
    });
    const [first, ...rest] = quick as [ZeroCostProxy, ...ZeroCostProxy[]];
    const { scores, note } = scored(good, [first, failing, ...rest]);
    expect(scores.greedy).toBeUndefined();
    expect(Object.keys(scores)).toEqual([first.name, "greedy", ...rest.map(({ name }) => name)]);
    expect(note).toMatch(/^greedy failed: .*mat1 and mat2/);
    expect(note).not.toContain("\n");
    expect({ ...scores, greedy: 0 }).toEqual({ ...scored(good, quick).scores, greedy: 0 });
  });

  it("says that a network cannot be built, and what libtorch says of it", () => {
    const broken: typeof space = {
      ...space,
      plan: () => {
        throw new TorchError("out-of-memory" as never, "no memory for 12 GB\nat somewhere");
      },
    };
    const { scores, note } = scored<Architecture>(good, quick, { space: broken });
    expect(note).toBe("the network cannot be built: no memory for 12 GB");
    expect(Object.keys(scores)).toEqual(quick.map(({ name }) => name));
    expect(Object.values(scores).every((value) => value === undefined)).toBe(true);
  });

  it("does not try to build what is larger than the machine's memory", () => {
    // (2²²)² numbers in each 1×1 convolution of the last stage: 64 TiB.
    const huge = cellArchitectures(sized(nasbench201, 2 ** 20, 1));
    const { scores, note } = scored<Architecture>(good, quick, { space: huge });
    expect(note).toMatch(/^the network cannot be built: its weights take \d{6,} GiB, this machine has \d+ GiB$/);
    expect(Object.values(scores).every((value) => value === undefined)).toBe(true);
  });

  it("does not hide mistakes in the program", () => {
    const wrong = proxyOf("wrong", () => {
      throw new RangeError("a mistake");
    });
    expect(() => scored(good, [wrong])).toThrow("a mistake");
  });

  it("names what is no number, and nothing more where the network sees the images", () => {
    const strange = [proxyOf("nowhere", () => Number.NaN), proxyOf("endless", () => Number.POSITIVE_INFINITY)];
    const { scores, note } = scored(good, [...strange, findProxy("params")]);
    expect(scores.nowhere).toBeNaN();
    expect(note).toBe("nowhere is NaN; endless is Infinity");
  });

  it("of a cell whose output no path reaches says so", () => {
    const { scores, note } = scored(disconnected, findProxies(["params", "nwot", "jacob_cov"]));
    const reason = "the logits are the same for every image: no path leads from the input to the output";
    expect(note).toContain(reason);
    expect(note).toMatch(/^(nwot|jacob_cov) is (NaN|-?Infinity)/);
    expect(scores.params).toBeGreaterThan(0);
    // Whatever is asked for, and though it is a number.
    expect(scored(disconnected, findProxies(["params", "snip"]))).toEqual({
      scores: { params: expect.any(Number), snip: expect.any(Number) },
      note: reason,
    });
    expect(scored(good, findProxies(["params", "snip"])).note).toBeUndefined();
    const micro = findArchitectureSpace("transnasbench101-micro");
    const other = scored("3_33_000", findProxies(["jacob_cov", "nwot"]), { space: micro });
    expect(other.note).toContain(reason);
  });
});
