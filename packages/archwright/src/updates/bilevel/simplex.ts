/** The projection that SDARTS applies to perturbed probabilities (sdarts §2). */
import { amax, argmax, clamp, div, gt, noGrad, oneHot, scope, sumDim, type Tensor, to, where } from "@archwright/torch";

/**
 * Every row clamped to [0, 1] and divided by its sum; a row of nothing but zeros becomes one-hot at what was its largest
 * entry. A renormalization, not the Euclidean projection.
 */
export function clip(rows: Tensor): Tensor {
  return noGrad(() =>
    scope(() => {
      const width = rows.shape[1] as number;
      const largest = to(oneHot(argmax(rows, { dim: 1 }), { numClasses: width }), { dtype: rows.dtype });
      const clamped = clamp(rows, { min: 0, max: 1 });
      const positive = gt(amax(clamped, { dim: [1], keepdim: true }), 0);
      const kept = where(positive, clamped, largest);
      return div(kept, sumDim(kept, [1], { keepdim: true }));
    }),
  );
}
