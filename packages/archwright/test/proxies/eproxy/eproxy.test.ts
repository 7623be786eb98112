/** Eproxy scores of architectures: their direction, unreachable networks, the FLOPs term, the published settings. */
import { scope, setThreads } from "@archwright/torch";
import { beforeAll, describe, expect, it } from "vitest";
import { type Configuration, configurationSchema } from "../../../src/proxies/eproxy/configuration.ts";
import { eproxyScore } from "../../../src/proxies/eproxy/eproxy.ts";
import { flopsWeights, withFlopsTerm } from "../../../src/proxies/eproxy/flops-term.ts";
import { gennasConfiguration, plainConfiguration } from "../../../src/proxies/eproxy/published.ts";
import { scoreArchitecture } from "../../../src/proxies/score-architecture.ts";
import { backboneCost } from "../../../src/spaces/architecture-space.ts";
import { architectureSpaces, findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { mostBackboneMacs } from "../../../src/spaces/most-macs.ts";
import { batchOf, cells, small, space } from "./support.ts";

beforeAll(() => setThreads(1));

const scoreOf = (configuration: Configuration, text: string) =>
  scope(() => {
    const proxy = eproxyScore({ name: "own", title: "", source: "", configuration });
    const scoring = { space, proxies: [proxy], batch: batchOf(), classes: 10, seed: 1 };
    const { scores, note } = scoreArchitecture(scoring, space.parse(text));
    return { score: scores.get("own") as number, note };
  });

describe("networks that see no image", () => {
  it("rank last, with a note", () => {
    const { score, note } = scoreOf(small(), cells.disconnected);
    expect(score).toBe(Number.POSITIVE_INFINITY);
    expect(note).toMatch(/own is Infinity; the logits are the same for every image/);
    expect(Number.isFinite(scoreOf(small(), cells.mixed).score)).toBe(true);
  });

  it("as released rank first: they reach the mean square of the target at once", () => {
    // Ten steps only bring the biases nearer: with Kaiming's barrier there is nothing to bring.
    const released = small({ unreachable: "released", barrierInitialization: "kaiming_normal" }, ["dot"]);
    const dead = scoreOf(released, cells.disconnected).score;
    expect(dead / 1.5).toBeGreaterThan(0.9);
    expect(dead / 1.5).toBeLessThan(1.02);
    for (const text of [cells.convolutions, cells.mixed]) expect(scoreOf(released, text).score).toBeGreaterThan(dead);
  });
});

describe("the FLOPs term", () => {
  it("multiplies the loss", () => {
    expect(withFlopsTerm(2, 7, 7, 0.1)).toBeCloseTo(1.8, 12);
    expect(withFlopsTerm(2, 3, 7, 0)).toBe(2);
    expect(withFlopsTerm(2, 3.5, 7, -0.5)).toBeCloseTo(2.5, 12);
    expect(flopsWeights.map((alpha) => alpha.toFixed(1))).toEqual([
      "-0.5",
      "-0.4",
      "-0.3",
      "-0.2",
      "-0.1",
      "0.0",
      "0.1",
      "0.2",
      "0.3",
      "0.4",
      "0.5",
    ]);
  });

  it("takes the backbone's multiply-adds, by the most of the space or the given number", () => {
    const plain = scoreOf(small(), cells.convolutions).score;
    const { macs } = backboneCost(space, space.parse(cells.convolutions), 10);
    const most = mostBackboneMacs(space, 10);
    expect(scoreOf(small({ flopsWeight: 0.3 }), cells.convolutions).score).toBeCloseTo(
      plain * (1 - (0.3 * macs) / most),
      12,
    );
    const own = small({ flopsWeight: -0.5, mostMacs: 2 * macs });
    expect(scoreOf(own, cells.convolutions).score).toBeCloseTo(1.25 * plain, 12);
  });
});

it("the most multiply-adds of NAS-Bench-201's networks are those of the cell of 3×3 convolutions", () => {
  expect(mostBackboneMacs(findArchitectureSpace("nasbench201"), 10)).toBe(220_119_680);
});

it("the published settings", () => {
  const widths = ({ branches }: Configuration) =>
    branches.map(({ head, barrier }) => [head.channels, barrier?.channels]);
  expect(widths(plainConfiguration("nasbench101"))).toEqual([[512, 64]]);
  expect(widths(plainConfiguration("nasbench201"))).toEqual([
    [128, 128],
    [128, 128],
    [128, 128],
  ]);
  expect(plainConfiguration("nasbench201").branches[0]?.targets).toEqual(["wave_h"]);
  expect(widths(plainConfiguration("nds-darts-in"))).toEqual([
    [256, 256],
    [64, 64],
    [64, 64],
  ]);
  expect(widths(plainConfiguration("transnasbench101-micro"))).toEqual([
    [32, 32],
    [32, 32],
    [32, 32],
  ]);
  const rates = ["nasbench101", "nasbench201", "transnasbench101-macro", "nds-pnas", "nds-resnet-in", "nds-resnext-a"];
  expect(rates.map((name) => plainConfiguration(name).learningRate)).toEqual([1.2, 1.2, 1, 1, 1.2, 1]);
  const gennas = gennasConfiguration("nasbench101");
  expect(gennas).toMatchObject({
    iterations: 100,
    learningRate: 0.1,
    scored: "evaluation",
    noise: { kind: "uniform", level: 0.1 },
  });
  // Deepest first: GenNAS lists shallow to deep.
  expect(widths(gennas)).toEqual([
    [16, undefined],
    [48, undefined],
    [64, undefined],
  ]);
  expect(gennas.branches[2]?.targets).toMatchObject([{ from: "sine", axes: 2, low: 0.014 }]);
  for (const { name } of architectureSpaces) {
    for (const each of [plainConfiguration(name), gennasConfiguration(name)]) {
      expect(configurationSchema.parse(JSON.parse(JSON.stringify(each)))).toEqual(each);
    }
  }
});
