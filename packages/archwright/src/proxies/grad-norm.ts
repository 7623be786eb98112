/** grad_norm: how long the gradients of the loss are. */
import { foreach } from "@archwright/torch";
import { sumOfScalars } from "./observation/layers.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/** Σ over layers of ‖∂L/∂W‖₂: a sum of norms, not the norm of the whole gradient (zero-cost-proxies §2.2). */
export const gradNorm = sharedProxy(
  {
    name: "grad_norm",
    title: "sum over layers of the gradient's norm",
    source: "Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  { observation: trainingPass, wanted: ["gradients"], score: gradNormScore },
);

export function gradNormScore({ gradients }: Pick<TrainingPass, "gradients">): number {
  return sumOfScalars(foreach.norm(gradients));
}
