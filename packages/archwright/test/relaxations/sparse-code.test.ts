/** The sparse code of ISTA-NAS as a relaxation: support, gradient, recovery, state. */
import { Generator, grad, mul, noGrad, scope, sum, type Tensor, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { sparseCode } from "../../src/relaxations/sparse-code.ts";
import type { ArchitectureParameter, ArchitectureParameters } from "../../src/search/relaxation.ts";
import { dartsNoNone } from "../../src/spaces/darts-no-none.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import type { Space } from "../../src/spaces/space.ts";

const created = (space: Space, set: object = {}, seed = 1): ArchitectureParameters =>
  sparseCode.create({ space, random: new Generator(seed), device: "cpu" }, sparseCode.settings.parse(set));

/** Weights of each kind of cell, [edges·operations]. */
const weightsOf = (alpha: ArchitectureParameters): number[][] =>
  noGrad(() => scope(() => alpha.weights().map((rows) => rows.toArray())));

const setCode = (alpha: ArchitectureParameters, parameter: number, values: readonly number[]): void =>
  ((alpha.parameters[parameter] as ArchitectureParameter).tensor.view() as Float32Array).set(values);

describe("sparse-code", () => {
  it("has a code of seven numbers for each of a cell's nodes, near zero", () => {
    using alpha = created(dartsNoNone);
    expect(alpha.parameters.map(({ cell, edges }) => `${cell} ${edges}`)).toEqual(
      ["normal", "reduce"].flatMap((cell) => ["0,1", "2,3,4", "5,6,7,8", "9,10,11,12,13"].map((e) => `${cell} ${e}`)),
    );
    for (const { tensor: b } of alpha.parameters) {
      expect(b.shape).toEqual([7]);
      expect(Math.max(...b.toArray().map(Math.abs))).toBeLessThan(5e-3);
    }
  });

  it("runs two operations into each node, whose weights alone are not zero", () => {
    using alpha = created(dartsNoNone);
    const active = alpha.active?.() as boolean[][][];
    for (const [c, cell] of dartsNoNone.cells.entries()) {
      const flat = (active[c] as boolean[][]).flat();
      expect((weightsOf(alpha)[c] as number[]).map((value) => value !== 0)).toEqual(flat);
      for (let node = 2; node < 6; node++) {
        const rows = (active[c] as boolean[][]).filter((_, e) => cell.edges[e]?.target === node);
        expect(rows.flat().filter(Boolean)).toHaveLength(2);
      }
    }
  });

  it("passes A_S·∂L/∂ẑ_S on to the code: all of its components move, although two weights do", () => {
    using alpha = created(dartsNoNone);
    const code = alpha.parameters[3]?.tensor as Tensor;
    code.requiresGrad = true;
    const loss = (): Tensor => {
      const own = alpha.weights()[0] as Tensor;
      const factors = tensor(
        Float32Array.from({ length: own.size }, (_, i) => Math.sin(i)),
        own.shape,
      );
      return sum(mul(mul(own, factors), own));
    };
    const analytic = scope(() => (grad(loss(), [code])[0] as Tensor).toArray());
    const values = code.toArray();
    for (let r = 0; r < 7; r++) {
      const at = (step: number): number => {
        setCode(
          alpha,
          3,
          values.map((value, i) => (i === r ? value + step : value)),
        );
        return noGrad(() => scope(() => loss().item()));
      };
      const difference = (at(1e-2) - at(-1e-2)) / 2e-2;
      expect(Math.abs(difference - (analytic[r] as number))).toBeLessThan(1e-4 + 1e-3 * Math.abs(difference));
      expect(analytic[r]).not.toBe(0);
    }
    setCode(alpha, 3, values);
  });

  it("keeps its support while the code moves, and recovers it anew at the end of an epoch", () => {
    using alpha = created(dartsNoNone);
    const before = alpha.active?.();
    setCode(alpha, 0, [0.5, -0.2, 0.1, 0.9, -0.7, 0.3, 0.2]);
    expect(alpha.active?.()).toEqual(before);
    const facts = alpha.epochEnded?.();
    const after = alpha.active?.().flat(2) ?? [];
    const changed = after.filter((on, i) => on && !before?.flat(2)[i]).length;
    expect(facts).toEqual({ supportChanges: changed });
    expect(changed).toBeGreaterThan(0);
    expect(alpha.epochEnded?.()).toEqual({ supportChanges: 0 });
  });

  it("ranks by the size of what was recovered, whatever its sign", () => {
    using alpha = created(dartsNoNone);
    const ranking = alpha.ranking?.()[0] ?? [];
    const active = alpha.active?.()[0] ?? [];
    for (let node = 2; node < 6; node++) {
      const edges = dartsNoNone.cells[0]?.edges.flatMap(({ target }, e) => (target === node ? [e] : [])) ?? [];
      const strengths = edges.flatMap((e) => ranking[e] as number[]);
      const two = [...strengths].sort((a, b) => b - a).slice(0, 2);
      const running = edges.flatMap((e) => (ranking[e] as number[]).filter((_, o) => active[e]?.[o]));
      expect(running.sort((a, b) => b - a)).toEqual(two);
      expect(Math.min(...strengths)).toBeGreaterThanOrEqual(0);
    }
  });

  it("has no entry for an operation that passes nothing on", () => {
    using alpha = created(nasbench201, { sparsity: 64 });
    expect(alpha.active?.()[0]).toEqual(Array.from({ length: 6 }, () => [false, true, true, true, true]));
  });

  it("continues from its state: matrices, codes and support, although the code has moved since", () => {
    using alpha = created(dartsNoNone, { sensing: "gaussian" });
    setCode(alpha, 2, [1, 2, 3, 4, 5, 6, 7]);
    alpha.epochEnded?.();
    setCode(alpha, 2, [7, 6, 5, 4, 3, 2, 1]);
    const saved = JSON.parse(JSON.stringify(alpha.state?.save().json));
    using other = created(dartsNoNone, { sensing: "gaussian" }, 2);
    for (const [i, { tensor: b }] of alpha.parameters.entries()) setCode(other, i, b.toArray());
    expect(weightsOf(other)).not.toEqual(weightsOf(alpha));
    other.state?.restore({ tensors: {}, json: saved });
    expect(weightsOf(other)).toEqual(weightsOf(alpha));
    expect([other.epochEnded?.(), weightsOf(other)]).toEqual([alpha.epochEnded?.(), weightsOf(alpha)]);
  });
});
