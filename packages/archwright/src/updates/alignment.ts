/** Λ-DARTS: the weights are trained so that all cells agree on the architecture gradient (Movahedi et al., ICLR 2023). */
import { add, gradOrNull, mulScalar, noGrad, scope, type Tensor, tensor, to } from "@archwright/torch";
import { z } from "zod";
import type { Moment } from "../search/moment.ts";
import type { TrainObjective } from "../training/supernets/bilevel-problem.ts";
import type { ReportedGradients } from "../training/supernets/gradient-rules.ts";
import { dense, plus, times, type Vector } from "../training/vectors.ts";
import { leaf } from "./adversarial.ts";
import { type Alignment, cosineAlignment, signAlignment } from "./bilevel/alignment.ts";
import { innerProduct } from "./bilevel/derivatives.ts";
import type { UpdateModifier } from "./update.ts";

const settings = z.object({
  lambda: z.number().min(0).default(0.125).describe("λ of the last epoch; it grows linearly from 0"),
  correlation: z
    .enum(["cosine", "sign"])
    .default("cosine")
    .describe("cosine: Λ, the mean cosine of the cells' gradients; sign: Λ±, its signed form"),
  alignment: z
    .enum(["difference", "exact"])
    .default("difference")
    .describe("the regularizer's gradient: by a finite difference, as published, or exact by differentiating twice"),
  alignmentRadius: z.number().positive().default(1e-4).describe("ε₀: norm of the finite difference's displacement"),
});

export const alignment: UpdateModifier = {
  name: "alignment",
  title: "a regularizer of the weights that makes the cells' architecture gradients agree",
  source: "Movahedi et al., ICLR 2023",
  kind: "regularizer",
  settings,
  wrap(rules, values) {
    const { lambda, correlation, alignment: derivative, alignmentRadius: radius } = settings.parse(values);
    const measure = correlation === "cosine" ? cosineAlignment : signAlignment;
    return {
      ...rules,
      weightGradient(objective, probabilities, moment) {
        const strength = lambdaAt(lambda, moment);
        // Two passes more change nothing but running statistics where the strength is zero: they are left out.
        if (strength === 0) return rules.weightGradient(objective, probabilities, moment);
        return alignedGradient(objective, probabilities, {
          strength,
          measure,
          radius,
          exact: derivative === "exact",
        });
      },
    };
  },
};

/** λ(t) = λ_max·t/(E−1) for epoch t = 0..E−1; λ_max while a selection fine-tunes. */
export function lambdaAt(
  maximum: number,
  { epoch, epochs, phase }: Pick<Moment, "epoch" | "epochs" | "phase">,
): number {
  if (phase === "finetune" || epochs === 1) return maximum;
  return (maximum * epoch) / (epochs - 1);
}

export interface AlignedOptions {
  /** λ. */
  readonly strength: number;
  readonly measure: (gradients: readonly (readonly number[])[]) => Alignment;
  /** ε₀. */
  readonly radius: number;
  /** Differentiate twice instead of taking a finite difference. @default false */
  readonly exact?: boolean;
}

/**
 * ∇w (L_train − λΛ), Λ's part by a finite difference: every cell gets probabilities A_l of its own,
 * (∇w L(A_l − εδ_l) − ∇w L(A_l + εδ_l)) / 2ε ≈ −∇w Λ, with ε = ε₀/‖δ‖ (lambda-darts §3). Where ReLUs switch between the two
 * displacements it is far from the derivative at the published ε₀; `exact` is ∇w Σ⟨g_l, δ_l⟩ with δ held fixed.
 */
export function alignedGradient(
  objective: TrainObjective,
  probabilities: readonly Tensor[],
  { strength, measure, radius, exact = false }: AlignedOptions,
): ReportedGradients {
  return scope(() => {
    const { weights, cells, aligned } = objective;
    const own = cells.map((kind) => leaf(probabilities[kind] as Tensor));
    const { value, accuracy } = objective.lossOfCells(own);
    const all = gradOrNull(value, [...weights, ...own], { createGraph: exact });
    const plain = all.slice(0, weights.length);
    const cellGradients = dense(all.slice(weights.length), own);
    const { value: agreement, derivative } = measure(aligned.map((l) => (cellGradients[l] as Tensor).toArray()));
    const loss = value.item();
    const facts = { lambda: strength, alignment: agreement };
    const size = Math.sqrt(derivative.flat().reduce((sum, x) => sum + x * x, 0));
    if (size === 0) return { gradients: plain, loss, accuracy, facts };

    const deltas = own.map((p, l) => {
      const row = derivative[aligned.indexOf(l)];
      return row === undefined ? undefined : to(tensor(row, p.shape, { dtype: p.dtype }), { device: p.device });
    });
    const epsilon = radius / size;
    const gradients = exact
      ? plus(dense(plain, weights), slope(weights, cellGradients, deltas), -strength)
      : plus(dense(plain, weights), difference(objective, own, deltas, epsilon), strength / (2 * epsilon));
    return { gradients, loss, accuracy, facts };
  });
}

/** The displacement of each cell's probabilities; undefined for cells that are not compared. */
type Deltas = readonly (Tensor | undefined)[];

/** ∇w L(A_l − εδ_l) − ∇w L(A_l + εδ_l). */
function difference({ lossOfCells, weights }: TrainObjective, own: Vector, deltas: Deltas, epsilon: number): Tensor[] {
  const displaced = (factor: number): Tensor[] =>
    own.map((p, l) => {
      const delta = deltas[l];
      return delta === undefined ? p : noGrad(() => add(p, mulScalar(delta, factor)));
    });
  const gradientAt = (factor: number): Tensor[] =>
    scope(() => dense(gradOrNull(lossOfCells(displaced(factor)).value, weights), weights));
  return plus(gradientAt(-epsilon), gradientAt(epsilon), -1);
}

/** ∇w Σ ⟨g_l, δ_l⟩, from cell gradients that can be differentiated. */
function slope(weights: Vector, cellGradients: Vector, deltas: Deltas): Tensor[] {
  const compared = cellGradients.flatMap((gradient, l) => (deltas[l] === undefined ? [] : [gradient]));
  const product = innerProduct(
    compared,
    deltas.filter((delta) => delta !== undefined),
  );
  return product === undefined ? times(weights, 0) : dense(gradOrNull(product, weights), weights);
}
