/** Changes of `training/supernets`, and of what it stands on in `search/`. */
import { changesOf } from "../change.ts";

const SUPERNETS = "training/supernets";
const trainer = [`${SUPERNETS}/optimizers`, "selections/recorded-runs", `${SUPERNETS}/trainer`];
const problem = [`${SUPERNETS}/zero-weight`, `${SUPERNETS}/supernet-problem`];

export const training = [
  ...changesOf(`${SUPERNETS}/trainer`, trainer, [
    [
      "omission",
      "return new SGD(this.#parameters, { learningRate, momentum, nesterov, weightDecay });",
      "return new SGD(this.#parameters, { learningRate, momentum, weightDecay });",
    ],
    ["omission", "this.#weightOptimizer.learningRate = plan.learningRate;", ""],
    ["omission", "clipGradients(result.gradients, this.settings.weights.clip)", "clipGradients(result.gradients, 1e9)"],
    ["omission", "if (this.#halves?.suits(plan) !== true) this.#halves = this.#newHalves();", ""],
    ["omission", 'settled.has(parameters[i]?.name ?? "") ? null : own', "own"],
    ["order", 'this.settings.stepOrder === "alpha-first"', 'this.settings.stepOrder === "weights-first"'],
    [
      "half",
      "toTensors((this.#halves as Halves).valid.next(), this.#model.context.device)",
      "toTensors((this.#halves as Halves).train.next(), this.#model.context.device)",
    ],
    [
      "half",
      "toTensors((this.#halves as Halves).evaluation.next(), this.#model.context.device)",
      "toTensors((this.#halves as Halves).valid.next(), this.#model.context.device)",
    ],
    [
      "off-by-one",
      'stepsPerEpoch === "auto" ? Math.ceil(images / batch) : stepsPerEpoch',
      'stepsPerEpoch === "auto" ? Math.floor(images / batch) : stepsPerEpoch',
    ],
    ["omission", "forgetMomentum(): void {", "forgetMomentum(): void { return;"],
  ]),
  ...changesOf(`${SUPERNETS}/halves`, trainer, [
    ["setting", "...independently(trainSampling)", '...independently("epoch")'],
    ["setting", "...independently(validationSampling)", '...independently("independent")'],
    [
      "half",
      "this.valid = batches(valid, validating, saved?.valid);",
      "this.valid = batches(train, validating, saved?.valid);",
    ],
    ["mode", "augmentation: NO_AUGMENTATION, shuffle: false", "shuffle: false"],
    ["mode", "      augmentation: SEARCH_AUGMENTATION,", ""],
  ]),
  ...changesOf(
    `${SUPERNETS}/search-epochs`,
    ["selections/recorded-runs"],
    [
      ["constant", "minimum: weights.minimumRate", "minimum: 0"],
      ["off-by-one", "learningRate: rate(epoch)", "learningRate: rate(epoch + 1)"],
      ["setting", "(count ?? trainer.settings.epochs)", "trainer.settings.epochs"],
    ],
  ),
  ...changesOf(
    `${SUPERNETS}/training-search`,
    ["selections/recorded-runs", `${SUPERNETS}/search`],
    [["omission", "if (this.#plan.startsAfresh?.(epoch) === true) trainer.forgetMomentum();", ""]],
  ),
  ...changesOf(`${SUPERNETS}/supernet-problem`, problem, [
    ["mode", '!imposed.requiresGrad && mode === "eval"', "!imposed.requiresGrad"],
    ["omission", "weight === 0 && runs(e, o) ? 1 : weight", "weight"],
    [
      "mode",
      'this.#shared(this.probabilities(), "eval"), "eval")',
      'this.#shared(this.probabilities(), "eval"), "train")',
    ],
    ["omission", "block.reduction ? [] : [l]", "[l]"],
    ["omission", "return add(mul(probabilities, matrix(free)), matrix(fixed));", "return probabilities;"],
    ["omission", "(chosen[e] === o && dropped[e] !== true ? 1 : 0)", "(chosen === o ? 1 : 0)"],
  ]),
  ...changesOf(
    `${SUPERNETS}/epoch-event`,
    [`${SUPERNETS}/epoch-event`],
    [["half", 'metrics(sums, "valid")', 'metrics(sums, "train")']],
  ),
  ...changesOf(
    `${SUPERNETS}/settings`,
    ["methods/published-settings"],
    [["constant", 'batch === "auto" ? 64 : batch', 'batch === "auto" ? 96 : batch']],
  ),
  ...changesOf(
    "updates/adam",
    ["methods/published-settings", `${SUPERNETS}/optimizers`],
    [
      ["default", "weightDecay: z.number().min(0).default(1e-3)", "weightDecay: z.number().min(0).default(0)"],
      ["default", "beta1: rate.default(0.5)", "beta1: rate.default(0.9)"],
      ["omission", "betas: [beta1, beta2], weightDecay", "betas: [beta1, beta2]"],
      ["order", "betas: [beta1, beta2]", "betas: [beta2, beta1]"],
    ],
  ),
  ...changesOf(
    "search/model",
    [`${SUPERNETS}/trainer`, "methods/battery"],
    [["omission", "decisions: structuredClone(this.decisions),", "decisions: this.decisions,"]],
  ),
  ...changesOf(
    "training/statistics",
    ["training/statistics"],
    [["omission", "entry.sum += value * count;", "entry.sum += value;"]],
  ),
  ...changesOf("training/vectors", ["training/vectors"], [["omission", "      assign(weights, saved);", ""]]),
];
