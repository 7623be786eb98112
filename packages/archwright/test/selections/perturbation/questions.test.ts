/** What DARTS-PT asks, and what it decides from given answers (darts-pt §3, §4, §11). */
import { alphaOf, setAlpha } from "../../training/supernets/support.ts";
import "../../networks/leaks.ts";
import { afterEach, describe, expect, it } from "vitest";
import { noiseDataset } from "../../../src/data/noise.ts";
import { type CellMixture, oneHot } from "../../../src/networks/mixture.ts";
import { softmax } from "../../../src/relaxations/softmax.ts";
import { type CellDecisions, decidedArchitecture } from "../../../src/search/decisions.ts";
import { SearchModel } from "../../../src/search/model.ts";
import { type EdgeRule, edgeQuestion, nodeQuestion } from "../../../src/selections/perturbation/questions.ts";
import { s2 } from "../../../src/spaces/s2.ts";
import { s3 } from "../../../src/spaces/s3.ts";
import { s4 } from "../../../src/spaces/s4.ts";
import type { CellTemplate, Space } from "../../../src/spaces/space.ts";
import { chooseOne } from "../../../src/statistics/best.ts";
import { type Compared, Comparer } from "../../../src/training/supernets/comparison.ts";
import { sized } from "../../networks/support.ts";

/** What removals come to: by default the loss tells nothing. */
const compared = (accuracy: readonly number[], loss: readonly number[] = accuracy.map(() => 1)): Compared => ({
  accuracy,
  loss,
});

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
  it("keeps the operation whose removal leaves the lowest accuracy", () => {
    const model = modelOf(s2);
    const decided = (results: Compared, edge: number, rule: EdgeRule) =>
      edgeQuestion.ask({ model, rule }, normal, edge).decide(results, 0);
    expect(decided(compared([0.4, 0.3]), 0, accuracy)).toMatchObject({
      operation: "sep_conv_3x3",
      best: "min",
      edge: 0,
    });
    const plain = decided(compared([0.3, 0.4], [1, 2]), 1, accuracy);
    expect(plain).toMatchObject({ operation: "skip_connect", scores: [[0.3, 0.4]] });
    expect(plain).not.toHaveProperty("tie");
    expect(decided(compared([0.3, 0.2]), 2, accuracy)).toMatchObject({ operation: "sep_conv_3x3" });
    // The loss is largest where the accuracy is lowest.
    expect(decided(compared([0.4, 0.3], [-0.4, -0.3]), 3, loss)).toMatchObject({
      operation: "sep_conv_3x3",
      best: "max",
    });
    expect(decisionsOf(model).chosen.slice(0, 4)).toEqual([1, 0, 1, 1]);
    expect(edgeQuestion.open(s2, normal, decisionsOf(model))).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it("of operations that the accuracy finds equal keeps the one whose removal costs most loss, then the heaviest", () => {
    const model = modelOf(s2);
    setWeights(model, 0.4);
    const decided = (results: Compared, rule: EdgeRule) => {
      decisionsOf(model).chosen[0] = null;
      return edgeQuestion.ask({ model, rule }, normal, 0).decide(results, 0);
    };
    // On easy images every removal leaves all answers right.
    expect(decided(compared([1, 1], [0.01, 0.2]), accuracy)).toMatchObject({
      operation: "sep_conv_3x3",
      scores: [[1, 1]],
      tie: { candidates: 2, brokenBy: "loss" },
    });
    expect(decided(compared([1, 1], [0.3, 0.2]), accuracy)).toMatchObject({ operation: "skip_connect" });
    const byWeight = { tie: { candidates: 2, brokenBy: "mixing weight" } };
    expect(decided(compared([1, 1]), accuracy)).toMatchObject({ operation: "sep_conv_3x3", ...byWeight });
    setWeights(model, 0.6);
    expect(decided(compared([0, 0]), accuracy)).toMatchObject({ operation: "skip_connect", ...byWeight });
    expect(decided(compared([0.4, 0.3]), loss)).toMatchObject({
      operation: "sep_conv_3x3",
      scores: [[1, 1]],
      tie: { candidates: 2, brokenBy: "accuracy" },
    });
  });

  it("that nothing tells apart does not become none or noise, which pass nothing on", () => {
    const model = modelOf(s4);
    const cell = s4.cells[0] as CellTemplate;
    setAlpha(model, new Array(28).fill(0), "normal");
    expect(edgeQuestion.ask({ model, rule: accuracy }, cell, 0).decide(compared([1, 1]), 0)).toMatchObject({
      operations: [["noise", "sep_conv_3x3"]],
      operation: "sep_conv_3x3",
      tie: { candidates: 2, brokenBy: "passing something on" },
    });
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
    expect(asked.decide(compared(asked.mixtures.map(accuracyOf)), 0)).toMatchObject({ operation: "sep_conv_3x3" });
    const byWeight = edgeQuestion.ask({ model, rule: magnitude }, normal, 1);
    expect(byWeight.mixtures).toEqual([]);
    expect(byWeight.decide(compared([]), 0)).toMatchObject({ operation: "skip_connect", best: "max" });
  });

  it("of S3 is not asked about none", () => {
    const model = modelOf(s3);
    const asked = edgeQuestion.ask({ model, rule: accuracy }, s3.cells[0] as CellTemplate, 0);
    expect(asked.mixtures).toHaveLength(2);
    expect(asked.decide(compared([0.5, 0.6]), 0)).toMatchObject({ operations: [["skip_connect", "sep_conv_3x3"]] });
  });
});

describe("a node", () => {
  const kept = (node: number, results: Compared, rule: EdgeRule) =>
    nodeQuestion.ask({ model: modelOf(s2), rule }, normal, node).decide(results, 0);

  it("keeps the two inputs whose removal leaves the lowest accuracy", () => {
    // Node 4 has edges 5 to 8, node 3 edges 2 to 4.
    expect(kept(4, compared([0.5, 0.2, 0.4, 0.3]), accuracy)).toMatchObject({ kept: [6, 8] });
    expect(kept(3, compared([0.4, 0.5, 0.4]), accuracy)).not.toHaveProperty("tie");
    expect(kept(3, compared([0.4, 0.5, 0.4]), accuracy)).toMatchObject({ kept: [2, 4] });
    expect(kept(3, compared([0.1, 0.1, 0.1], [-0.5, -0.2, -0.4]), loss)).toMatchObject({ kept: [3, 4] });
  });

  it("of inputs that the accuracy finds equal keeps those that the loss misses most, then the earlier", () => {
    expect(kept(3, compared([0.4, 0.4, 0.4], [1, 2, 3]), accuracy)).toMatchObject({
      kept: [3, 4],
      tie: { candidates: 3, brokenBy: "loss" },
    });
    const even = kept(3, compared([0.4, 0.4, 0.4]), accuracy);
    expect(even).toMatchObject({ kept: [2, 3], tie: { candidates: 3, brokenBy: "order" } });
  });

  it("of inputs that nothing measured tells apart keeps those whose operations have the larger mixing weights", () => {
    const model = modelOf(s2);
    setAlpha(model, [0, 0, 0, 0, 1, 0, 3, 0, 2, 0, ...new Array(18).fill(0)], "normal");
    for (const e of [2, 3, 4]) decisionsOf(model).chosen[e] = 0;
    expect(nodeQuestion.ask({ model, rule: accuracy }, normal, 3).decide(compared([1, 1, 1]), 0)).toMatchObject({
      kept: [3, 4],
      tie: { candidates: 3, brokenBy: "mixing weight" },
    });
  });

  it("loses the others, once", () => {
    const model = modelOf(s2);
    const asked = nodeQuestion.ask({ model, rule: accuracy }, normal, 3);
    expect(asked.mixtures.map(({ values }) => values.map((row) => row.every((x) => x === 0)).indexOf(true))).toEqual([
      2, 3, 4,
    ]);
    expect(asked.decide(compared([0.3, 0.5, 0.1]), 7)).toMatchObject({
      node: 3,
      edges: [2, 3, 4],
      kept: [2, 4],
      step: 7,
    });
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
    for (const e of cell.edges.keys())
      edgeQuestion.ask({ model, rule: accuracy }, cell, e).decide(compared(table(e)), 0);
    for (const node of [3, 4, 5]) {
      const { mixtures, decide } = nodeQuestion.ask({ model, rule: accuracy }, cell, node);
      decide(compared(mixtures.map((_, i) => Math.sin(7 * i + node))), 0);
    }
  }
  const architecture = decidedArchitecture(s2, model.decisions);
  expect(model.mixture()).toEqual(oneHot(s2, architecture));
  // Independent of the order in which edges were asked about: argmin of the table, edge by edge.
  for (const { source, target, operation } of architecture.normal?.choices ?? []) {
    const e = normal.edges.findIndex((edge) => edge.source === source && edge.target === target);
    expect(operation).toBe(
      normal.operations[e]?.[chooseOne([{ name: "accuracy", values: table(e), best: "min" }]).index],
    );
  }
});

it("comparing leaves weights and α as they are, to the bit (§11.4)", () => {
  const model = modelOf(s2);
  const comparer = new Comparer(model, { batchSize: 4, batches: "auto" });
  const bits = (): string =>
    [...model.supernet.parameters(), ...alphaOf(model)].map((t) => t.toArray().join()).join(";");
  const before = bits();
  const { mixtures } = edgeQuestion.ask({ model, rule: accuracy }, normal, 0);
  const tally = Comparer.newTally(mixtures.length);
  const whole = mixtures.map((own) => ({ ...model.mixture(), normal: own }));
  while (!comparer.add(tally, whole));
  expect(tally).toMatchObject({ images: model.halves.valid.count, batches: 2 });
  const { accuracy: shares, loss: losses } = comparer.results(tally);
  // Three classes, untrained: about ln 3.
  for (const one of losses) expect(one).toSatisfy((x: number) => x > 0 && x < 5);
  for (const share of shares) expect(share).toSatisfy((x: number) => x >= 0 && x <= 1);
  expect(bits()).toBe(before);
});
