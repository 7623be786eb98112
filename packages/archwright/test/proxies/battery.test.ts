/** What holds for every proxy, on tiny networks. */
import { enableGrad, Generator, liveTensors, noGrad, scope, setThreads, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { discreteNetwork, supernet } from "../../src/networks/network.ts";
import { configurationOf } from "../../src/proxies/eproxy/configuration.ts";
import { eproxy, eproxyScore, gennas } from "../../src/proxies/eproxy/eproxy.ts";
import type { ProxyBatch, ScoredNetwork, ZeroCostProxy } from "../../src/proxies/proxy.ts";
import { findProxy, proxies } from "../../src/proxies/registry.ts";
import { scoreAll } from "../../src/proxies/score-all.ts";
import { swapScore } from "../../src/proxies/swap.ts";
import { linearRegionsScore } from "../../src/proxies/te-nas/linear-regions.ts";
import { ntkScore } from "../../src/proxies/te-nas/ntk.ts";
import { zenScore } from "../../src/proxies/zen.ts";
import { zeroCostPerturbation } from "../../src/selections/zero-cost-perturbation.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { findSpace } from "../../src/spaces/registry.ts";
import { changed, images, pretendTrained, randomMixture, sized, without } from "../networks/support.ts";
import { branchesOf } from "./eproxy/support.ts";
import { fingerprint } from "./support.ts";

/** Averages over many draws take one or two here. */
const quick: readonly ZeroCostProxy[] = [
  zenScore({ repeats: 2, batch: 4 }),
  swapScore({ repeats: 2, images: 12 }),
  ntkScore({ repeats: 1 }),
  linearRegionsScore({ repeats: 1 }),
  ...[eproxy, gennas].map(({ name, title, source }) =>
    eproxyScore({
      ...{ name, title, source },
      configuration: configurationOf({
        iterations: 3,
        branches: branchesOf(2, ["dot"]),
        ...(name === "gennas" ? { scored: "evaluation" as const } : {}),
      }),
    }),
  ),
];
const all = proxies.map((proxy) => quick.find(({ name }) => name === proxy.name) ?? proxy);

const space = sized(nasbench201, 4, 1);
const architecture = space.parse(
  "|nor_conv_3x3~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|",
);
// Several threads only wait for each other on tensors this small.
beforeAll(() => setThreads(1));

const small = () => discreteNetwork(space, architecture, { classes: 4, seed: 3 });

const labelsOf = (size: number, classes: number) =>
  tensor(
    Array.from({ length: size }, (_, i) => i % classes),
    [size],
    { dtype: "int64" },
  );

const batch = (size = 6, seed = 5): ProxyBatch => ({ images: images(size, 16, seed), labels: labelsOf(size, 4) });

const score = (proxy: ZeroCostProxy, network: ScoredNetwork, own: ProxyBatch, seed = 1): number => {
  using scorer = proxy.prepare(network, { random: new Generator(seed) });
  return scorer.score(own, [undefined])[0] as number;
};

it("names are unique, and every proxy is fully described", () => {
  expect(new Set(proxies.map(({ name }) => name)).size).toBe(proxies.length);
  for (const proxy of proxies) {
    expect(["higher", "lower"]).toContain(proxy.direction);
    expect(proxy.title.length).toBeGreaterThan(0);
    expect(proxy.source.length).toBeGreaterThan(0);
    expect(findProxy(proxy.name)).toBe(proxy);
  }
  expect(proxies.filter(({ direction }) => direction === "lower").map(({ name }) => name)).toEqual([
    "ntk",
    "eproxy",
    "gennas",
  ]);
});

describe.each(all.map((proxy) => [proxy.name, proxy] as const))("%s", (_, proxy) => {
  // Few images have so few patterns that the units of any network show them all.
  const size = proxy.name === "swap" ? 12 : 6;

  it("is finite, the same for the same seed, leaves nothing behind and the network as it was", () => {
    using network = small();
    pretendTrained(network, 7);
    network.classifier.bias.requiresGrad = false;
    scope(() => {
      const own = batch();
      const before = fingerprint(network);
      const alive = liveTensors();
      const first = score(proxy, network, own);
      expect(Number.isFinite(first), `${proxy.name} = ${first}`).toBe(true);
      // Also within a search, which records no gradients, and within training, which does.
      expect(noGrad(() => score(proxy, network, own))).toBe(first);
      expect(enableGrad(() => score(proxy, network, own))).toBe(first);
      expect(liveTensors()).toBe(alive);
      expect(fingerprint(network)).toEqual(before);
    });
  });

  it("depends on what it says it depends on", () => {
    using network = small();
    scope(() => {
      const own = batch(size);
      const other = batch(size, 6);
      const first = score(proxy, network, own);
      if (!proxy.needs.images) expect(score(proxy, network, { ...own, images: other.images })).toBe(first);
      else expect(score(proxy, network, { ...own, images: other.images })).not.toBe(first);
      const labels = labelsOf(size, 3);
      if (!proxy.needs.labels) expect(score(proxy, network, { ...own, labels })).toBe(first);
      else expect(score(proxy, network, { ...own, labels })).not.toBe(first);
      const random = proxy.weights === "redrawn" || proxy.input === "noise";
      if (!random) expect(score(proxy, network, own, 2)).toBe(first);
      else expect(score(proxy, network, own, 2)).not.toBe(first);
    });
  });

  it("scores every mixture of a supernet from the same draws", () => {
    if (proxy.noOperationScore !== undefined) return;
    using network = supernet(space, { classes: 4, seed: 3 });
    using scorer = proxy.prepare(network, { random: new Generator(1) });
    scope(() => {
      const mixture = randomMixture(space, 2);
      const lighter = changed(mixture, "cell", 1, without(3));
      const [a, b, c] = scorer.score(batch(size), [mixture, lighter, mixture]);
      expect(Number.isNaN(a)).toBe(false);
      expect(c).toBe(a);
      expect(b).not.toBe(a);
    });
  });
});

it("together they score as each alone, from fewer passes", () => {
  using network = small();
  scope(() => {
    const own = batch();
    const alone = all.map(
      (proxy) => [proxy.name, scoreAll(network, own, [proxy], { seed: 1 }).get(proxy.name)] as const,
    );
    expect([...scoreAll(network, own, all, { seed: 1 })]).toEqual(alone);
    for (const proxy of all) expect(score(proxy, network, own)).toBe(alone.find(([name]) => name === proxy.name)?.[1]);
    const together = ["grad_norm", "plain", "snip", "fisher", "jacob_cov", "epe_nas", "nwot"].map(findProxy);
    const forward = vi.spyOn(network, "forward");
    scoreAll(network, own, together, { seed: 1 });
    expect(forward).toHaveBeenCalledTimes(1);
    // The Hessian takes another one.
    scoreAll(network, own, [...together, findProxy("grasp")], { seed: 1 });
    expect(forward).toHaveBeenCalledTimes(3);
  });
});

it("darts cells are scored by every proxy", () => {
  const darts = sized(findSpace("darts"), 4, 2);
  using network = supernet(darts, { classes: 4, seed: 3 });
  const mixture = randomMixture(darts, 2);
  scope(() => {
    const scores = scoreAll(network, batch(2), all, { seed: 1, mixture });
    for (const [name, value] of scores) expect(value, name).not.toBeNaN();
  });
});

it("the perturbation selection refuses what cannot score operations, with the reason", () => {
  const parsed = zeroCostPerturbation.settings.safeParse({ score: "params" });
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues[0]?.message).toMatch(/^params cannot score operations: it would keep the largest/);
  expect(zeroCostPerturbation.settings.safeParse({ score: "nope" }).error?.issues[0]?.message).toMatch(
    /^must be one of/,
  );
  expect(zeroCostPerturbation.settings.safeParse({ score: "synflow" }).success).toBe(true);
});
