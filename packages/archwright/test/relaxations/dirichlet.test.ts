/** The Dirichlet relaxation of DrNAS: draws, ranking, what is left, the anchor, and a bandit that it solves. */
import { Adam, Generator, grad, mul, mulScalar, noGrad, scope, sum, type Tensor, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { dirichlet } from "../../src/relaxations/dirichlet.ts";
import type { ArchitectureParameters, Occasion } from "../../src/search/relaxation.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";

const created = (set: object = {}, seed = 1): ArchitectureParameters =>
  dirichlet.create({ space: nasbench201, random: new Generator(seed), device: "cpu" }, dirichlet.settings.parse(set));

const occasion = (random: Generator): Occasion => ({
  epoch: 0,
  epochs: 1,
  phase: "search",
  random,
  purpose: "weights",
});

const rowsOf = (alpha: ArchitectureParameters, draw?: unknown): number[][] =>
  noGrad(() =>
    scope(() => {
      const values = (alpha.weights(draw)[0] as Tensor).toArray();
      return Array.from({ length: 6 }, (_, e) => values.slice(e * 5, e * 5 + 5));
    }),
  );

const setRow = (alpha: ArchitectureParameters, edge: number, values: readonly number[]): void => {
  const { tensor: row } = alpha.parameters[edge] as { tensor: Tensor };
  (row.view() as Float32Array).set(values);
};

describe("dirichlet", () => {
  it("draws points of the simplex: the same for a draw, others for the next", () => {
    using alpha = created();
    const random = new Generator(1);
    const first = alpha.draw?.(occasion(random));
    const drawn = rowsOf(alpha, first);
    for (const row of drawn) expect(row.reduce((all, own) => all + own, 0)).toBeCloseTo(1, 6);
    expect(rowsOf(alpha, first)).toEqual(drawn);
    expect(rowsOf(alpha, alpha.draw?.(occasion(random)))).not.toEqual(drawn);
    expect(rowsOf(alpha, alpha.draw?.(occasion(new Generator(1))))).toEqual(drawn);
  });

  it("stands for its mean without a draw, and ranks by the softmax of α or by that mean", () => {
    using alpha = created();
    using other = created({ strength: "mean" });
    for (const one of [alpha, other]) setRow(one, 0, [1, 0, 0, 0, -1]);
    // β = 2, 1, 1, 1, 1/e.
    const total = 5 + Math.exp(-1);
    expect(rowsOf(alpha)[0]?.[0]).toBeCloseTo(2 / total, 6);
    expect(rowsOf(alpha)[0]?.[4]).toBeCloseTo(Math.exp(-1) / total, 6);
    expect(other.ranking?.()[0]?.[0]?.[0]).toBeCloseTo(2 / total, 6);
    expect(alpha.ranking?.()[0]?.[0]?.[0]).toBeCloseTo(Math.E / (Math.E + 3 + Math.exp(-1)), 6);
  });

  it("gives what is gone no weight, no rank and no gradient, and shares it out", () => {
    using alpha = created({ anchor: "kl" });
    alpha.restrict?.([Array.from({ length: 6 }, () => [false, true, true, true, true])]);
    for (const rows of [rowsOf(alpha), rowsOf(alpha, 7), alpha.ranking?.()[0] ?? []]) {
      for (const row of rows) {
        expect(row[0]).toBe(0);
        expect(row.reduce((all, own) => all + own, 0)).toBeCloseTo(1, 6);
      }
    }
    const { tensor: row } = alpha.parameters[2] as { tensor: Tensor };
    row.requiresGrad = true;
    const slopes = scope(() => {
      const own = alpha.weights(7)[0] as Tensor;
      const factors = tensor(
        Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)),
        [6, 5],
      );
      return (grad(sum(mul(own, factors)), [row])[0] as Tensor).toArray();
    });
    expect(Math.abs(slopes[0] as number)).toBe(0);
    expect(slopes.slice(1).every((slope) => slope !== 0)).toBe(true);
  });

  it("has a penalty with the Kullback-Leibler anchor alone, scaled, over all edges", () => {
    using plain = created();
    expect(plain.penalty).toBeUndefined();
    using alpha = created({ anchor: "kl", anchorScale: 0.5 });
    for (let e = 0; e < 6; e++) setRow(alpha, e, [0, 0, 0, 0, 0]);
    const value = (): number => noGrad(() => scope(() => (alpha.penalty as () => Tensor)().item()));
    expect(value()).toBeCloseTo(0, 9);
    // Dir(2,1,1,1,1): KL = ln Γ(6) − ln Γ(2) − ln Γ(5) + (ψ(2) − ψ(6)) = ln 5 − (1/2 + 1/3 + 1/4 + 1/5).
    const distance = Math.log(5) - (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5);
    setRow(alpha, 1, [1, 0, 0, 0, 0]);
    setRow(alpha, 4, [1, 0, 0, 0, 0]);
    expect(value()).toBeCloseTo(0.5 * 2 * distance, 6);
  });

  it.each(["l2", "kl"])("returns to the uniform distribution by the anchor %s alone", (anchor) => {
    using alpha = created({ anchor, anchorScale: 1 });
    for (let e = 0; e < 6; e++) setRow(alpha, e, [0.5, -0.5, 0.3, 0, -0.2]);
    for (const { tensor: row } of alpha.parameters) row.requiresGrad = true;
    const tensors = alpha.parameters.map(({ tensor: row }) => row);
    using adam = new Adam(new Map(tensors.map((row, e) => [String(e), row])), {
      learningRate: 0.01,
      betas: [0.5, 0.999],
      weightDecay: anchor === "l2" ? 1e-3 : 0,
    });
    for (let n = 0; n < 300; n++) {
      scope(() => {
        const loss = alpha.penalty?.() ?? sum(mul(tensors[0] as Tensor, tensor([0, 0, 0, 0, 0])));
        const gradients = anchor === "kl" ? grad(loss, tensors) : tensors.map((row) => mulScalar(row, 0));
        noGrad(() => adam.step(gradients));
      });
    }
    for (const row of tensors) for (const value of row.toArray()) expect(Math.abs(value)).toBeLessThan(0.03);
  });

  it("finds the cheapest arm of a bandit from draws alone", () => {
    using alpha = created();
    const costs = [0.9, 0.1, 0.5, 0.7, 0.3];
    const { tensor: row } = alpha.parameters[0] as { tensor: Tensor };
    row.requiresGrad = true;
    using adam = new Adam(new Map([["0", row]]), { learningRate: 0.02, betas: [0.5, 0.999], weightDecay: 1e-3 });
    const random = new Generator(3);
    for (let n = 0; n < 600; n++) {
      scope(() => {
        const weights = alpha.weights(alpha.draw?.(occasion(random)))[0] as Tensor;
        const price = tensor(
          Float32Array.from({ length: 30 }, (_, i) => (i < 5 ? (costs[i] as number) : 0)),
          [6, 5],
        );
        const gradients = grad(sum(mul(weights, price)), [row]);
        noGrad(() => adam.step(gradients));
      });
    }
    const strength = alpha.ranking?.()[0]?.[0] as number[];
    expect(strength.indexOf(Math.max(...strength))).toBe(1);
    // The concentration of the dearest is below that of the uniform distribution: α < 0.
    expect(row.toArray()[0]).toBeLessThan(0);
  });
});
