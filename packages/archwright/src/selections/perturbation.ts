/** DARTS-PT's selection: what the trained supernet can least do without, with fine-tuning in between. Wang et al., ICLR 2021. */
import { z } from "zod";
import { Random, type RandomState } from "../random.ts";
import { decidedArchitecture } from "../search/decisions.ts";
import type { SearchModel } from "../search/model.ts";
import { Comparer } from "../training/supernets/comparison.ts";
import { searchEpochs } from "../training/supernets/search-epochs.ts";
import { batchSize } from "../training/supernets/settings.ts";
import type { Trainer } from "../training/supernets/trainer.ts";
import type { TrainingPlan } from "../training/supernets/training-plan.ts";
import { TrainingSearch } from "../training/supernets/training-search.ts";
import { proposedAnswer } from "./magnitude.ts";
import { perturbationSchedule } from "./perturbation/schedule.ts";
import { type PerturbationContext, PerturbationTask } from "./perturbation/task.ts";
import type { Selection } from "./selection.ts";

const settings = z.object({
  selectBy: z
    .enum(["perturbation", "magnitude"])
    .default("perturbation")
    .describe(
      "perturbation: the operation that the supernet misses most; magnitude: the largest weight, the paper's ablation",
    ),
  criterion: z
    .enum(["accuracy", "loss"])
    .default("accuracy")
    .describe("what tells how much an operation is missed: the supernet's validation accuracy, or its loss"),
  finetuneEpochs: z.int().min(0).max(1000).default(5).describe("I: epochs of training between decisions"),
  finetuneRate: z
    .union([z.literal("auto"), z.number().positive()])
    .default("auto")
    .describe("constant learning rate of the weights there; auto is the paper's: a tenth of weights.learningRate"),
  comparisonBatches: z
    .union([z.literal("auto"), z.int().min(1).max(1_000_000)])
    .default("auto")
    .describe("minibatches that each removal is measured on; auto: the whole validation half"),
});

type PerturbationSettings = z.infer<typeof settings>;

export const perturbation: Selection = {
  name: "perturbation",
  title: "what the trained supernet misses most when it is removed, with fine-tuning between the decisions",
  source: "Wang et al., ICLR 2021, algorithm 1",
  settings,
  refuses: ({ trained }) =>
    trained
      ? undefined
      : "perturbation measures a trained supernet and fine-tunes it; choose --update weights, first-order or another that trains",
  start(model, trainer, values) {
    const plan = new PerturbationPlan(model, trainer as Trainer, settings.parse(values));
    return new TrainingSearch(model, trainer, plan);
  },
};

/** The search phase, then fine-tuning with a round of decisions every few epochs. */
class PerturbationPlan implements TrainingPlan {
  readonly #search: Pick<TrainingPlan, "epochs" | "plan">;
  readonly #schedule: ReturnType<typeof perturbationSchedule>;
  readonly #context: PerturbationContext & { random: Record<string, Random> };
  readonly #rate: number;
  readonly #batch: number;

  constructor(model: SearchModel, trainer: Trainer, options: PerturbationSettings) {
    const { space, seed } = model.context;
    const { finetuneEpochs, finetuneRate, selectBy, criterion, comparisonBatches } = options;
    this.#search = searchEpochs(trainer);
    this.#schedule = perturbationSchedule(space, finetuneEpochs);
    this.#rate = finetuneRate === "auto" ? trainer.settings.weights.learningRate / 10 : finetuneRate;
    this.#batch = batchSize(trainer.settings);
    const streams = space.cells.map(({ name }) => [name, Random.stream(seed, `perturbation/${name}`)] as const);
    this.#context = {
      model,
      comparer: new Comparer(model, { batchSize: this.#batch, batches: comparisonBatches }),
      rule: { by: selectBy, criterion },
      random: Object.fromEntries(streams),
      nextStep: 0,
    };
  }

  get epochs(): number {
    return this.#search.epochs + this.#schedule.epochs;
  }

  plan(epoch: number): ReturnType<TrainingPlan["plan"]> {
    if (epoch < this.#search.epochs) return this.#search.plan(epoch);
    // Every epoch of fine-tuning is one pass over the training half, however the search drew from it (darts-pt §5).
    const fixed = { phase: "finetune", movesAlpha: true, trainSampling: "epoch" } as const;
    return { ...fixed, epoch, epochs: this.#search.epochs, learningRate: this.#rate, batch: this.#batch };
  }

  startsAfresh(epoch: number): boolean {
    return epoch === this.#search.epochs;
  }

  before(epoch: number): PerturbationTask | undefined {
    const rounds = this.#schedule.before.get(epoch - this.#search.epochs);
    return rounds === undefined ? undefined : new PerturbationTask(this.#context, rounds);
  }

  unitsFrom(epoch: number): number {
    const { model, comparer, rule } = this.#context;
    const cells = model.context.space.cells.length;
    let units = 0;
    for (const [at, rounds] of this.#schedule.before) {
      if (this.#search.epochs + at < epoch) continue;
      for (const round of rounds) {
        const measured = round === "topology" || rule.by === "perturbation";
        units += cells * (measured ? comparer.batchesPerComparison : 1);
      }
    }
    return units;
  }

  answer(): ReturnType<TrainingPlan["answer"]> {
    const { model } = this.#context;
    return proposedAnswer(model, decidedArchitecture(model.context.space, model.decisions));
  }

  save(): unknown {
    const { random, comparer, nextStep } = this.#context;
    const streams = Object.entries(random).map(([name, stream]) => [name, stream.save()]);
    return { nextStep, comparer: comparer.save(), random: Object.fromEntries(streams) };
  }

  restore(saved: unknown): void {
    const { nextStep, comparer, random } = saved as {
      nextStep: number;
      comparer: unknown;
      random: Record<string, RandomState>;
    };
    this.#context.nextStep = nextStep;
    this.#context.comparer.restore(comparer);
    for (const [name, state] of Object.entries(random)) this.#context.random[name] = Random.restore(state);
  }
}
