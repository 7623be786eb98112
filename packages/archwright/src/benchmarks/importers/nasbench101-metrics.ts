/** What NAS-Bench-101 measured (space-nasbench101 §4). */
import type { Metric } from "../benchmark.ts";

/** Epochs of the four training budgets. */
export const budgets = [4, 12, 36, 108] as const;

export const nasbench101Source = "Ying et al., ICML 2019, arXiv 1902.09635; google-research/nasbench, Apache-2.0";

const splits = { train: "training", valid: "validation", test: "test" } as const;

/** Accuracies are fractions of 10,000 images at the end of the budget; each budget is a training of its own. */
export const nasbench101Metrics: readonly Metric[] = [
  ...budgets.flatMap((epochs) => [
    ...Object.entries(splits).map(
      ([split, images]): Metric => ({
        name: `${split}-${epochs}ep`,
        title: `CIFAR-10 ${images} accuracy after ${epochs} epochs`,
        unit: "fraction",
        larger: "better",
      }),
    ),
    {
      name: `seconds-${epochs}ep`,
      title: `training time of ${epochs} epochs`,
      unit: "s",
      larger: "worse",
    } as const,
  ]),
  { name: "params", title: "parameters, 10 classes", unit: "", larger: "worse" },
];
