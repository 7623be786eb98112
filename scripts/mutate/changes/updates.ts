/** Changes of `updates/`. */
import { changesOf } from "../change.ts";

export const updates = [
  ...changesOf(
    "updates/bilevel/unrolled",
    ["updates/bilevel/unrolled", "updates/second-order"],
    [
      ["sign", "gradients: plus(alpha, mixed, -step)", "gradients: plus(alpha, mixed, step)"],
      [
        "half",
        "mixedDifference(problem, batches.train, v, radius / norm(v))",
        "mixedDifference(problem, batches.valid, v, radius / norm(v))",
      ],
      ["omission", "if (weightDecay !== 0) direction = plus(direction, weights, weightDecay);", ""],
      ["omission", "problem.keepingStatistics(() => validGradient(problem, valid))", "validGradient(problem, valid)"],
    ],
  ),
  ...changesOf(
    "updates/bilevel/derivatives",
    ["updates/bilevel/derivatives"],
    [["constant", "1 / (2 * radius)", "1 / radius"]],
  ),
  ...changesOf(
    "updates/bilevel/neumann",
    ["updates/bilevel/neumann", "updates/implicit"],
    [
      ["off-by-one", "for (let k = 1; k <= terms; k++)", "for (let k = 1; k < terms; k++)"],
      ["order", "const R = radius / norm(v0);", "const R = radius / norm(p);"],
      [
        "half",
        "inverseProduct(problem, batches.train, v0, options)",
        "inverseProduct(problem, batches.valid, v0, options)",
      ],
    ],
  ),
  ...changesOf(
    "updates/bilevel/alignment",
    ["updates/bilevel/alignment"],
    [["off-by-one", "if (taking < 2) return none(gradients);", "if (taking < 1) return none(gradients);"]],
  ),
  ...changesOf(
    "updates/bilevel/simplex",
    ["updates/bilevel/simplex"],
    [["order", "oneHot(argmax(rows, { dim: 1 })", "oneHot(argmax(clamp(rows, { min: 0, max: 1 }), { dim: 1 })"]],
  ),
  ...changesOf(
    "updates/alignment",
    ["updates/alignment"],
    [
      ["sign", "strength / (2 * epsilon)", "-strength / (2 * epsilon)"],
      ["off-by-one", "return (maximum * epoch) / (epochs - 1);", "return (maximum * epoch) / epochs;"],
      ["mode", 'if (phase === "finetune" || epochs === 1) return maximum;', "if (epochs === 1) return maximum;"],
      ["setting", 'exact: derivative === "exact"', "exact: false"],
    ],
  ),
  ...changesOf(
    "updates/adversarial",
    ["updates/adversarial"],
    [
      ["mode", 'objective.loss(leaves, "eval")', 'objective.loss(leaves, "train")'],
      ["mode", 'objective.loss(rows, "eval")', 'objective.loss(rows, "train")'],
      ["constant", "(2 * radius) / steps", "radius / steps"],
      ["omission", "let rows = start.map((p) => project(withNoise(p, radius, random)));", "let rows = [...start];"],
    ],
  ),
  ...changesOf(
    "updates/random-smoothing",
    ["updates/random-smoothing"],
    [["omission", "clip(withNoise(rows, radius, moment.random))", "withNoise(rows, radius, moment.random)"]],
  ),
  ...changesOf(
    "updates/perturbation-radius",
    ["updates/perturbation-radius"],
    [
      ["off-by-one", "* epoch) / epochs;", "* epoch) / (epochs - 1);"],
      ["mode", 'phase === "finetune" ? radiusEnd : ', ""],
    ],
  ),
  ...changesOf(
    "updates/second-order",
    ["updates/second-order"],
    [
      ["setting", "step: learningRate,", "step: 0.025,"],
      ["setting", 'exact: hessian === "exact"', "exact: false"],
      ["omission", "...(buffers === undefined ? {} : { momentum: { factor: momentum, buffers } }),", ""],
    ],
  ),
  ...changesOf(
    "updates/implicit",
    ["updates/implicit"],
    [["setting", "weightDecay: hessianWeightDecay ? weightDecay : 0,", "weightDecay: 0,"]],
  ),
  ...changesOf(
    "updates/registry",
    ["updates/registry"],
    [
      [
        "order",
        'Number(a.kind === "perturbation") - Number(b.kind === "perturbation")',
        'Number(b.kind === "perturbation") - Number(a.kind === "perturbation")',
      ],
    ],
  ),
];
