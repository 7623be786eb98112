/** How α becomes mixing weights. */
import { Generator, grad, scope, select, type Tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { relaxations } from "../../src/relaxations/registry.ts";
import { softmax } from "../../src/relaxations/softmax.ts";
import { uniform } from "../../src/relaxations/uniform.ts";
import type { ArchitectureParameters, Relaxation } from "../../src/search/relaxation.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { spaces } from "../../src/spaces/registry.ts";
import type { Space } from "../../src/spaces/space.ts";

const created = (relaxation: Relaxation, space: Space, seed = 1): ArchitectureParameters =>
  relaxation.create({ space, random: new Generator(seed), device: "cpu" }, relaxation.settings.parse({}));

const values = ({ parameters }: ArchitectureParameters): number[][] => parameters.map(({ tensor }) => tensor.toArray());

const everywhere = relaxations.flatMap((relaxation) =>
  spaces.map((space) => ({ relaxation, space, title: `${relaxation.name} in ${space.name}` })),
);

describe.each(everywhere)("$title", ({ relaxation, space }) => {
  it("has weights of one row for each edge and one column for each operation", () => {
    using alpha = created(relaxation, space);
    scope(() => {
      const shapes = alpha.weights().map(({ shape }) => shape);
      expect(shapes).toEqual(space.cells.map((cell) => [cell.edges.length, cell.operations[0]?.length]));
    });
  });

  it("has parameters of different names that belong to every edge of every cell", () => {
    using alpha = created(relaxation, space);
    expect(new Set(alpha.parameters.map(({ name }) => name)).size).toBe(alpha.parameters.length);
    for (const cell of space.cells) {
      const edges = alpha.parameters.flatMap((one) => (one.cell === cell.name ? one.edges : []));
      expect([...new Set(edges)].sort((a, b) => a - b)).toEqual([...cell.edges.keys()]);
    }
  });

  it("starts the same for the same seed, and a redraw begins as a new search does", () => {
    using alpha = created(relaxation, space, 3);
    using other = created(relaxation, space, 3);
    const start = values(alpha);
    expect(values(other)).toEqual(start);
    const kept = alpha.parameters.map(({ tensor }) => tensor);
    alpha.redraw(new Generator(4));
    using fourth = created(relaxation, space, 4);
    expect(values(alpha)).toEqual(values(fourth));
    expect(alpha.parameters.map(({ tensor }) => tensor)).toEqual(kept);
  });
});

it("softmax is the softmax of each row (DARTS, equation 2), and differentiable", () => {
  using alpha = created(softmax, nasbench201);
  const [first] = alpha.parameters;
  const tensor = first?.tensor as Tensor;
  (tensor.view() as Float32Array).set([0, Math.log(2), Math.log(5), 0, 0]);
  tensor.requiresGrad = true;
  scope(() => {
    const weights = alpha.weights()[0] as Tensor;
    const expected = [1 / 10, 2 / 10, 5 / 10, 1 / 10, 1 / 10];
    for (const [i, value] of select(weights, 0, 0).toArray().entries())
      expect(value).toBeCloseTo(expected[i] as number, 6);
    // d w_0 / d α_j = w_0 (δ_0j - w_j)
    const [gradient] = grad(select(select(weights, 0, 0), 0, 0), [tensor]) as [Tensor];
    const exact = expected.map((w, j) => 0.1 * ((j === 0 ? 1 : 0) - w));
    for (const [i, value] of gradient.toArray().entries()) expect(value).toBeCloseTo(exact[i] as number, 6);
  });
});

it("softmax starts near uniform, at 1e-3·N(0,1)", () => {
  const alpha = spaces.flatMap((space, i) => {
    using own = created(softmax, space, i);
    return values(own).flat();
  });
  const mean = alpha.reduce((total, value) => total + value, 0) / alpha.length;
  const variance = alpha.reduce((total, value) => total + (value - mean) ** 2, 0) / alpha.length;
  // Four standard errors of the mean and of the standard deviation.
  expect(Math.abs(mean)).toBeLessThan((4 * 1e-3) / Math.sqrt(alpha.length));
  expect(Math.abs(Math.sqrt(variance) - 1e-3)).toBeLessThan((4 * 1e-3) / Math.sqrt(2 * alpha.length));
});

it("uniform gives every candidate of an edge the same weight", () => {
  for (const space of spaces) {
    using alpha = created(uniform, space);
    for (const [i, cell] of space.cells.entries()) {
      const weights = scope(() => alpha.weights()[i]?.toArray() ?? []);
      expect(new Set(weights).size).toBe(1);
      expect(weights[0]).toBeCloseTo(1 / (cell.operations[0]?.length ?? 0), 7);
    }
  }
});
