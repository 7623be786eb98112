/** SGAS: decides edge by edge while the supernet is in training. Li et al., CVPR 2020. */
import { z } from "zod";
import { ArchwrightError } from "../errors.ts";
import { decidedArchitecture } from "../search/decisions.ts";
import type { SearchModel } from "../search/model.ts";
import { Comparer } from "../training/supernets/comparison.ts";
import { searchEpochs } from "../training/supernets/search-epochs.ts";
import { batchSize } from "../training/supernets/settings.ts";
import type { Trainer } from "../training/supernets/trainer.ts";
import type { TrainingPlan } from "../training/supernets/training-plan.ts";
import { TrainingSearch } from "../training/supernets/training-search.ts";
import { type GreedySchedule, greedySchedule } from "./greedy/schedule.ts";
import { type GreedyContext, GreedyTask, type History } from "./greedy/task.ts";
import { proposedAnswer } from "./magnitude.ts";
import type { Selection } from "./selection.ts";

const settings = z.object({
  criterion: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .describe("1: edges by importance and certainty; 2: by stability too"),
  decideBy: z
    .enum(["magnitude", "perturbation"])
    .default("magnitude")
    .describe(
      "operation of the chosen edge: magnitude, the largest weight; perturbation, what the supernet misses most",
    ),
  warmup: z.int().min(0).max(100_000).default(9).describe("epochs before the first decision"),
  interval: z.int().min(1).max(100_000).default(5).describe("epochs from decision to decision"),
  history: z.int().min(1).max(1000).default(4).describe("K: past epochs that the stability looks at"),
  batchGrowth: z.int().min(0).max(4096).default(8).describe("images by which the minibatch grows with each decision"),
  comparisonBatches: z
    .union([z.literal("auto"), z.int().min(1).max(1_000_000)])
    .default("auto")
    .describe("minibatches that each removal is measured on (perturbation); auto: the whole validation half"),
});

type GreedySettings = z.infer<typeof settings>;

export const greedy: Selection = {
  name: "greedy",
  title: "one edge after another, decided while the supernet is in training",
  source: "Li et al., CVPR 2020, algorithm 1",
  settings,
  refuses: ({ trained }) =>
    trained
      ? undefined
      : "greedy decides between epochs of training; choose --update first-order or another that trains",
  start(model, trainer, values) {
    return new TrainingSearch(model, trainer, new GreedyPlan(model, trainer as Trainer, settings.parse(values)));
  },
};

/** As many epochs as the decisions need, whatever the update's setting says. */
class GreedyPlan implements TrainingPlan {
  readonly #search: Pick<TrainingPlan, "epochs" | "plan">;
  readonly #schedule: GreedySchedule;
  readonly #context: GreedyContext;
  readonly #growth: number;

  constructor(model: SearchModel, trainer: Trainer, options: GreedySettings) {
    const { criterion, decideBy, history, batchGrowth, comparisonBatches } = options;
    const { space } = model.context;
    this.#schedule = greedySchedule(space, options);
    this.#search = searchEpochs(trainer, this.#schedule.epochs);
    this.#growth = batchGrowth;
    const batch = batchSize(trainer.settings);
    requireImages(model, batch + batchGrowth * this.#schedule.decisions);
    this.#context = {
      model,
      criterion,
      remember: history,
      comparer:
        decideBy === "perturbation" ? new Comparer(model, { batchSize: batch, batches: comparisonBatches }) : undefined,
      history: {},
      nextStep: 0,
    };
  }

  get epochs(): number {
    return this.#schedule.epochs;
  }

  plan(epoch: number): ReturnType<TrainingPlan["plan"]> {
    const plan = this.#search.plan(epoch);
    return { ...plan, batch: plan.batch + this.#growth * this.#schedule.decidedBefore(epoch) };
  }

  before(epoch: number): GreedyTask | undefined {
    if (epoch < 1 || epoch > this.epochs) return undefined;
    return new GreedyTask(this.#context, this.#schedule.decidesAfter(epoch - 1));
  }

  unitsFrom(epoch: number): number {
    const cells = this.#context.model.context.space.cells.length;
    const measured = this.#context.comparer?.batchesPerComparison ?? 1;
    let units = 0;
    for (let e = Math.max(1, epoch); e <= this.epochs; e++) {
      units += cells * (this.#schedule.decidesAfter(e - 1) ? measured : 1);
    }
    return units;
  }

  answer(): ReturnType<TrainingPlan["answer"]> {
    const { model } = this.#context;
    return proposedAnswer(model, decidedArchitecture(model.context.space, model.decisions));
  }

  save(): unknown {
    const { history, nextStep, comparer } = this.#context;
    return { history: structuredClone(history), nextStep, comparer: comparer?.save() ?? null };
  }

  restore(saved: unknown): void {
    const { history, nextStep, comparer } = saved as { history: History; nextStep: number; comparer: unknown };
    this.#context.history = structuredClone(history);
    this.#context.nextStep = nextStep;
    this.#context.comparer?.restore(comparer);
  }
}

/** The last minibatches are the largest: a half that cannot fill one is refused now, not after hours. */
function requireImages(model: SearchModel, largest: number): void {
  const images = Math.min(model.halves.train.count, model.halves.valid.count);
  if (images >= largest) return;
  throw new ArchwrightError(
    "data",
    `greedy's minibatches grow to ${largest} images, a half of the training images has ${images}; lower --set batch or --set batchGrowth, or add images`,
    { details: { largest, images } },
  );
}
