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
  /** Whose task is under way or due before the epoch: the selection decides, then the update works. */
  turn: "selection" | "update";
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
  #position: Position = { epoch: 0, stage: "before", turn: "selection", done: 0, taskSteps: 0 };

  /** Without a trainer the plan must have no epochs. */
  constructor(model: SearchModel, trainer: Trainer | undefined, plan: TrainingPlan) {
    this.#model = model;
    this.#trainer = trainer;
    this.#plan = plan;
  }

  get progress(): Search["progress"] {
    const { done, epoch, stage, turn, taskSteps } = this.#position;
    const { epochs } = this.#plan;
    if (stage === "answered") return { done, total: done, label: "done" };
    const within = stage === "within" ? this.#epochUnits(epoch) - (this.#trainer?.stepsDone ?? 0) : 0;
    const next = stage === "within" ? epoch + 1 : epoch;
    let later = 0;
    let tasks = 0;
    for (let e = next; e < epochs; e++) {
      later += this.#epochUnits(e);
      tasks += this.#trainer?.taskSteps(this.#plan.plan(e)) ?? 0;
    }
    // Where the update is at work the selection's task before this epoch is done.
    tasks += this.#plan.unitsFrom(stage === "before" && turn === "update" ? next + 1 : next);
    const left = Math.max(0, tasks - (stage === "before" ? taskSteps : 0));
    const label = stage === "within" ? `epoch ${epoch + 1} of ${epochs}` : turn === "update" ? "moving α" : "deciding";
    return { done, total: done + within + later + left + 1, label };
  }

  get finished(): boolean {
    return this.#position.stage === "answered";
  }

  step(): readonly SearchEvent[] {
    this.#position.done++;
    if (this.#position.stage === "within") return this.#train();
    this.#task ??= this.#due();
    if (this.#task !== undefined) return this.#work(this.#task);
    return this.#begin();
  }

  /** The next task before the epoch; undefined where there is none any more. */
  #due(): Task | undefined {
    if (this.#position.turn === "selection") {
      const task = this.#ofTurn();
      if (task !== undefined) return task;
      this.#position.turn = "update";
    }
    return this.#ofTurn();
  }

  /** The task before the epoch of those whose turn it is. */
  #ofTurn(): Task | undefined {
    const { epoch, turn } = this.#position;
    if (turn === "selection") return this.#plan.before(epoch);
    return epoch < this.#plan.epochs ? this.#trainer?.taskBefore(this.#plan.plan(epoch)) : undefined;
  }

  /** One unit of a task before the epoch. */
  #work(task: Task): readonly SearchEvent[] {
    const events = task.step();
    this.#position.taskSteps++;
    if (!task.finished) return events;
    this.#task = undefined;
    this.#position.taskSteps = 0;
    if (this.#position.turn === "selection") {
      this.#position.turn = "update";
      this.#task = this.#ofTurn();
    } else {
      // The update's task was the last one.
      this.#enterEpoch();
      return events;
    }
    if (this.#task === undefined && this.#position.epoch < this.#plan.epochs) this.#enterEpoch();
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
    const facts = this.#model.alpha.epochEnded?.() ?? {};
    const event = epochEvent(this.#model, trainer, facts);
    this.#plan.epochEnded?.(event);
    this.#position = { ...this.#position, epoch: this.#position.epoch + 1, stage: "before", turn: "selection" };
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
    this.#task = saved.task === null ? undefined : this.#ofTurn();
    this.#task?.restore(saved.task);
  }

  /** Model and trainer are freed by those who made them. */
  dispose(): void {}
}
