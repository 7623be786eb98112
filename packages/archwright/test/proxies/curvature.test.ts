/** wᵀHg by carrying derivatives along, against differentiating the gradients again (zero-cost-proxies §2.5). */
import { Module, noGrad, scope, type Tensor, tensor, to } from "@archwright/torch";
import "../networks/leaks.ts";
import { expect, it } from "vitest";
import type { ForwardContext } from "../../src/networks/context.ts";
import { graphNetwork } from "../../src/networks/graph/network.ts";
import { BatchNorm } from "../../src/networks/layers.ts";
import type { Mixture } from "../../src/networks/mixture.ts";
import { discreteNetwork, type Outputs, supernet } from "../../src/networks/network.ts";
import { grasp } from "../../src/proxies/grasp.ts";
import { withData } from "../../src/proxies/observation/weights.ts";
import type { ProxyBatch, ScoredNetwork } from "../../src/proxies/proxy.ts";
import { scoreAll } from "../../src/proxies/score-all.ts";
import { Random } from "../../src/random.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { GraphBuilder } from "../../src/spaces/graph/builder.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { findSpace } from "../../src/spaces/registry.ts";
import { images, randomMixture, sized } from "../networks/support.ts";

/** The network without the word that its layers can carry derivatives along. */
class Unaware extends Module implements ScoredNetwork {
  readonly network: ScoredNetwork;

  constructor(network: ScoredNetwork) {
    super();
    this.network = network;
  }

  forward(x: Tensor, context: ForwardContext, mixture?: Mixture): Outputs {
    return this.network.forward(x, context, mixture);
  }
}

const cell = sized(nasbench201, 4, 1);
const darts = sized(findSpace("darts"), 4, 3);
const s4 = sized(findSpace("s4"), 4, 3);
const nasnet = findArchitectureSpace("nds-nasnet");

/** Grouped convolution, ReLU6, max pooling, fewer channels, a shift. */
function graph(): ScoredNetwork {
  const build = new GraphBuilder({ norm: { epsilon: 1e-3, momentum: 0.01 } });
  const stem = build.convNormRelu(build.images, 8, 3, { limit: 1.5 });
  const grouped = build.norm(build.conv(stem, 8, 3, { groups: 4 }));
  const pooled = build.pool(build.shift(build.relu(build.sum([stem, grouped]))), "max", 3, 2);
  const joined = build.concat([build.firstChannels(pooled, 5), build.zero(stem, 3, 2)]);
  return graphNetwork(build.classifier(joined, 4), { seed: 2 });
}

/** A NASNet-like cell with every operation that has a kernel of its own kind. */
function factored(): ScoredNetwork {
  const plan = nasnet.plan(nasnet.random(Random.stream(3, "curvature")), 4);
  if (plan.kind !== "cells") throw new RangeError("nds-nasnet is made of cells");
  return discreteNetwork(plan.space, plan.architecture, { classes: 4, seed: 3, size: { channels: 4, cells: 3 } });
}

const cases: readonly (readonly [name: string, network: () => ScoredNetwork, mixture: Mixture | undefined])[] = [
  [
    "NAS-Bench-201 cells",
    () =>
      discreteNetwork(
        cell,
        cell.parse("|nor_conv_3x3~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|"),
        { classes: 4, seed: 3 },
      ),
    undefined,
  ],
  ["a DARTS supernet", () => supernet(darts, { classes: 4, seed: 3 }), randomMixture(darts, 2)],
  ["a supernet with noise", () => supernet(s4, { classes: 4, seed: 3 }), randomMixture(s4, 2)],
  ["NASNet cells", factored, undefined],
  ["a graph", graph, undefined],
];

/** Scales and shifts as a training leaves them behind. */
function scaled(network: ScoredNetwork): Map<Tensor, Tensor> {
  const random = Random.stream(5, "scales");
  const norms = [...network.modules()].filter((module) => module instanceof BatchNorm);
  const changed = norms.flatMap(({ weight, bias }) => [weight, bias].filter((own) => own !== undefined));
  return new Map(
    changed.map((own) => [
      own,
      tensor(
        Array.from({ length: own.size }, () => 0.5 + random.uniform()),
        own.shape,
      ),
    ]),
  );
}

const doubled = (network: ScoredNetwork): Map<Tensor, Tensor> =>
  new Map(Object.values(network.state()).map((own) => [own, noGrad(() => to(own, { dtype: "float64" }))]));

const score = (network: ScoredNetwork, batch: ProxyBatch, mixture: Mixture | undefined): number =>
  scoreAll(network, batch, [grasp], { seed: 1, mixture }).get("grasp") as number;

it.each(cases)("%s", (_, make, mixture) => {
  using network = make();
  scope(() =>
    withData(scaled(network), () => {
      const single = { images: images(5, 16), labels: tensor([0, 3, 1, 2, 0], [5], { dtype: "int64" }) };
      const double = { ...single, images: to(single.images, { dtype: "float64" }) };
      const [along, again] = withData(doubled(network), () => [
        score(network, double, mixture),
        score(new Unaware(network), double, mixture),
      ]) as [number, number];
      expect(again).not.toBe(0);
      expect(Math.abs(along / again - 1)).toBeLessThan(1e-9);
      // The kernels, in single precision.
      expect(Math.abs(score(network, single, mixture) / again - 1)).toBeLessThan(2e-3);
    }),
  );
});
