/** Changes of `updates/`. */
import { changesOf } from "../change.ts";

export const updates = [
  ...changesOf(
    "updates/bilevel/unrolled",
    ["updates/bilevel/unrolled", "updates/second-order"],
    [
      ["sign", "plus(weights, direction, -step)", "plus(weights, direction, step)"],
      ["sign", "gradients: plus(alpha, mixed, -step)", "gradients: plus(alpha, mixed, step)"],
      [
        "half",
        "mixedDifference(problem, batches.train, v, radius / norm(v))",
        "mixedDifference(problem, batches.valid, v, radius / norm(v))",
      ],
      ["constant", "radius = 0.01, exact", "radius = 0.1, exact"],
      ["omission", "if (weightDecay !== 0) direction = plus(direction, weights, weightDecay);", ""],
      [
        "omission",
        "direction = plus(direction, times(momentum.buffers, momentum.factor))",
        "direction = plus(direction, momentum.buffers)",
      ],
      ["omission", "problem.keepingStatistics(() => validGradient(problem, valid))", "validGradient(problem, valid)"],
    ],
  ),
  ...changesOf(
    "updates/bilevel/derivatives",
    ["updates/bilevel/derivatives"],
    [
      ["constant", "1 / (2 * radius)", "1 / radius"],
      ["sign", "plus(gradientAt(radius), gradientAt(-radius), -1)", "plus(gradientAt(radius), gradientAt(-radius), 1)"],
    ],
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
      ["omission", "if (displace) assign(", "assign("],
    ],
  ),
  ...changesOf(
    "updates/bilevel/alignment",
    ["updates/bilevel/alignment"],
    [
      ["off-by-one", "if (taking < 2) return none(gradients);", "if (taking < 1) return none(gradients);"],
      ["omission", "if (m === l || common === 0) continue;", "if (common === 0) continue;"],
    ],
  ),
  ...changesOf(
    "updates/bilevel/simplex",
    ["updates/bilevel/simplex"],
    [
      ["order", "oneHot(argmax(rows, { dim: 1 })", "oneHot(argmax(clamp(rows, { min: 0, max: 1 }), { dim: 1 })"],
      ["constant", "clamp(rows, { min: 0, max: 1 })", "clamp(rows, { min: 0 })"],
    ],
  ),
  ...changesOf(
    "updates/alignment",
    ["updates/alignment"],
    [
      ["sign", "strength / (2 * epsilon)", "-strength / (2 * epsilon)"],
      ["off-by-one", "return (maximum * epoch) / (epochs - 1);", "return (maximum * epoch) / epochs;"],
      ["mode", 'if (phase === "finetune" || epochs === 1) return maximum;', "if (epochs === 1) return maximum;"],
      ["setting", 'exact: derivative === "exact"', "exact: false"],
      [
        "default",
        "alignmentRadius: z.number().positive().default(1e-4)",
        "alignmentRadius: z.number().positive().default(1e-3)",
      ],
    ],
  ),
  ...changesOf(
    "updates/adversarial",
    ["updates/adversarial"],
    [
      ["mode", 'objective.loss(leaves, "eval")', 'objective.loss(leaves, "train")'],
      ["mode", 'objective.loss(rows, "eval")', 'objective.loss(rows, "train")'],
      ["direction", "return lossAt(rows) < lossAt(start)", "return lossAt(rows) > lossAt(start)"],
      ["constant", "(2 * radius) / steps", "radius / steps"],
      ["omission", "gradient) => sign(gradient)", "gradient) => gradient"],
      ["omission", "let rows = start.map((p) => project(withNoise(p, radius, random)));", "let rows = [...start];"],
    ],
  ),
  ...changesOf(
    "updates/random-smoothing",
    ["updates/random-smoothing"],
    [
      ["sign", "addScalar(mulScalar(draws, 2), -1)", "mulScalar(draws, 2)"],
      ["omission", "clip(withNoise(rows, radius, moment.random))", "withNoise(rows, radius, moment.random)"],
    ],
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
    [
      ["setting", "weightDecay: hessianWeightDecay ? weightDecay : 0,", "weightDecay: 0,"],
      ["default", ".max(1000).default(4)", ".max(1000).default(5)"],
    ],
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
