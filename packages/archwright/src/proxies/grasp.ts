/** grasp: how the gradient flow changes with the weights, by the Hessian. */
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

/**
 * Σ -w · Hg, with Hg the product of the loss's Hessian and its gradient (Wang et al., ICLR 2020; zero-cost-proxies §2.5,
 * in the sign of Abdelfattah et al.).
 */
export const grasp = sharedProxy(
  {
    name: "grasp",
    title: "sum of -weight · (Hessian · gradient), gradient signal preservation",
    source: "Wang et al., ICLR 2020; Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 64,
  },
  { observation: trainingPass, wanted: ["curvature"], score: ({ curvature }: TrainingPass) => -curvature },
);
