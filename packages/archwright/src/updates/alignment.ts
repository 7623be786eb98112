/** Λ-DARTS: the weights are trained so that all cells agree on the architecture gradient (Movahedi et al., ICLR 2023). */
import { add, gradOrNull, mulScalar, noGrad, scope, type Tensor, tensor, to } from "@archwright/torch";
import { z } from "zod";
import { leaf } from "./adversarial.ts";
import { type Alignment, cosineAlignment, signAlignment } from "./bilevel/alignment.ts";
import type { TrainObjective } from "./bilevel/problem.ts";
import { dense, plus } from "./bilevel/vectors.ts";
import type { Moment, UpdateModifier, WeightGradients } from "./update.ts";

const settings = z.object({
  lambda: z.number().min(0).default(0.125).describe("λ of the last epoch; it grows linearly from 0"),
  correlation: z
    .enum(["cosine", "sign"])
    .default("cosine")
    .describe("cosine: Λ, the mean cosine of the cells' gradients; sign: Λ±, its signed form"),
  alignmentRadius: z.number().positive().default(1e-4).describe("ε₀: norm of the finite difference's displacement"),
});

export const alignment: UpdateModifier = {
  name: "alignment",
  title: "a regularizer of the weights that makes the cells' architecture gradients agree",
  source: "Movahedi et al., ICLR 2023",
  kind: "regularizer",
  settings,
  wrap(rules, values) {
    const { lambda, correlation, alignmentRadius } = settings.parse(values);
    const measure = correlation === "cosine" ? cosineAlignment : signAlignment;
    return {
      ...rules,
      weightGradient(objective, probabilities, moment) {
        const strength = lambdaAt(lambda, moment);
        // Two passes more change nothing but running statistics where the strength is zero: they are left out.
        if (strength === 0) return rules.weightGradient(objective, probabilities, moment);
        return alignedGradient(objective, probabilities, { strength, measure, radius: alignmentRadius });
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
}

/**
 * ∇w (L_train − λΛ), Λ's part by a finite difference: every cell gets probabilities A_l of its own,
 * (∇w L(A_l − εδ_l) − ∇w L(A_l + εδ_l)) / 2ε ≈ −∇w Λ, with ε = ε₀/‖δ‖ (lambda-darts §3).
 */
export function alignedGradient(
  objective: TrainObjective,
  probabilities: readonly Tensor[],
  { strength, measure, radius }: AlignedOptions,
): WeightGradients {
  return scope(() => {
    const { weights, cells, aligned } = objective;
    const own = cells.map((kind) => leaf(probabilities[kind] as Tensor));
    const { value, accuracy } = objective.lossOfCells(own);
    const all = gradOrNull(value, [...weights, ...own]);
    const plain = all.slice(0, weights.length);
    const cellGradients = dense(all.slice(weights.length), own);
    const { value: agreement, derivative } = measure(aligned.map((l) => (cellGradients[l] as Tensor).toArray()));
    const loss = value.item();
    const facts = { lambda: strength, alignment: agreement };
    const size = Math.sqrt(derivative.flat().reduce((sum, x) => sum + x * x, 0));
    if (size === 0) return { gradients: plain, loss, accuracy, facts };

    const epsilon = radius / size;
    const displaced = (factor: number): Tensor[] =>
      own.map((p, l) => {
        const position = aligned.indexOf(l);
        if (position < 0) return p;
        const delta = to(tensor(derivative[position] as number[], p.shape, { dtype: p.dtype }), { device: p.device });
        return noGrad(() => add(p, mulScalar(delta, factor)));
      });
    const gradientAt = (factor: number): Tensor[] =>
      scope(() => dense(gradOrNull(objective.lossOfCells(displaced(factor)).value, weights), weights));
    const difference = plus(gradientAt(-epsilon), gradientAt(epsilon), -1);
    const gradients = plus(dense(plain, weights), difference, strength / (2 * epsilon));
    return { gradients, loss, accuracy, facts };
  });
}
