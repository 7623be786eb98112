/** Gradients of the loss on several minibatches, to see how they vary. */
import { eqScalar, maskedFill, narrow, scope, sqrt, stack, sum, type Tensor, to, variance } from "@archwright/torch";
import type { Observation, Subject } from "./observation.ts";
import { trainingPass } from "./training-pass.ts";
import { patternCounts } from "./unit-patterns.ts";

/** Gradients of one layer's weight, one for each minibatch. */
export type GradientBatches = readonly (readonly Tensor[])[];

/** The minibatch's `parts` parts of equal size, in order; what is left over is not used. */
export function gradientsOfParts(subject: Subject, parts: number): GradientBatches {
  const { images, labels } = subject.batch;
  const size = Math.floor((images.shape[0] as number) / parts);
  const perPart = Array.from({ length: parts }, (_, part) =>
    scope(() => {
      const batch = { images: narrow(images, 0, part * size, size), labels: narrow(labels, 0, part * size, size) };
      return trainingPass.observe({ ...subject, batch }, new Set(["gradients"]), ({ gradients }) => [...gradients]);
    }),
  );
  const [first = []] = perPart;
  return first.map((_, layer) => perPart.map((gradients) => gradients[layer] as Tensor));
}

export interface GradientStatistics {
  readonly gradients: GradientBatches;
  /** Distinct patterns of ReLU units (zero-cost-proxies §4.4) after each ReLU in turn, where `patterns` are wanted. */
  readonly patterns: readonly number[];
}

/** The gradients on the halves of the minibatch, and patterns over its first 16 images. */
export const gradientStatistics: Observation<GradientStatistics> = {
  observe: (subject, wanted, body) =>
    scope(() =>
      body({
        gradients: gradientsOfParts(subject, 2),
        patterns: wanted.has("patterns") ? patternCounts(subject, 16) : [],
      }),
    ),
};

/**
 * Σ over the weights of a layer of `term`, without those whose `values` do not vary. `values`: float64 [minibatches, ...];
 * `term` gets them and their population standard deviation over minibatches.
 */
export function sumWhereVaried(values: Tensor, term: (values: Tensor, deviation: Tensor) => Tensor): number {
  return scope(() => {
    const deviation = sqrt(variance(values, [0], 0));
    return sum(maskedFill(term(values, deviation), eqScalar(deviation, 0), 0)).item();
  });
}

/** A layer's gradients as one float64 tensor [minibatches, ...]. */
export const stacked = (gradients: readonly Tensor[]): Tensor => to(stack(gradients), { dtype: "float64" });
