/** Λ-DARTS's finite difference beside the derivative it stands for, on supernets that were trained a little (docs/results.md). */
import { call, Generator, noGrad, operator, scope, type Tensor, to } from "@archwright/torch";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../src/data/open.ts";
import { Batches } from "../../src/data/sampler.ts";
import { softmax } from "../../src/relaxations/softmax.ts";
import { toTensors } from "../../src/search/minibatch.ts";
import { SearchModel } from "../../src/search/model.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { searchEpochs } from "../../src/training/supernets/search-epochs.ts";
import { SupernetProblem } from "../../src/training/supernets/supernet-problem.ts";
import { alignedGradient } from "../../src/updates/alignment.ts";
import { cosineAlignment } from "../../src/updates/bilevel/alignment.ts";
import { sized } from "../networks/support.ts";
import { rulesOf, smallTrainer } from "../training/supernets/support.ts";

const EPOCHS = 10;
const RADII = [1e-3, 1e-4, 1e-5, 1e-6];
const dataset = await openDataset("demo", { channels: 3, size: 32 });

/** A supernet of eight channels after a hundred steps of Λ-DARTS on the demo images. */
function trained(seed: number): SearchModel {
  const model = new SearchModel({ space: sized(nasbench201, 8, 1), dataset, seed, device: "cpu" }, softmax);
  const settings = { epochs: EPOCHS, batch: 16, stepsPerEpoch: 10, architecture: { learningRate: 1.5e-2 } };
  using trainer = smallTrainer(model, rulesOf("first-order+alignment", { ...settings, lambda: 0.25 }), settings);
  const { plan } = searchEpochs(trainer);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    trainer.startEpoch(plan(epoch));
    while (!trainer.epochFinished) trainer.step();
  }
  return model;
}

/** −∇w Λ on one minibatch: exactly, and by the difference for each radius. */
function regularizers(model: SearchModel, dtype: "float32" | "float64"): { exact: number[]; differences: number[][] } {
  return scope(() => {
    const named = { batchSize: 16, normalization: dataset, seed: 5, name: "measure" };
    const { images, labels } = toTensors(new Batches(model.halves.train, named).next(), "cpu");
    const problem = new SupernetProblem(model, new Generator(1));
    const objective = problem.objective({ images: to(images, { dtype }), labels });
    const probabilities = noGrad(() => problem.probabilities());
    const gradient = (strength: number, radius: number, exact: boolean): number[] =>
      scope(() => {
        const options = { strength, measure: cosineAlignment, radius, exact };
        const { gradients } = alignedGradient(objective, probabilities, options);
        return gradients.flatMap((tensor) => (tensor as Tensor).toArray());
      });
    const plain = gradient(0, 1, true);
    const own = (values: readonly number[]): number[] => values.map((x, i) => x - (plain[i] as number));
    return {
      exact: own(gradient(1, 1, true)),
      differences: RADII.map((radius) => own(gradient(1, radius, false))),
    };
  });
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * (b[i] as number), 0);
const cosine = (a: readonly number[], b: readonly number[]): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

const setData = operator("aten::set_data");

function inDoubles(model: SearchModel): void {
  const alpha = model.alpha.parameters.map(({ tensor }) => tensor);
  noGrad(() =>
    scope(() => {
      for (const value of [...Object.values(model.supernet.state()), ...alpha]) {
        call(setData, [value, to(value, { dtype: "float64" })]);
      }
    }),
  );
}

describe.each([0, 1, 2])("seed %d", (seed) => {
  it("the difference is far from the derivative at the published ε₀, and equals it at 1e-6 in double precision", () => {
    using model = trained(seed);
    const single = regularizers(model, "float32");
    inDoubles(model);
    const { exact, differences } = regularizers(model, "float64");
    for (const [i, radius] of RADII.entries()) {
      const [double, float] = [differences[i] as number[], single.differences[i] as number[]];
      const size = Math.sqrt(dot(double, double) / dot(exact, exact));
      console.log(
        `seed ${seed} ε₀ ${radius}: cosine ${cosine(double, exact)}, ${size} times; float32 ${cosine(float, exact)}`,
      );
    }
    expect(cosine(single.exact, exact)).toBeGreaterThan(0.999);
    expect(Math.abs(cosine(differences[1] as number[], exact))).toBeLessThan(0.5);
    expect(cosine(differences[3] as number[], exact)).toBeGreaterThan(0.999);
  });
});
