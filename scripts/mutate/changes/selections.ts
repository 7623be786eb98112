/** Changes of `selections/`. */
import { changesOf } from "../change.ts";

export const selections = [
  ...changesOf(
    "search/magnitude-rule",
    ["search/magnitude-rule"],
    [
      ["omission", "(excluded.includes(operation) ? [] : [o])", "[o]"],
      ["direction", 'values: strength, best: "max"', 'values: strength, best: "min"'],
    ],
  ),
  ...changesOf(
    "search/tie-breakers",
    ["search/magnitude-rule", "selections/perturbation/questions"],
    [
      ["direction", 'weights[o] ?? Number.NaN), best: "max"', 'weights[o] ?? Number.NaN), best: "min"'],
      ["constant", "Number(passesOn(space, names[o] as string))", "1"],
    ],
  ),
  ...changesOf(
    "statistics/best",
    ["statistics/best"],
    [
      [
        "omission",
        "if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));",
        "",
      ],
      ["off-by-one", "[order[count - 1], order[count]]", "[order[count], order[count + 1]]"],
    ],
  ),
  ...changesOf(
    "search/decisions",
    ["search/decisions"],
    [
      ["omission", "if (dropped[edge] === true) return row.map(() => 0);", ""],
      ["omission", "chosen[edge] !== null || dropped[edge] === true", "chosen[edge] !== null"],
    ],
  ),
  ...changesOf(
    "selections/perturbation",
    ["selections/recorded-runs"],
    [
      ["constant", "trainer.settings.weights.learningRate / 10", "trainer.settings.weights.learningRate"],
      ["mode", 'phase: "finetune"', 'phase: "search"'],
      ["off-by-one", "return epoch === this.#search.epochs;", "return epoch === this.#search.epochs + 1;"],
      [
        "off-by-one",
        "this.#schedule.before.get(epoch - this.#search.epochs)",
        "this.#schedule.before.get(epoch - this.#search.epochs + 1)",
      ],
    ],
  ),
  ...changesOf(
    "training/supernets/comparison",
    ["selections/recorded-runs", "training/supernets/comparison"],
    [
      ["mode", '{ mode: "train", random: this.#noise } as const', '{ mode: "eval", random: this.#noise } as const'],
      [
        "half",
        "this.#batches = new Batches(model.halves.valid, this.#sampling());",
        "this.#batches = new Batches(model.halves.train, this.#sampling());",
      ],
      ["mode", "augmentation: SEARCH_AUGMENTATION,", ""],
      ["order", 'criterion === "accuracy" ? [lowest, highest] : [highest, lowest]', "[lowest, highest]"],
      [
        "off-by-one",
        "return tally.batches >= this.batchesPerComparison;",
        "return tally.batches > this.batchesPerComparison;",
      ],
      ["omission", "this.#noise.restore(noise);", ""],
      ["constant", "right.map((count) => count / images)", "right"],
    ],
  ),
  ...changesOf(
    "selections/perturbation/schedule",
    ["selections/perturbation/schedule"],
    [["off-by-one", "(nodes > 0 ? 1 : 0)", "(nodes > 0 ? 0 : 1)"]],
  ),
  ...changesOf(
    "selections/perturbation/questions",
    ["selections/perturbation/questions"],
    [
      ["omission", "...(measured ? removalMeasures(rule.criterion, results) : []),", ""],
      ["omission", "...operationTieBreakers(model.context.space, cell, edge, { columns: allowed, mixture }),", ""],
    ],
  ),
  ...changesOf(
    "selections/greedy",
    ["selections/recorded-runs"],
    [
      [
        "off-by-one",
        "this.#growth * this.#schedule.decidedBefore(epoch)",
        "this.#growth * this.#schedule.decidedBefore(epoch - 1)",
      ],
      ["off-by-one", "this.#schedule.decidesAfter(epoch - 1))", "this.#schedule.decidesAfter(epoch))"],
      ["setting", "searchEpochs(trainer, this.#schedule.epochs)", "searchEpochs(trainer)"],
    ],
  ),
  ...changesOf(
    "selections/greedy/schedule",
    ["selections/greedy/scores", "selections/recorded-runs"],
    [
      ["constant", "warmup + interval * (decisions - 1) + 6", "warmup + interval * (decisions - 1) + 5"],
      ["off-by-one", "Math.floor((epoch - 1 - warmup) / interval) + 1", "Math.floor((epoch - warmup) / interval) + 1"],
    ],
  ),
  ...changesOf(
    "selections/greedy/scores",
    ["selections/greedy/scores"],
    [["omission", "if (criterion === 2) {", "if (false) {"]],
  ),
  ...changesOf(
    "selections/greedy/task",
    ["selections/greedy/task"],
    [
      [
        "off-by-one",
        "past.slice(Math.max(0, past.length - remember))",
        "past.slice(Math.max(0, past.length - remember - 1))",
      ],
      ["direction", 'best: "max",', 'best: "min",'],
      ["omission", "for (const e of others) dropped[e] = true;", ""],
    ],
  ),
  ...changesOf(
    "selections/zero-cost/proposal",
    ["selections/proposal"],
    [["direction", 'rule === "perturb" ? "min" : "max"', '"min"']],
  ),
  ...changesOf(
    "selections/zero-cost/topology",
    ["selections/proposal"],
    [
      ["omission", 'if (rules.topology === "cumulative") decisions.dropped[dropped] = true;', ""],
      ["order", "const reversed = [...edges].reverse();", "const reversed = [...edges];"],
    ],
  ),
  ...changesOf(
    "selections/zero-cost/edge-order",
    ["selections/edge-order"],
    [
      [
        "constant",
        "valid.reduce((sum, score) => sum + score, 0) / valid.length",
        "valid.reduce((sum, score) => sum + score, 0) / row.length",
      ],
    ],
  ),
  ...changesOf(
    "selections/zero-cost/search",
    ["methods/zero-cost-pt"],
    [
      ["half", "const { train } = this.#model.halves;", "const { valid: train } = this.#model.halves;"],
      ["mode", "augmentation: SEARCH_AUGMENTATION,", ""],
      ["sign", 'const sign = proxy.direction === "higher" ? 1 : -1;', "const sign = 1;"],
      [
        "off-by-one",
        "proposal.index > 0 && this.#options.redrawAlpha",
        "proposal.index > 1 && this.#options.redrawAlpha",
      ],
    ],
  ),
  ...changesOf(
    "selections/zero-cost/validation",
    ["methods/zero-cost-pt"],
    [
      ["setting", "size: space.sizes.search,", "size: space.sizes.evaluation,"],
      ["setting", "epochImages: options.batches * options.batchSize,", ""],
      ["constant", "seed: derivedSeed(seed, `validation/", "seed: derivedSeed(1, `validation/"],
    ],
  ),
  ...changesOf(
    "selections/zero-cost-perturbation",
    ["methods/zero-cost-pt"],
    [
      ["constant", "(single ? 256 : 64)", "(single ? 64 : 256)"],
      ["constant", "batch * (proxy.minibatches ?? 1)", "batch"],
      ["default", "single && trainer === undefined", "trainer === undefined"],
    ],
  ),
];
