/** What a network is trained by: cross-entropy with smoothed labels and weighted classes, and the accuracy beside it. */
import { argmax, crossEntropyLoss, eq, mean, noGrad, scope, type Tensor, to } from "@archwright/torch";
import type { ImageSet } from "../../data/dataset.ts";
import { countClasses } from "../../data/order.ts";

export interface LossOptions {
  /** ε: the target is (1 − ε)·one-hot + ε/classes (space-darts §8). */
  readonly labelSmoothing: number;
  /** [classes]: a weighted mean over the minibatch, as PyTorch takes it. */
  readonly classWeights?: Tensor | undefined;
}

/** `logits`: [batch, classes]; `labels`: int64 [batch]. */
export const classificationLoss = (logits: Tensor, labels: Tensor, options: LossOptions): Tensor =>
  crossEntropyLoss(logits, labels, { labelSmoothing: options.labelSmoothing, weight: options.classWeights });

/** Share of the images whose largest logit is their label's. */
export const accuracyOf = (logits: Tensor, labels: Tensor): number =>
  noGrad(() => scope(() => mean(to(eq(argmax(logits, { dim: 1 }), labels), { dtype: "float32" })).item()));

/** N/(K·n) for each of K classes with n of the N images, so that every class weighs as much as any other; 0 without images. */
export function balancedWeights({ labels }: ImageSet, classes: number): number[] {
  const sizes = countClasses(labels);
  return Array.from({ length: classes }, (_, label) => {
    const size = sizes.get(label);
    return size === undefined ? 0 : labels.length / (sizes.size * size);
  });
}
