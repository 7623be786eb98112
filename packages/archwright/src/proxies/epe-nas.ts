/** epe_nas: jacob_cov class by class. */
import type { Tensor } from "@archwright/torch";
import { sharedProxy } from "./observation/observation.ts";
import { type TrainingPass, trainingPass } from "./observation/training-pass.ts";

const K = 1e-5;

/** With more classes than this, sums are averaged and compared with each other. */
const MANY_CLASSES = 100;

/**
 * Σ over classes of |Σ_ij ln(|R_ij| + k)|, R the correlation matrix of the Jacobians of the images of one class, k = 1e-5
 * (zero-cost-proxies §3.2). With more than 100 classes: the mean difference between the classes' averages.
 */
export const epeNas = sharedProxy(
  {
    name: "epe_nas",
    title: "correlation of the Jacobians of images of one class (EPE-NAS)",
    source: "Lopes et al., ICANN 2021",
    direction: "higher",
    needs: { images: true, labels: true, gradients: true },
    mode: "train",
    weights: "kept",
    input: "minibatch",
    batch: 256,
  },
  {
    observation: trainingPass,
    wanted: ["correlation"],
    score: ({ correlation, labels, classes }: TrainingPass) =>
      epeNasScore(correlation as Tensor, labels.toArray(), classes),
  },
);

/** `correlation`: [batch, batch] of all images; a class's own matrix is a part of it. `classes`: of the data set. */
export function epeNasScore(correlation: Tensor, labels: readonly number[], classes: number): number {
  const values = correlation.toArray();
  const members = Map.groupBy(labels.keys(), (image) => labels[image]);
  const sums = Array.from(members.values(), (images) => {
    let total = 0;
    for (const i of images) {
      for (const j of images) total += Math.log(Math.abs(values[i * labels.length + j] as number) + K);
    }
    return classes > MANY_CLASSES ? total / images.length : total;
  });
  if (classes <= MANY_CLASSES) return sums.reduce((total, value) => total + Math.abs(value), 0);
  const differences = sums.flatMap((a) => sums.map((b) => Math.abs(a - b)));
  return differences.reduce((total, value) => total + value, 0) / sums.length;
}
