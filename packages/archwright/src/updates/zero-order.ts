/** Zero order: α moves by what candidates around it are worth after a few steps of the weights (ZARTS). */
import { SGD, scope } from "@archwright/torch";
import { z } from "zod";
import type { Moment } from "../search/moment.ts";
import type { Bilevel } from "../training/supernets/bilevel-problem.ts";
import type { ReportedGradients, WeightOptimizer } from "../training/supernets/gradient-rules.ts";
import { trainingSettings } from "../training/supernets/settings.ts";
import { dense, times } from "../training/vectors.ts";
import { firstOrderGradient } from "./first-order.ts";
import { plainWeightGradient } from "./plain.ts";
import type { Update } from "./update.ts";
import { type CandidateBatches, candidateLoss } from "./zero-order/candidates.ts";
import { descentMove, guidedMove, type Proposed, randomSearchMove } from "./zero-order/optimizers.ts";

const settings = trainingSettings.extend({
  search: z
    .enum(["mgs", "rs", "gld"])
    .default("mgs")
    .describe(
      "how α moves; mgs: the mean of moves around the gradient, weighed by their losses; rs: a gradient estimated from random moves; gld: the best of random moves of several sizes",
    ),
  innerSteps: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe("M: steps of the weights for each of α, and steps with which a candidate's copy of them is trained"),
  candidates: z.int().min(1).max(1000).default(4).describe("N: candidates of a step of α, in mgs and rs"),
  deviation: z.number().positive().default(0.025).describe("σ of the moves in mgs, μ of those in rs"),
  deviationSchedule: z
    .enum(["cosine", "constant"])
    .default("cosine")
    .describe("whether σ falls to 0 along a cosine over the epochs that move α"),
  temperature: z.number().positive().default(0.01).describe("τ of mgs"),
  mixing: z.number().min(0).max(1).default(1e-3).describe("λ of mgs: how much of a move is drawn around α itself"),
  importance: z
    .enum(["loss", "exact"])
    .default("loss")
    .describe(
      "how moves of mgs count; loss: by their losses alone, which is what the released code amounts to; exact: divided by the density that they were drawn with",
    ),
  rate: z.number().positive().default(0.1).describe("ξ of rs: the step along the estimated gradient"),
  directions: z.enum(["gaussian", "sphere"]).default("gaussian").describe("what rs draws its moves from"),
  symmetric: z.boolean().default(false).describe("in rs: each move and its opposite, instead of each move and none"),
  largest: z.number().positive().default(0.5).describe("R of gld: radius of the largest ball"),
  smallest: z.number().positive().default(0.01).describe("r of gld: radius of the smallest ball, about"),
  finetune: z
    .boolean()
    .default(true)
    .describe("train a copy of the weights for each candidate; false: the present weights, as in the released code"),
  finetuneBatch: z.int().min(2).max(4096).default(48).describe("images in a minibatch of that training"),
});

type Options = z.infer<typeof settings>;

export const zeroOrder: Update = {
  name: "zero-order",
  title: "α by what candidates are worth after a few steps of the weights, without gradients through them",
  source: "Wang et al., ZARTS, NeurIPS 2022, section 3",
  moves: "reals",
  settings,
  rules(values) {
    const options = settings.parse(values);
    return {
      innerSteps: options.innerSteps,
      epochOf: "weights",
      ownBatch: options.finetuneBatch,
      architectureGradient: (problem, batches, optimizer, moment) =>
        zeroOrderGradient(problem, batches, optimizer, moment, options),
      // The move is the step: no rate, no moments, no decay (zarts §4).
      architectureOptimizer: (parameters) =>
        new SGD(new Map(parameters.map(({ name, tensor }) => [name, tensor])), { learningRate: 1 }),
      weightGradient: plainWeightGradient,
    };
  },
};

/** −Δ, which a plain step of length 1 turns into α + Δ. */
export function zeroOrderGradient<Batch>(
  problem: Bilevel<Batch>,
  { valid, own }: { readonly valid: Batch; readonly own: () => Batch },
  optimizer: WeightOptimizer,
  moment: Pick<Moment, "epoch" | "epochs" | "random">,
  options: Options,
): ReportedGradients {
  return scope(() => {
    const train = options.finetune ? Array.from({ length: options.innerSteps }, own) : [];
    const batches: CandidateBatches<Batch> = { valid, train };
    const { gradients, loss, accuracy } = firstOrderGradient(problem, valid);
    const worth = (move: Proposed["move"]): number => candidateLoss(problem, move, batches, optimizer);
    const deviation = deviationAt(moment, options);
    const { random } = moment;
    const { move, facts } = ((): Proposed => {
      const like = problem.alpha;
      if (options.search === "rs") return randomSearchMove(worth, like, { ...options, radius: deviation }, random);
      if (options.search === "gld") return descentMove(worth, like, options, random);
      const known = { gradient: dense(gradients, like), base: loss };
      return guidedMove(worth, known, { ...options, deviation }, random);
    })();
    return { gradients: times(move, -1), loss, accuracy, facts: { ...facts, deviation } };
  });
}

/** σ(1 + cos(πt/(T − W)))/2. The first two epochs that move α both have t = 0 (zarts §4). */
export function deviationAt(
  { epoch, epochs }: Pick<Moment, "epoch" | "epochs">,
  { deviation, deviationSchedule, weightsOnly }: Pick<Options, "deviation" | "deviationSchedule" | "weightsOnly">,
): number {
  if (deviationSchedule === "constant") return deviation;
  const t = Math.max(0, epoch - weightsOnly - 1);
  return (deviation * (1 + Math.cos((Math.PI * t) / (epochs - weightsOnly)))) / 2;
}
