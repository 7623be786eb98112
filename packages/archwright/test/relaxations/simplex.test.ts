/** θ and ρ on their simplices: how they start, and what the network gets of them (gaea §2, §9). */
import { Generator, grad, noGrad, scope, type Tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { expect, it } from "vitest";
import { simplex } from "../../src/relaxations/simplex.ts";
import { SearchModel } from "../../src/search/model.ts";
import type { ArchitectureParameters } from "../../src/search/relaxation.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import type { Space } from "../../src/spaces/space.ts";
import { SupernetProblem } from "../../src/training/supernets/supernet-problem.ts";
import { sized } from "../networks/support.ts";
import {
  alphaOf,
  dataset,
  firstBatch,
  inDoubles,
  plan,
  rulesOf,
  smallTrainer,
  trainable,
} from "../training/supernets/support.ts";

const created = (space: Space, edgeWeights: boolean): ArchitectureParameters =>
  simplex.create({ space, random: new Generator(1), device: "cpu" }, { edgeWeights });

it("edges into a node begin with equal shares: 1/2 twice, 1/3, 1/4, 1/5 (§9.8)", () => {
  using alpha = created(darts, true);
  const rho = alpha.parameters.filter(({ entries, cell }) => entries === "edges" && cell === "normal");
  expect(rho.map(({ edges }) => edges.length)).toEqual([2, 3, 4, 5]);
  for (const { tensor, edges } of rho) for (const x of tensor.toArray()) expect(x).toBeCloseTo(1 / edges.length, 7);
  const [theta] = alpha.parameters;
  for (const x of theta?.tensor.toArray() ?? []) expect(x).toBeCloseTo(1 / 8, 7);
});

it("an operation's weight is θ·ρ, what goes past it has ρ; without edge weights it is θ alone", () => {
  using alpha = created(darts, true);
  using plain = created(darts, false);
  scope(() => {
    const [normal] = alpha.weights();
    const [past] = alpha.bypass?.() ?? [];
    const shares = darts.cells[0]?.edges.map(({ target }) => 1 / target) ?? [];
    for (const [e, share] of shares.entries()) {
      expect(past?.toArray()[e]).toBeCloseTo(share, 6);
      for (const x of normal?.toArray().slice(8 * e, 8 * e + 8) ?? []) expect(x).toBeCloseTo(share / 8, 6);
    }
    for (const x of plain.weights()[0]?.toArray() ?? []) expect(x).toBeCloseTo(1 / 8, 6);
    expect(plain.bypass).toBeUndefined();
  });
});

const modelOf = (space: Space, edgeWeights: boolean): SearchModel =>
  new SearchModel({ space, dataset, seed: 1, device: "cpu" }, simplex, { settings: { edgeWeights } });

const inParts: Space = {
  ...sized(nasbench201, 8, 1),
  sizes: { ...nasbench201.sizes, search: { channels: 8, cells: 1, partial: 4 } },
};

it.each([
  ["θ", sized(nasbench201, 4, 1), false],
  ["θ and ρ, in partial channels", inParts, true],
])("the gradient of %s is the difference of the loss, without any normalization in it (§9.9)", (_, space, edges) => {
  using model = inDoubles(modelOf(space, edges));
  trainable(model);
  scope(() => {
    const problem = new SupernetProblem(model, new Generator(1));
    const batch = firstBatch(model, "train");
    const found = grad(problem.trainLoss(batch).value, [...problem.alpha]);
    for (const [p, parameter] of problem.alpha.entries()) {
      if (p % 3 !== 0 && p < 6) continue;
      const values = parameter.view() as Float64Array;
      for (const o of [0, values.length - 1]) {
        const at = (by: number): number => {
          const before = values[o] as number;
          values[o] = before + by;
          const loss = noGrad(() => scope(() => problem.trainLoss(batch).value.item()));
          values[o] = before;
          return loss;
        };
        const slope = (at(1e-6) - at(-1e-6)) / 2e-6;
        expect((found[p] as Tensor).toArray()[o]).toBeCloseTo(slope, 6);
      }
    }
  });
});

it("in training every θ and every ρ stays on its simplex, and moves", () => {
  using model = modelOf(inParts, true);
  using trainer = smallTrainer(model, rulesOf("exponentiated-gradient", { architecture: { learningRate: 5 } }));
  const before = alphaOf(model).map((row) => String(row.toArray()));
  trainer.startEpoch(plan(0));
  while (!trainer.epochFinished) trainer.step();
  for (const [i, row] of alphaOf(model).entries()) {
    const values = row.toArray();
    expect(values.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
    expect(Math.min(...values)).toBeGreaterThan(0);
    // A node with one edge has nothing to weigh.
    if (values.length > 1) expect(String(values)).not.toBe(before[i]);
  }
});

it("a decided edge has weight 1 and what goes past it too, a dropped one nothing, whatever θ and ρ are", () => {
  using model = modelOf(inParts, true);
  using plain = modelOf(inParts, false);
  const loss = (own: SearchModel): number =>
    scope(() => new SupernetProblem(own, new Generator(1)).trainLoss(firstBatch(own, "train")).value.item());
  const open = [model, plain].map(loss);
  expect(open[0]).not.toBeCloseTo(open[1] as number, 4);
  for (const own of [model, plain]) {
    const { chosen, dropped } = own.decisions.cell as { chosen: (number | null)[]; dropped: boolean[] };
    chosen.fill(1);
    chosen[0] = 3;
    dropped[3] = true;
  }
  expect(loss(model)).toBeCloseTo(loss(plain), 6);
});
