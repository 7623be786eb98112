/** What DARTS-PT asks, and what it decides from given answers (darts-pt §3, §4, §11). */
import { alphaOf, setAlpha } from "../../training/supernets/support.ts";
import "../../networks/leaks.ts";
import { afterEach, describe, expect, it } from "vitest";
import { noiseDataset } from "../../../src/data/noise.ts";
import { type CellMixture, oneHot } from "../../../src/networks/mixture.ts";
import { softmax } from "../../../src/relaxations/softmax.ts";
import { type CellDecisions, decidedArchitecture } from "../../../src/search/decisions.ts";
import { SearchModel } from "../../../src/search/model.ts";
import {
  type EdgeRule,
  edgeQuestion,
  mostMissed,
  nodeQuestion,
} from "../../../src/selections/perturbation/questions.ts";
import { s2 } from "../../../src/spaces/s2.ts";
import { s3 } from "../../../src/spaces/s3.ts";
import type { CellTemplate, Space } from "../../../src/spaces/space.ts";
import { bestIndex } from "../../../src/statistics/best.ts";
import { Comparer } from "../../../src/training/supernets/comparison.ts";
import { sized } from "../../networks/support.ts";

const accuracy: EdgeRule = { by: "perturbation", criterion: "accuracy" };
const loss: EdgeRule = { by: "perturbation", criterion: "loss" };
const magnitude: EdgeRule = { by: "magnitude", criterion: "accuracy" };
const normal = s2.cells[0] as CellTemplate;

const models: SearchModel[] = [];
function modelOf(space: Space): SearchModel {
  const dataset = noiseDataset({ count: 16, size: 8, classes: 3, seed: 1 });
  const model = new SearchModel({ space: sized(space, 4, 3), dataset, seed: 1, device: "cpu" }, softmax);
  models.push(model);
  return model;
}
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

/** Gives every edge the mixing weights (p, 1 - p). */
function setWeights(model: SearchModel, p: number): void {
  const rows = normal.edges.flatMap(() => [Math.log(p), Math.log(1 - p)]);
  setAlpha(model, rows, "normal");
}

const decisionsOf = (model: SearchModel): CellDecisions => model.decisions.normal as CellDecisions;

describe("an edge", () => {
  it("keeps the operation whose removal leaves the lowest accuracy, the first of equal ones", () => {
    const model = modelOf(s2);
    const decided = (results: readonly number[], edge: number, rule: EdgeRule) =>
      edgeQuestion.ask({ model, rule }, normal, edge).decide(results, 0);
    expect(decided([0.4, 0.3], 0, accuracy)).toMatchObject({ operation: "sep_conv_3x3", best: "min", edge: 0 });
    expect(decided([0.3, 0.4], 1, accuracy)).toMatchObject({ operation: "skip_connect" });
    expect(decided([0.3, 0.3], 2, accuracy)).toMatchObject({ operation: "skip_connect" });
    // The loss is largest where the accuracy is lowest.
    expect(decided([-0.4, -0.3], 3, loss)).toMatchObject({ operation: "sep_conv_3x3", best: "max" });
    expect(decisionsOf(model).chosen.slice(0, 4)).toEqual([1, 0, 0, 1]);
    expect(edgeQuestion.open(s2, normal, decisionsOf(model))).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it("is asked about with one operation less, nothing renormalized", () => {
    const model = modelOf(s2);
    setWeights(model, 0.7);
    const { mixtures } = edgeQuestion.ask({ model, rule: accuracy }, normal, 3);
    const rows = mixtures.map(({ values }) => values[3]?.map((x) => Number(x.toFixed(6))));
    expect(rows).toEqual([
      [0, 0.3],
      [0.7, 0],
    ]);
    for (const { values } of mixtures) expect(values[4]?.[0]).toBeCloseTo(0.7, 6);
  });

  it("by magnitude and by perturbation can differ: A = (.7, .3), u = (.1, .9) in ACC = Σ A·u (§11.3)", () => {
    const model = modelOf(s2);
    setWeights(model, 0.7);
    const usefulness = [0.1, 0.9];
    const accuracyOf = ({ values }: CellMixture): number =>
      values.flat().reduce((total, weight, i) => total + weight * (usefulness[i % 2] as number), 0);
    const asked = edgeQuestion.ask({ model, rule: accuracy }, normal, 0);
    const whole = accuracyOf(model.mixture().normal as CellMixture);
    const drops = asked.mixtures.map((mixture) => whole - accuracyOf(mixture));
    expect(drops[0]).toBeCloseTo(0.07, 6);
    expect(drops[1]).toBeCloseTo(0.27, 6);
    expect(asked.decide(asked.mixtures.map(accuracyOf), 0)).toMatchObject({ operation: "sep_conv_3x3" });
    const byWeight = edgeQuestion.ask({ model, rule: magnitude }, normal, 1);
    expect(byWeight.mixtures).toEqual([]);
    expect(byWeight.decide([], 0)).toMatchObject({ operation: "skip_connect", best: "max" });
  });

  it("of S3 is not asked about none", () => {
    const model = modelOf(s3);
    const asked = edgeQuestion.ask({ model, rule: accuracy }, s3.cells[0] as CellTemplate, 0);
    expect(asked.mixtures).toHaveLength(2);
    expect(asked.decide([0.5, 0.6], 0)).toMatchObject({ operations: [["skip_connect", "sep_conv_3x3"]] });
  });
});

describe("a node", () => {
  it("keeps the two inputs whose removal leaves the lowest accuracy, the earlier of equal ones", () => {
    expect(mostMissed([0.5, 0.2, 0.4, 0.3], true, 2)).toEqual([1, 3]);
    expect(mostMissed([0.4, 0.4, 0.4], true, 2)).toEqual([0, 1]);
    expect(mostMissed([0.4, 0.5, 0.4], true, 2)).toEqual([0, 2]);
    expect(mostMissed([-0.5, -0.2, -0.4], false, 2)).toEqual([1, 2]);
  });

  it("loses the others, once", () => {
    const model = modelOf(s2);
    const asked = nodeQuestion.ask({ model, rule: accuracy }, normal, 3);
    expect(asked.mixtures.map(({ values }) => values.map((row) => row.every((x) => x === 0)).indexOf(true))).toEqual([
      2, 3, 4,
    ]);
    expect(asked.decide([0.3, 0.5, 0.1], 7)).toMatchObject({ node: 3, edges: [2, 3, 4], kept: [2, 4], step: 7 });
    expect(
      decisionsOf(model)
        .dropped.map((dropped, e) => (dropped ? e : -1))
        .filter((e) => e >= 0),
    ).toEqual([3]);
    expect(nodeQuestion.open(s2, normal, decisionsOf(model))).toEqual([4, 5]);
  });
});

it("after all decisions the mixture is that of the architecture: two one-hot rows a node (§11.4)", () => {
  const model = modelOf(s2);
  const table = (e: number): number[] => [Math.sin(e), Math.cos(3 * e)];
  for (const cell of s2.cells) {
    for (const e of cell.edges.keys()) edgeQuestion.ask({ model, rule: accuracy }, cell, e).decide(table(e), 0);
    for (const node of [3, 4, 5]) {
      const { mixtures, decide } = nodeQuestion.ask({ model, rule: accuracy }, cell, node);
      decide(
        mixtures.map((_, i) => Math.sin(7 * i + node)),
        0,
      );
    }
  }
  const architecture = decidedArchitecture(s2, model.decisions);
  expect(model.mixture()).toEqual(oneHot(s2, architecture));
  // Independent of the order in which edges were asked about: argmin of the table, edge by edge.
  for (const { source, target, operation } of architecture.normal?.choices ?? []) {
    const e = normal.edges.findIndex((edge) => edge.source === source && edge.target === target);
    expect(operation).toBe(normal.operations[e]?.[bestIndex(table(e), "min")]);
  }
});

it("comparing leaves weights and α as they are, to the bit (§11.4)", () => {
  const model = modelOf(s2);
  const comparer = new Comparer(model, { criterion: "accuracy", batchSize: 4, batches: "auto" });
  const bits = (): string =>
    [...model.supernet.parameters(), ...alphaOf(model)].map((t) => t.toArray().join()).join(";");
  const before = bits();
  const { mixtures } = edgeQuestion.ask({ model, rule: accuracy }, normal, 0);
  const tally = Comparer.newTally(mixtures.length);
  const whole = mixtures.map((own) => ({ ...model.mixture(), normal: own }));
  while (!comparer.add(tally, whole));
  expect(tally).toMatchObject({ images: model.halves.valid.count, batches: 2 });
  for (const result of comparer.results(tally)) expect(result).toSatisfy((x: number) => x >= 0 && x <= 1);
  expect(bits()).toBe(before);
});
