/** Operations whose perturbed weight is exactly 0 in a step: SDARTS trains them all the same, with a gradient of zero (sdarts §2). */
import { Generator, gradOrNull, scope, type Tensor, tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Cell } from "../../../src/networks/cell.ts";
import { BatchNorm, Conv } from "../../../src/networks/layers.ts";
import type { SearchModel } from "../../../src/search/model.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import type { GradientRules } from "../../../src/training/supernets/gradient-rules.ts";
import { SupernetProblem } from "../../../src/training/supernets/supernet-problem.ts";
import { sized } from "../../networks/support.ts";
import { firstBatch, inDoubles, plan, rulesOf, smallModel, smallTrainer } from "./support.ts";

const EDGES = 6;
const UNIFORM = Array.from({ length: EDGES }, () => [0.2, 0.2, 0.2, 0.2, 0.2]);
/** Without the 3×3 convolution on the first edge. */
const WITHOUT = UNIFORM.map((row, e) => (e === 0 ? [0.25, 0.25, 0.25, 0, 0.25] : row));

/** The 3×3 convolution on the first edge of the first cell. */
function operationOf(model: SearchModel): { conv: Conv; norm: BatchNorm } {
  const layers = (model.supernet.blocks[0] as Cell).operations.get("1<-0:nor_conv_3x3")?.layers ?? [];
  const [, conv, norm] = layers;
  if (!(conv instanceof Conv) || !(norm instanceof BatchNorm)) throw new Error("another operation");
  return { conv, norm };
}

describe.each([4, 16])("in a step of a supernet of %d channels", (channels) => {
  it("weight decay and momentum move it, and its batch norm sees the minibatch", () => {
    using model = smallModel(sized(nasbench201, channels, 1));
    const inner = rulesOf("first-order");
    let probabilities = UNIFORM;
    const rules: GradientRules = {
      ...inner,
      weightGradient: (objective, _, moment) =>
        inner.weightGradient(objective, [tensor(Float32Array.from(probabilities.flat()), [EDGES, 5])], moment),
    };
    using trainer = smallTrainer(model, rules);
    const { conv, norm } = operationOf(model);
    trainer.startEpoch(plan(0));
    const start = conv.weight.toArray();
    trainer.step();
    const first = conv.weight.toArray();
    const mean = norm.runningMean.toArray();
    const buffer = first.map((x, i) => ((start[i] as number) - x) / 0.025);
    expect(Math.hypot(...buffer)).toBeGreaterThan(1e-3);
    probabilities = WITHOUT;
    trainer.step();
    const expected = first.map((x, i) => x - 0.025 * (0.9 * (buffer[i] as number) + 3e-4 * x));
    const second = conv.weight.toArray();
    expect(Math.max(...second.map((x, i) => Math.abs(x - (expected[i] as number))))).toBeLessThan(1e-7);
    expect(second).not.toEqual(first);
    const moved = norm.runningMean.toArray().filter((x, c) => x !== mean[c]);
    expect(moved).toHaveLength(channels);
  });
});

describe("its gradient", () => {
  it.each(["float32", "float64"])("is zero, and no hole, in %s", (dtype) => {
    using model = dtype === "float64" ? inDoubles(smallModel()) : smallModel();
    scope(() => {
      const objective = new SupernetProblem(model, new Generator(1)).objective(firstBatch(model, "train"));
      const values = WITHOUT.flat();
      const rows = tensor(dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values), [EDGES, 5]);
      const { conv, norm } = operationOf(model);
      const [gradient] = gradOrNull(objective.loss([rows]).value, [conv.weight]);
      expect(new Set((gradient as Tensor).toArray().map(Math.abs))).toEqual(new Set([0]));
      expect(norm.runningMean.toArray()).not.toContain(0);
    });
  });

  it("takes no part in the loss: evaluation, which leaves it out, gives the same", () => {
    using model = smallModel();
    scope(() => {
      const objective = new SupernetProblem(model, new Generator(1)).objective(firstBatch(model, "train"));
      const loss = (rows: readonly (readonly number[])[], mode: "train" | "eval"): number =>
        objective.loss([tensor(Float32Array.from(rows.flat()), [EDGES, 5])], mode).value.item();
      const almost = WITHOUT.map((row) => row.map((weight) => (weight === 0 ? 1e-30 : weight)));
      expect(loss(WITHOUT, "eval")).toBeCloseTo(loss(almost, "eval"), 6);
      expect(loss(WITHOUT, "train")).toBeCloseTo(loss(almost, "train"), 6);
      expect(Math.abs(loss(WITHOUT, "train") - loss(UNIFORM, "train"))).toBeGreaterThan(1e-4);
    });
  });
});
