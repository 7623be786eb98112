/** Every method's settings, resolved as without any option, beside the specifications: each value with its section. */
import { describe, expect, it } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { methods } from "../../src/methods/registry.ts";
import { spaces } from "../../src/spaces/registry.ts";
import { batchSize } from "../../src/training/supernets/settings.ts";

/** Name, value, and where the value is from: `§` of the method's own specification, or the file's name before it. */
type Row = readonly [setting: string, value: unknown, source: string];

/** Later rows take the place of earlier ones. */
const table = (...parts: readonly (readonly Row[])[]): ReadonlyMap<string, Row> =>
  new Map(parts.flat().map((row) => [row[0], row]));

const supernet: readonly Row[] = [
  ["channels", "auto", "space-darts §4.1, space-nasbench201 §2: C = 16"],
  ["cells", "auto", "space-darts §4.1: L = 8, space-nasbench201 §2: N = 5"],
  ["partial", 1, "space-darts §3: all channels"],
  ["poolNorm", true, "space-darts §4.1: pools are followed by batch norm in the search"],
  ["withoutNone", false, "space-darts §1: 8 operations with none, space-nasbench201 §1: 5"],
  ["imageSize", "auto", "space-darts §6, space-nasbench201 §2: 32×32"],
];

const weights: readonly Row[] = [
  ...supernet,
  ["epochs", 50, "darts §4"],
  ["batch", "auto", "darts §4: 64"],
  ["validationBatch", "auto", "darts §4: 64 too"],
  ["stepsPerEpoch", "auto", "darts §2: one for each training batch"],
  ["weightsOnly", 0, "darts §2: α moves from the first step"],
  ["scheduleEpochs", "auto", "darts §4: T_max = 50"],
  ["split", "halves", "darts §4"],
  ["stepOrder", "alpha-first", "darts §2, §7.1"],
  ["trainSampling", "epoch", "darts §2: shuffled each epoch"],
  ["validationSampling", "independent", "darts §2, step 1"],
  ["noise", "common", "darts §3, step 4: one L_train at two points"],
  ["evaluate", true, "darts §2: after each epoch, for logging"],
  ["weights.learningRate", 0.025, "darts §4"],
  ["weights.minimumRate", 0.001, "darts §4"],
  ["weights.momentum", 0.9, "darts §4"],
  ["weights.nesterov", false, "darts §4"],
  ["weights.weightDecay", 3e-4, "darts §4"],
  ["weights.clip", 5, "darts §4"],
];

const darts: readonly Row[] = [
  ...weights,
  ["architecture.learningRate", 3e-4, "darts §4"],
  ["architecture.beta1", 0.5, "darts §4"],
  ["architecture.beta2", 0.999, "darts §4"],
  ["architecture.weightDecay", 1e-3, "darts §4"],
];

/** NAS-Bench-201's authors ran DARTS so. */
const dartsIn201: readonly Row[] = [
  ...darts,
  ["weights.nesterov", true, "space-nasbench201 §5"],
  ["weights.weightDecay", 5e-4, "space-nasbench201 §5"],
];

const zeroOrder: readonly Row[] = [
  ["epochs", 50, "zarts §4"],
  ["weightsOnly", 10, "zarts §4: warm-up W"],
  ["search", "mgs", "zarts §3.1: the published default"],
  ["innerSteps", 10, "zarts §4: M"],
  ["candidates", 4, "zarts §4: N"],
  ["deviation", 0.025, "zarts §4: σ"],
  ["deviationSchedule", "cosine", "zarts §4"],
  ["temperature", 0.01, "zarts §4: τ"],
  ["mixing", 1e-3, "zarts §4: λ"],
  ["importance", "loss", "zarts §3.1: default"],
  ["rate", 0.1, "zarts §3.2: start 0.1"],
  ["directions", "gaussian", "zarts §3.2"],
  ["symmetric", false, "zarts §3.2"],
  ["largest", 0.5, "zarts §3.3: 0.1 to 1"],
  ["smallest", 0.01, "zarts §3.3"],
  ["finetune", true, "zarts §7.1: the intent"],
  ["finetuneBatch", 48, "zarts §4"],
];

const dirichlet: readonly Row[] = [
  ["anchor", "l2", "drnas §1: default"],
  ["anchorScale", 1e-3, "drnas §1: reg_scale"],
  ["strength", "softmax", "drnas §5"],
];

const drnasInFamily: readonly Row[] = [
  ["channels", 36, "drnas §4"],
  ["cells", 20, "drnas §4"],
  ["partial", 6, "drnas §4"],
  ["weights.learningRate", 0.1, "drnas §4"],
  ["weights.minimumRate", 0, "drnas §4"],
  ["architecture.learningRate", 6e-4, "drnas §4"],
];

const sparseCode: readonly Row[] = [
  ["batch", 256, "ista-nas §3"],
  ["weights.learningRate", 0.1, "ista-nas §3"],
  ["architecture.learningRate", 6e-4, "ista-nas §3"],
  ["measurements", 7, "ista-nas §1"],
  ["sparsity", 2, "ista-nas §1"],
  ["shrinkage", 1e-5, "ista-nas §1"],
  ["sensing", "uniform", "ista-nas §1"],
];

const secondOrder: readonly Row[] = [
  ["hessian", "difference", "darts §3, step 4"],
  ["radius", 0.01, "darts §4"],
];

const lastEpoch: readonly Row[] = [["take", "last", "darts §5: the final α"]];

const smoothing: readonly Row[] = [
  ["radiusStart", 0.03, "sdarts §5"],
  ["radiusEnd", 0.3, "sdarts §5"],
];

const hundredEpochs: readonly Row[] = [["epochs", 100, "space-nasbench201 §5"]];

const perturbation: readonly Row[] = [
  ["trainSampling", "independent", "darts-pt §8: in the search phase"],
  ["selectBy", "perturbation", "darts-pt §3"],
  ["criterion", "accuracy", "darts-pt §5"],
  ["finetuneEpochs", 5, "darts-pt §5: I"],
  ["finetuneRate", "auto", "darts-pt §5: 0.025/10"],
  ["comparisonBatches", "auto", "darts-pt §5: the whole validation half"],
];

const greedy: readonly Row[] = [
  ["criterion", 1, "sgas §3"],
  ["decideBy", "magnitude", "sgas §4.2a"],
  ["warmup", 9, "sgas §5"],
  ["interval", 5, "sgas §5"],
  ["history", 4, "sgas §5"],
  ["batchGrowth", 8, "sgas §5"],
  ["comparisonBatches", "auto", "darts-pt §7: whole validation passes"],
];

const implicit: readonly Row[] = [
  ...secondOrder.map(([name, value]): Row => [name, value, "idarts §2, step 4"]),
  ["stepOrder", "weights-first", "idarts §2: T steps of w, then α"],
  ["trainSampling", "independent", "idarts §2, step 1: each drawn"],
  ["innerSteps", 4, "idarts §3: T"],
  ["terms", 2, "idarts §3: K"],
  ["inverse", "series", "idarts §2, step 3"],
  ["hessianWeightDecay", false, "idarts §6.6"],
  ["displace", false, "idarts §6.2"],
];

const alignment: readonly Row[] = [
  ["lambda", 0.125, "lambda-darts §5"],
  ["correlation", "cosine", "lambda-darts §2, §5"],
  ["alignment", "difference", "lambda-darts §3"],
  ["alignmentRadius", 1e-4, "lambda-darts §5"],
];

const exponentiated: readonly Row[] = [
  ["edgeWeights", false, "gaea §3: not in NAS-Bench-201"],
  ["architecture.learningRate", 0.1, "gaea §3"],
  ["architecture.floor", 1e-5, "gaea §2, step 2d"],
];

const zeroCost: readonly Row[] = [
  ...supernet,
  ["score", "nwot_eval", "zero-cost-pt §3"],
  ["rule", "perturb", "zero-cost-pt §2"],
  ["order", "random", "zero-cost-pt §4.1"],
  ["releasedOnce", false, "zero-cost-pt §4.1"],
  ["proposals", 10, "zero-cost-pt §4: N"],
  ["validationBatches", 100, "zero-cost-pt §4: V"],
  ["batch", "auto", "zero-cost-pt §3: 256 in NAS-Bench-201, 64 in DARTS"],
  ["topology", "cumulative", "zero-cost-pt §5, gotchas: DARTS-PT's paper"],
  ["alpha", "auto", "zero-cost-pt §4: fresh, §5: kept"],
  ["countBlocked", false, "zero-cost-pt §3, gotcha"],
];

interface Published {
  readonly family: ReadonlyMap<string, Row>;
  readonly nasbench201: ReadonlyMap<string, Row>;
  /** S1 to S4, where they differ from the rest of the family. */
  readonly robust?: ReadonlyMap<string, Row>;
}

const same = (rows: ReadonlyMap<string, Row>): Published => ({ family: rows, nasbench201: rows });

const published: Readonly<Record<string, Published>> = {
  "zero-cost-pt": same(table(zeroCost)),
  darts: {
    family: table(darts, lastEpoch),
    nasbench201: table(dartsIn201, lastEpoch, [["stepOrder", "weights-first", "space-nasbench201 §5: V1"]]),
  },
  "darts-second-order": {
    family: table(darts, lastEpoch, secondOrder),
    nasbench201: table(dartsIn201, lastEpoch, secondOrder, [["stepOrder", "alpha-first", "space-nasbench201 §5: V2"]]),
  },
  "sdarts-rs": {
    family: table(darts, lastEpoch, smoothing),
    nasbench201: table(darts, lastEpoch, smoothing, hundredEpochs),
  },
  "sdarts-adv": {
    family: table(darts, lastEpoch, smoothing, [["attackSteps", 7, "sdarts §6"]]),
    nasbench201: table(darts, lastEpoch, smoothing, hundredEpochs, [["attackSteps", 7, "sdarts §6"]]),
  },
  sgas: same(table(darts, greedy)),
  "sgas-cri2": same(table(darts, greedy, [["criterion", 2, "sgas §3"]])),
  "sgas-pt": same(table(darts, greedy, [["decideBy", "perturbation", "sgas §9, darts-pt §7"]])),
  "darts-pt": { family: table(darts, perturbation), nasbench201: table(darts, perturbation, hundredEpochs) },
  "darts-pt-fixed": {
    family: table(weights, perturbation),
    nasbench201: table(weights, perturbation, hundredEpochs),
  },
  "sdarts-rs-pt": {
    family: table(darts, smoothing, perturbation),
    nasbench201: table(darts, smoothing, perturbation, hundredEpochs),
  },
  idarts: {
    family: table(darts, lastEpoch, implicit),
    nasbench201: table(dartsIn201, lastEpoch, implicit, [
      ["epochs", 30, "idarts §3"],
      ["weights.learningRate", 0.01, "idarts §3"],
    ]),
  },
  "lambda-darts": {
    family: table(darts, lastEpoch, alignment, [["validationSampling", "epoch", "lambda-darts §4"]]),
    nasbench201: table(darts, lastEpoch, alignment, hundredEpochs, [
      ["stepOrder", "weights-first", "space-nasbench201 §5"],
      ["architecture.learningRate", 1e-4, "lambda-darts §5, space-nasbench201 §5"],
      ["lambda", 0.25, "lambda-darts §5: released script"],
      ["validationSampling", "independent", "space-nasbench201 §5: its authors' loader"],
    ]),
  },
  "ista-nas": same(table(darts, sparseCode)),
  gaea: {
    family: table(weights, lastEpoch, exponentiated, [
      ["partial", 4, "gaea §3: k = 4"],
      ["edgeWeights", true, "gaea §3: edge weights learnt"],
      ["batch", 256, "gaea §3"],
      ["weights.learningRate", 0.1, "gaea §3"],
      ["weights.minimumRate", 0, "gaea §3"],
      ["take", "best", "gaea §5: the epoch of the best validation accuracy"],
    ]),
    nasbench201: table(weights, lastEpoch, exponentiated, [
      ["channels", 24, "gaea §3, §7.5"],
      ["withoutNone", true, "gaea §3"],
      ["epochs", 25, "gaea §3"],
      ["scheduleEpochs", 50, "gaea §3"],
      ["split", "whole", "gaea §1: single-level, the first of both"],
      ["validationSampling", "epoch", "gaea §2, step 2a: another shuffled batch of the full set"],
      ["evaluate", false, "gaea §5: single-level evaluates at the end alone"],
    ]),
  },
  drnas: {
    family: table(darts, lastEpoch, dirichlet, drnasInFamily, [["weightsOnly", 10, "drnas §4: α warm-up"]]),
    nasbench201: table(darts, lastEpoch, dirichlet, hundredEpochs),
  },
  "drnas-progressive": {
    family: table(darts, dirichlet, drnasInFamily, [
      ["keep", [4], "drnas §4: ops kept 7 → 4"],
      ["widen", [4], "drnas §4: K_p 6 → 4"],
      ["stageWarmup", 10, "drnas §4"],
    ]),
    nasbench201: table(darts, dirichlet, hundredEpochs, [
      ["partial", 4, "drnas §4: K_p 4 → 2"],
      ["keep", [3], "drnas §4: ops kept 5 → 3"],
      ["widen", [2], "drnas §4"],
      ["stageWarmup", 10, "drnas §4"],
    ]),
  },
  zarts: {
    ...same(table(weights, lastEpoch, zeroOrder)),
    robust: table(weights, lastEpoch, zeroOrder, [["deviation", 0.2, "zarts §4: σ in S1 to S4"]]),
  },
};

/** Relaxation, update and selection, which make the method. */
const parts: Readonly<Record<string, readonly [string, string, string]>> = {
  "zero-cost-pt": ["softmax", "none", "zero-cost-perturbation"],
  darts: ["softmax", "first-order", "magnitude"],
  "darts-second-order": ["softmax", "second-order", "magnitude"],
  "sdarts-rs": ["softmax", "first-order+random-smoothing", "magnitude"],
  "sdarts-adv": ["softmax", "first-order+adversarial", "magnitude"],
  sgas: ["softmax", "first-order", "greedy"],
  "sgas-cri2": ["softmax", "first-order", "greedy"],
  "sgas-pt": ["softmax", "first-order", "greedy"],
  "darts-pt": ["softmax", "first-order", "perturbation"],
  "darts-pt-fixed": ["uniform", "weights", "perturbation"],
  "sdarts-rs-pt": ["softmax", "first-order+random-smoothing", "perturbation"],
  idarts: ["softmax", "implicit", "magnitude"],
  "lambda-darts": ["softmax", "first-order+alignment", "magnitude"],
  "ista-nas": ["sparse-code", "first-order", "sparse-support"],
  gaea: ["simplex", "exponentiated-gradient", "magnitude"],
  drnas: ["dirichlet", "first-order", "magnitude"],
  "drnas-progressive": ["dirichlet", "first-order", "progressive-pruning"],
  zarts: ["softmax", "zero-order", "magnitude"],
};

/** Values by dotted name. */
function flat(tree: Readonly<Record<string, unknown>>, prefix = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? flat(value as Record<string, unknown>, `${prefix}${key}.`)
      : [[prefix + key, value]],
  );
}

it("every method has its table", () => {
  expect(Object.keys(published).sort()).toEqual(methods.map(({ name }) => name).sort());
});

describe.each(
  methods.flatMap((method) => spaces.map((space) => ({ method, name: method.name, space, title: space.name }))),
)("$name in $title", ({ method, name, space }) => {
  const { settings, relaxation, update, selection } = resolveMethod(method, {}, space);

  it("has the published settings, and no others", () => {
    const { family, nasbench201, robust } = published[name] ?? same(new Map());
    const rows = space.name === "nasbench201" ? nasbench201 : /^s[1-4]$/.test(space.name) ? (robust ?? family) : family;
    const found = new Map(flat(settings));
    for (const [key, value, source] of rows.values()) expect(found.get(key), `${key}: ${source}`).toEqual(value);
    expect([...found.keys()].sort()).toEqual([...rows.keys()].sort());
  });

  it("has the published parts", () => {
    expect([relaxation, update, selection].map((part) => part.name)).toEqual(parts[name]);
  });
});

describe("what auto stands for", () => {
  it("minibatches of 64 images (darts §4)", () => {
    expect(batchSize({ batch: "auto" })).toBe(64);
    expect(batchSize({ batch: 96 })).toBe(96);
  });

  it.each(spaces)("the supernet of the specification in $name", ({ name, sizes }) => {
    expect(sizes.search).toEqual({ channels: 16, cells: name === "nasbench201" ? 5 : 8 });
  });
});
