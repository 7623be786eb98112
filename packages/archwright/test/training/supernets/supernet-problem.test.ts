/** The supernet's losses: gradients by the chain rule, decided edges, running statistics. */
import { Generator, grad, noGrad, scope, type Tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { rows, type SearchModel } from "../../../src/search/model.ts";
import { cell } from "../../../src/spaces/cells.ts";
import { defineSpace } from "../../../src/spaces/define.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import { nasbench201Operations } from "../../../src/spaces/operations.ts";
import { s2 } from "../../../src/spaces/s2.ts";
import { staged } from "../../../src/spaces/skeletons/staged.ts";
import { SupernetProblem } from "../../../src/training/supernets/supernet-problem.ts";
import { dense } from "../../../src/training/vectors.ts";
import { gradients } from "../../../src/updates/bilevel/derivatives.ts";
import { sized } from "../../networks/support.ts";
import { bits, constant, distance, leaf, norm, numbers } from "../../updates/support.ts";
import { firstBatch, inDoubles, setAlpha, smallModel, trainable } from "./support.ts";

const problemOf = (model: SearchModel): SupernetProblem => {
  trainable(model);
  return new SupernetProblem(model, new Generator(1));
};

const statistics = (model: SearchModel): string => bits(model.supernet.namedBuffers().values());

/** Values of α that tell the edges and operations apart. */
const spread = (model: SearchModel): void =>
  setAlpha(
    model,
    Array.from({ length: 30 }, (_, i) => Math.sin(i)),
  );

const rowsOf = (tensors: readonly (Tensor | null)[]): number[][] => tensors.map((t) => t?.toArray() ?? []);

/** Jᵀg of the softmax of every row: p∘(g − ⟨p, g⟩). */
const throughSoftmax = (alpha: readonly number[][], g: readonly number[][]): number[] =>
  alpha.flatMap((row, e) => {
    const total = row.reduce((s, a) => s + Math.exp(a), 0);
    const p = row.map((a) => Math.exp(a) / total);
    const inner = p.reduce((s, x, o) => s + x * (g[e]?.[o] as number), 0);
    return p.map((x, o) => x * ((g[e]?.[o] as number) - inner));
  });

describe("the architecture gradient, in doubles", () => {
  it("is the sum of the cells' own gradients through the softmax (lambda-darts §10.4)", () => {
    using model = inDoubles(smallModel());
    spread(model);
    scope(() => {
      const problem = problemOf(model);
      const batch = firstBatch(model, "train");
      const objective = problem.objective(batch);
      expect(objective.cells).toEqual([0, 0, 0]);
      const [P] = noGrad(() => problem.probabilities()) as [Tensor];
      const own = objective.cells.map(() => leaf(P.toArray(), P.shape));
      const ofCells = grad(objective.lossOfCells(own).value, own).map((g) => g.toArray());
      const shared = leaf(P.toArray(), P.shape);
      const whole = numbers(grad(objective.loss([shared]).value, [shared]));
      const sum = whole.map((_, i) => ofCells.reduce((s, g) => s + (g[i] as number), 0));
      expect(distance(sum, whole) / norm(whole)).toBeLessThan(1e-12);
      // Cells differ, so that the sum is one of three different gradients.
      expect(distance(ofCells[0] as number[], ofCells[1] as number[])).toBeGreaterThan(
        0.1 * norm(ofCells[1] as number[]),
      );
      const alpha = numbers(gradients(problem.trainLoss(batch), problem.alpha));
      const g = constant(whole, P.shape);
      expect(distance(alpha, throughSoftmax(rowsOf(problem.alpha), rows(g))) / norm(alpha)).toBeLessThan(1e-12);
    });
  });

  it("has rows that sum to 0, for the loss does not change when a constant is added to a row (darts §8.4)", () => {
    using model = inDoubles(smallModel());
    spread(model);
    scope(() => {
      const problem = problemOf(model);
      const batch = firstBatch(model, "valid");
      const objective = problem.validLoss(batch);
      for (const row of rowsOf(gradients(objective, problem.alpha))) {
        expect(Math.abs(row.reduce((s, x) => s + x, 0))).toBeLessThan(1e-14);
        expect(norm(row)).toBeGreaterThan(1e-6);
      }
      const values = problem.alpha[2]?.view() as Float64Array;
      for (let o = 0; o < 5; o++) values[o] = (values[o] as number) + 3;
      expect(problem.validLoss(batch).value.item()).toBeCloseTo(objective.value.item(), 12);
    });
  });

  it("is the central difference of the loss in the probabilities, also of operations whose weight is 0 just now", () => {
    using model = inDoubles(smallModel());
    scope(() => {
      const objective = problemOf(model).objective(firstBatch(model, "train"));
      const P = Array.from({ length: 30 }, (_, i) => [0, 0.5, 0.5, 0, 0][i % 5] as number);
      const at = leaf(P, [6, 5]);
      const found = numbers(grad(objective.loss([at]).value, [at]));
      for (const i of [0, 1, 3, 8, 14, 29]) {
        const moved = (by: number): number =>
          noGrad(() =>
            scope(() => {
              const changed = leaf(
                P.map((x, j) => (i === j ? x + by : x)),
                [6, 5],
              );
              return objective.loss([changed]).value.item();
            }),
          );
        expect(found[i]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 6);
      }
    });
  });
});

it("a single operation on every edge leaves α without gradient (darts §8.4)", () => {
  const template = cell("cell", { nodes: 3, operations: ["nor_conv_1x1"] });
  const single = defineSpace({
    name: "single",
    title: "one operation",
    source: "none",
    cells: [template],
    operations: { nor_conv_1x1: nasbench201Operations.nor_conv_1x1 },
    sizes: { search: { channels: 4, cells: 1 }, evaluation: { channels: 4, cells: 1 } },
    skeleton: staged(template),
  });
  using model = smallModel(single);
  scope(() => {
    const problem = problemOf(model);
    const found = gradients(problem.validLoss(firstBatch(model, "valid")), problem.alpha);
    expect(norm(numbers(found))).toBe(0);
  });
});

it("compares all cells but the reduction cells: 6 of the 8 of the DARTS family (lambda-darts §4.3)", () => {
  using model = smallModel(sized(s2, 4, 8));
  scope(() => {
    const { cells, aligned } = problemOf(model).objective(firstBatch(model, "train"));
    expect(cells).toEqual([0, 0, 1, 0, 0, 1, 0, 0]);
    expect(aligned).toEqual([0, 1, 3, 4, 6, 7]);
  });
});

describe("decided edges", () => {
  it("are one-hot or gone, whatever the probabilities say, and take no gradient", () => {
    using model = inDoubles(smallModel());
    scope(() => {
      const decisions = model.decisions.cell as { chosen: (number | null)[]; dropped: boolean[] };
      const problem = problemOf(model);
      const batch = firstBatch(model, "train");
      const P = noGrad(() => problem.probabilities()[0]?.toArray()) as number[];
      const imposed = P.map((x, i) => {
        const [edge, operation] = [Math.floor(i / 5), i % 5];
        if (edge === 1) return operation === 3 ? 1 : 0;
        return edge === 4 ? 0 : x;
      });
      const expected = noGrad(() =>
        problem
          .objective(batch)
          .loss([constant(imposed, [6, 5])])
          .value.item(),
      );
      decisions.chosen[1] = 3;
      decisions.chosen[4] = 2;
      decisions.dropped[4] = true;
      const objective = problem.trainLoss(batch);
      expect(objective.value.item()).toBeCloseTo(expected, 12);
      const found = rowsOf(dense(grad(objective.value, problem.alpha), problem.alpha)).map(norm);
      expect([found[1], found[4]]).toEqual([0, 0]);
      for (const e of [0, 2, 3, 5]) expect(found[e]).toBeGreaterThan(0);
      expect(
        noGrad(() =>
          problem
            .objective(batch)
            .loss([constant(P, [6, 5])])
            .value.item(),
        ),
      ).toBeCloseTo(expected, 12);
    });
  });
});

it("cells of skip connections alone, without batch norm, train like any other", () => {
  using model = smallModel();
  using double = inDoubles(smallModel());
  const skip = nasbench201.cells[0]?.operations[0]?.indexOf("skip_connect") as number;
  const loss = (own: SearchModel): number =>
    scope(() => {
      (own.decisions.cell as { chosen: (number | null)[] }).chosen.fill(skip);
      const objective = problemOf(own).objective(firstBatch(own, "train"));
      return noGrad(() => objective.loss(problemOf(own).probabilities()).value.item());
    });
  expect(loss(model)).toBeCloseTo(loss(double), 5);
});

describe("running statistics", () => {
  it("move in train mode, stay in evaluation mode, and are put back where asked", () => {
    using model = smallModel();
    scope(() => {
      const problem = problemOf(model);
      const batch = firstBatch(model, "train");
      const before = statistics(model);
      problem.evaluate(batch);
      problem.objective(batch).loss(problem.probabilities(), "eval");
      expect(statistics(model)).toBe(before);
      const inside = problem.keepingStatistics(() => {
        problem.trainLoss(batch);
        return statistics(model);
      });
      expect(inside).not.toBe(before);
      expect(statistics(model)).toBe(before);
      expect(() =>
        problem.keepingStatistics(() => {
          problem.trainLoss(batch);
          throw new Error("broken");
        }),
      ).toThrow("broken");
      expect(statistics(model)).toBe(before);
      problem.trainLoss(batch);
      expect(statistics(model)).toBe(inside);
    });
  });
});

it("accuracy is the share of images classified right", () => {
  using model = smallModel();
  scope(() => {
    const problem = problemOf(model);
    const { images, labels } = firstBatch(model, "train");
    // The classifier looks at nothing but its bias: always class 2.
    const { weight, bias } = model.supernet.classifier;
    (weight.view() as Float32Array).fill(0);
    (bias as Tensor).view().set([0, 0, 9] as never);
    const expected = labels.toArray().filter((label) => label === 2).length / labels.size;
    expect(problem.trainLoss({ images, labels }).accuracy).toBeCloseTo(expected, 6);
    expect(problem.evaluate({ images, labels }).accuracy).toBeCloseTo(expected, 6);
  });
});
