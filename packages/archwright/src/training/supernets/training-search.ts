/** A search that trains a supernet epoch by epoch, with a selection's decisions between the epochs. */

import type { SearchEvent } from "../../search/events.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Search, SearchState } from "../../search/search.ts";
import { epochEvent } from "./epoch-event.ts";
import type { Trainer } from "./trainer.ts";
import type { Task, TrainingPlan } from "./training-plan.ts";

/** The JSON half of a saved state. */
interface SavedJson {
  readonly position: Position;
  readonly model: unknown;
  readonly trainer: unknown;
  readonly plan: unknown;
  readonly task: unknown;
}

interface Position {
  epoch: number;
  /** `before`: the tasks before `epoch`; `within`: the epoch itself. */
  stage: "before" | "within" | "answered";
  /** Units of work done. */
  done: number;
  /** Those of the task under way; 0 where there is none yet. */
  taskSteps: number;
}

export class TrainingSearch implements Search {
  readonly #model: SearchModel;
  readonly #trainer: Trainer | undefined;
  readonly #plan: TrainingPlan;
  #task: Task | undefined;
  #position: Position = { epoch: 0, stage: "before", done: 0, taskSteps: 0 };

  /** Without a trainer the plan must have no epochs. */
  constructor(model: SearchModel, trainer: Trainer | undefined, plan: TrainingPlan) {
    this.#model = model;
    this.#trainer = trainer;
    this.#plan = plan;
  }

  get progress(): Search["progress"] {
    const { done, epoch, stage, taskSteps } = this.#position;
    const { epochs } = this.#plan;
    if (stage === "answered") return { done, total: done, label: "done" };
    const within = stage === "within" ? this.#epochUnits(epoch) - (this.#trainer?.stepsDone ?? 0) : 0;
    const next = stage === "within" ? epoch + 1 : epoch;
    let later = 0;
    for (let e = next; e < epochs; e++) later += this.#epochUnits(e);
    const tasks = Math.max(0, this.#plan.unitsFrom(next) - (stage === "before" ? taskSteps : 0));
    const label = stage === "within" ? `epoch ${epoch + 1} of ${epochs}` : "deciding";
    return { done, total: done + within + later + tasks + 1, label };
  }

  get finished(): boolean {
    return this.#position.stage === "answered";
  }

  step(): readonly SearchEvent[] {
    this.#position.done++;
    if (this.#position.stage === "within") return this.#train();
    this.#task ??= this.#plan.before(this.#position.epoch);
    if (this.#task !== undefined) return this.#decide(this.#task);
    return this.#begin();
  }

  /** One unit of the task before the epoch. */
  #decide(task: Task): readonly SearchEvent[] {
    const events = task.step();
    this.#position.taskSteps++;
    if (!task.finished) return events;
    this.#task = undefined;
    // The answer is a unit of its own, so that it comes after a task that was the last.
    if (this.#position.epoch < this.#plan.epochs) this.#enterEpoch();
    else this.#position = { ...this.#position, epoch: this.#position.epoch + 1, taskSteps: 0 };
    return events;
  }

  #begin(): readonly SearchEvent[] {
    if (this.#position.epoch >= this.#plan.epochs) {
      this.#position.stage = "answered";
      return this.#plan.answer();
    }
    this.#enterEpoch();
    return this.#train();
  }

  #enterEpoch(): void {
    const { epoch } = this.#position;
    const trainer = this.#trainer as Trainer;
    if (this.#plan.startsAfresh?.(epoch) === true) trainer.forgetMomentum();
    trainer.startEpoch(this.#plan.plan(epoch));
    this.#position = { ...this.#position, stage: "within", taskSteps: 0 };
  }

  /** One unit of the epoch. */
  #train(): readonly SearchEvent[] {
    const trainer = this.#trainer as Trainer;
    trainer.step();
    if (!trainer.epochFinished) return [];
    const event = epochEvent(this.#model, trainer);
    this.#position = { ...this.#position, epoch: this.#position.epoch + 1, stage: "before" };
    return [event];
  }

  #epochUnits(epoch: number): number {
    return this.#trainer?.stepsOf(this.#plan.plan(epoch).batch) ?? 0;
  }

  save(): SearchState {
    const model = this.#model.save();
    const trainer = this.#trainer?.save();
    const json: SavedJson = {
      position: { ...this.#position },
      model: model.json,
      trainer: trainer?.json ?? null,
      plan: this.#plan.save(),
      task: this.#task?.save() ?? null,
    };
    return { tensors: { ...model.tensors, ...trainer?.tensors }, json };
  }

  restore({ tensors, json }: SearchState): void {
    const saved = json as SavedJson;
    this.#model.restore({ tensors, json: saved.model });
    this.#trainer?.restore(tensors, saved.trainer);
    this.#plan.restore(saved.plan);
    this.#position = { ...saved.position };
    this.#task = saved.task === null ? undefined : this.#plan.before(this.#position.epoch);
    this.#task?.restore(saved.task);
  }

  /** Model and trainer are freed by those who made them. */
  dispose(): void {}
}
