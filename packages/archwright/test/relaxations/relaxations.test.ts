/** How α becomes mixing weights. */
import { Generator, grad, scope, select, type Tensor, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { relaxations } from "../../src/relaxations/registry.ts";
import { softmax } from "../../src/relaxations/softmax.ts";
import { uniform } from "../../src/relaxations/uniform.ts";
import { spaces } from "../../src/spaces/registry.ts";
import type { CellTemplate } from "../../src/spaces/space.ts";

const cells = spaces.flatMap((space) => space.cells);

describe.each(relaxations.map((relaxation) => ({ relaxation, name: relaxation.name })))("$name", ({ relaxation }) => {
  it("starts with one row for each edge and one column for each operation, of rows that sum to 1", () => {
    scope(() => {
      for (const cell of cells) {
        const alpha = relaxation.initial(cell, new Generator(1));
        expect(alpha.shape).toEqual([cell.edges.length, cell.operations[0]?.length]);
        const width = alpha.shape[1] as number;
        const weights = relaxation.weights(alpha).toArray();
        for (let e = 0; e < cell.edges.length; e++) {
          const total = weights.slice(e * width, (e + 1) * width).reduce((a, b) => a + b);
          expect(total).toBeCloseTo(1, 6);
        }
      }
    });
  });

  it("starts the same for the same seed", () => {
    scope(() => {
      const draw = (seed: number) => relaxation.initial(cells[0] as CellTemplate, new Generator(seed)).toArray();
      expect(draw(3)).toEqual(draw(3));
    });
  });
});

it("softmax is the softmax of each row (DARTS, equation 2), and differentiable", () => {
  scope(() => {
    const rows = [
      [0, Math.log(2), Math.log(5)],
      [1, 1, 1],
    ];
    const alpha = tensor(rows.flat(), [2, 3]);
    alpha.requiresGrad = true;
    const weights = softmax.weights(alpha);
    const expected = [1 / 8, 2 / 8, 5 / 8, 1 / 3, 1 / 3, 1 / 3];
    for (const [i, value] of weights.toArray().entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
    // d w_0 / d α_j = w_0 (δ_0j - w_j)
    const [gradient] = grad(select(select(weights, 0, 0), 0, 0), [alpha]) as [Tensor];
    const exact = [(1 / 8) * (7 / 8), -2 / 64, -5 / 64, 0, 0, 0];
    for (const [i, value] of gradient.toArray().entries()) expect(value).toBeCloseTo(exact[i] as number, 6);
  });
});

it("softmax starts near uniform, at 1e-3·N(0,1)", () => {
  scope(() => {
    const alpha = cells.flatMap((cell, i) => softmax.initial(cell, new Generator(i)).toArray());
    const mean = alpha.reduce((total, value) => total + value, 0) / alpha.length;
    const variance = alpha.reduce((total, value) => total + (value - mean) ** 2, 0) / alpha.length;
    // Four standard errors of the mean and of the standard deviation.
    expect(Math.abs(mean)).toBeLessThan((4 * 1e-3) / Math.sqrt(alpha.length));
    expect(Math.abs(Math.sqrt(variance) - 1e-3)).toBeLessThan((4 * 1e-3) / Math.sqrt(2 * alpha.length));
  });
});

it("uniform gives every candidate of an edge the same weight", () => {
  scope(() => {
    for (const cell of cells) {
      const weights = uniform.weights(uniform.initial(cell, new Generator(0))).toArray();
      expect(new Set(weights).size).toBe(1);
      expect(weights[0]).toBeCloseTo(1 / (cell.operations[0]?.length ?? 0), 7);
    }
  });
});
