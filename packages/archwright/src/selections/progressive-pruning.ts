/** Progressive pruning: between the stages of a training the weakest operations leave, and the rest see more channels (DrNAS). */
import { z } from "zod";
import { ArchwrightError } from "../errors.ts";
import type { PruningEvent } from "../search/events.ts";
import { strongest } from "../search/magnitude-rule.ts";
import type { SearchModel } from "../search/model.ts";
import type { CellTemplate } from "../spaces/space.ts";
import { toScore } from "../statistics/score.ts";
import { searchEpochs } from "../training/supernets/search-epochs.ts";
import type { Trainer } from "../training/supernets/trainer.ts";
import type { Task, TrainingPlan } from "../training/supernets/training-plan.ts";
import { TrainingSearch } from "../training/supernets/training-search.ts";
import { proposedAnswer } from "./magnitude.ts";
import type { Selection } from "./selection.ts";

const settings = z.object({
  keep: z
    .array(z.int().min(1).max(64))
    .default([4])
    .describe("operations that are left on every edge in each stage after the first; the epochs are shared out evenly"),
  widen: z
    .array(z.int().min(1).max(64))
    .default([4])
    .describe(
      "the part 1/k of the channels that operations see in each stage after the first; the first has `partial`",
    ),
  stageWarmup: z
    .int()
    .min(0)
    .max(100_000)
    .default(10)
    .describe("epochs at the beginning of every stage in which α stays as it is"),
});

type Options = z.infer<typeof settings>;

export const progressivePruning: Selection = {
  name: "progressive-pruning",
  title: "stages: the weakest operations of every edge leave, the others see more channels; then magnitude",
  source: "Chen et al., DrNAS, ICLR 2021, section 3.3",
  settings,
  refuses({ trained }, values) {
    const { keep, widen } = settings.parse(values);
    if (!trained) return "progressive-pruning decides from what α has become in training; choose an update that trains";
    if (keep.length !== widen.length) {
      return `keep has ${keep.length} stages and widen ${widen.length}; give both one number for each stage after the first`;
    }
    return undefined;
  },
  start(model, trainer, values) {
    // `refuses` has seen to it that there is one.
    const stages = new Stages(model, trainer as Trainer, settings.parse(values));
    return new TrainingSearch(model, trainer, stages);
  },
};

class Stages implements TrainingPlan {
  readonly #model: SearchModel;
  readonly #trainer: Trainer;
  readonly #options: Options;
  readonly #search: Pick<TrainingPlan, "epochs" | "plan">;

  constructor(model: SearchModel, trainer: Trainer, options: Options) {
    this.#model = model;
    this.#trainer = trainer;
    this.#options = options;
    this.#search = searchEpochs(trainer);
    const parts = [model.context.space.sizes.search.partial ?? 1, ...options.widen];
    const wrong = parts.findIndex((k, p) => p > 0 && k > (parts[p - 1] as number));
    if (wrong > 0) {
      throw new ArchwrightError(
        "usage",
        `operations see 1/${parts[wrong]} of the channels in stage ${wrong + 1} and 1/${parts[wrong - 1]} before, but a supernet only gets wider; lower --set widen or raise --set partial`,
      );
    }
    if (this.#starts.some((start, p) => p > 0 && start === this.#starts[p - 1])) {
      throw new ArchwrightError(
        "usage",
        `${this.epochs} epochs are too few for ${parts.length} stages; raise --set epochs`,
      );
    }
  }

  get epochs(): number {
    return this.#search.epochs;
  }

  /** First epoch of every stage. */
  get #starts(): number[] {
    const stages = this.#options.keep.length + 1;
    return Array.from({ length: stages }, (_, p) => Math.round((p * this.epochs) / stages));
  }

  plan(epoch: number): ReturnType<TrainingPlan["plan"]> {
    const start = this.#starts.findLast((first) => first <= epoch) ?? 0;
    const plan = this.#search.plan(epoch);
    return { ...plan, movesAlpha: plan.movesAlpha && epoch - start >= this.#options.stageWarmup };
  }

  before(epoch: number): Task | undefined {
    const stage = this.#starts.indexOf(epoch);
    return stage < 1 ? undefined : this.#change(stage - 1, epoch);
  }

  unitsFrom(epoch: number): number {
    return this.#starts.filter((start, p) => p > 0 && start >= epoch).length;
  }

  /** The step from one stage to the next. */
  #change(change: number, epoch: number): Task {
    let finished = false;
    return {
      get finished() {
        return finished;
      },
      step: () => {
        const events = this.#prune(this.#options.keep[change] as number, epoch);
        const k = this.#options.widen[change] as number;
        if (k < this.#partial(change)) this.#trainer.widen(k);
        finished = true;
        return events;
      },
      save: () => null,
      restore: () => {},
    };
  }

  /** k in the stage before a change. */
  #partial(change: number): number {
    return change === 0
      ? (this.#model.context.space.sizes.search.partial ?? 1)
      : (this.#options.widen[change - 1] as number);
  }

  #prune(keep: number, epoch: number): PruningEvent[] {
    const ranking = this.#model.ranking();
    return this.#model.context.space.cells.map((cell) => {
      const strength = ranking[cell.name]?.values ?? [];
      const before = this.#model.decisions[cell.name]?.removed;
      const kept = cell.operations.map((row, e) => {
        const left = [...row.keys()].filter((o) => before?.[e]?.[o] !== true);
        return strongestOf(left, strength[e] ?? [], keep);
      });
      this.#model.remove(
        cell.name,
        cell.operations.map((row, e) => row.map((_, o) => !(kept[e] as number[]).includes(o))),
      );
      return pruningEvent(cell, strength, kept, epoch);
    });
  }

  answer(): ReturnType<TrainingPlan["answer"]> {
    const { architecture, events } = strongest(this.#model.context.space, this.#model.ranking());
    return [...events, ...proposedAnswer(this.#model, architecture)];
  }

  save(): null {
    return null;
  }

  restore(): void {}
}

/** The `count` of `operations` with the largest strength, in their order. Of equal ones the first stay. */
function strongestOf(operations: readonly number[], strength: readonly number[], count: number): number[] {
  const ranked = [...operations].sort((a, b) => (strength[b] ?? 0) - (strength[a] ?? 0) || a - b);
  return ranked.slice(0, count).sort((a, b) => a - b);
}

function pruningEvent(
  cell: CellTemplate,
  strength: readonly (readonly number[])[],
  kept: readonly (readonly number[])[],
  epoch: number,
): PruningEvent {
  return {
    type: "pruning",
    epoch,
    cell: cell.name,
    operations: cell.operations,
    strength: cell.operations.map((row, e) => row.map((_, o) => toScore(strength[e]?.[o] ?? 0))),
    kept: kept.map((own, e) => own.map((o) => cell.operations[e]?.[o] as string)),
  };
}
