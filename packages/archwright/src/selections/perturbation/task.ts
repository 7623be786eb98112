/** The decisions that are due before an epoch: for every round, one of each kind of cell, each seeing those before it. */

import type { Mixture } from "../../networks/mixture.ts";
import type { Random } from "../../random.ts";
import type { CellDecisions } from "../../search/decisions.ts";
import type { SearchEvent } from "../../search/events.ts";
import type { SearchModel } from "../../search/model.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { Comparer, nothingCompared, type Tally } from "../../training/supernets/comparison.ts";
import type { Task } from "../../training/supernets/training-plan.ts";
import { type EdgeRule, edgeQuestion, nodeQuestion } from "./questions.ts";
import type { Round } from "./schedule.ts";

/** What the tasks of a search share. */
export interface PerturbationContext {
  readonly model: SearchModel;
  readonly comparer: Comparer;
  readonly rule: EdgeRule;
  /** Source of each kind of cell's order of edges and nodes. */
  readonly random: Readonly<Record<string, Random>>;
  /** Number of the next decision, for the events. */
  nextStep: number;
}

/** A decision that is to be made. */
interface Due {
  readonly cell: CellTemplate;
  readonly round: Round;
}

/** Plain JSON. */
interface Saved {
  readonly position: number;
  /** Edge or node under comparison. */
  readonly subject: number | null;
  readonly tally: Tally | null;
}

export class PerturbationTask implements Task {
  readonly #context: PerturbationContext;
  /** Every decision of this task, in order. */
  readonly #queue: readonly Due[];
  #position = 0;
  #subject: number | undefined;
  #tally: Tally | undefined;

  constructor(context: PerturbationContext, rounds: readonly Round[]) {
    this.#context = context;
    const { cells } = context.model.context.space;
    this.#queue = rounds.flatMap((round) => cells.map((cell) => ({ cell, round })));
  }

  get finished(): boolean {
    return this.#position >= this.#queue.length;
  }

  step(): readonly SearchEvent[] {
    const { model, comparer, random } = this.#context;
    const { cell, round } = this.#queue[this.#position] as Due;
    const question = round === "operation" ? edgeQuestion : nodeQuestion;
    const open = question.open(model.context.space, cell, this.#decisions(cell));
    // Cells of fewer edges than others are done earlier.
    if (open.length === 0) return this.#next([]);
    this.#subject ??= (random[cell.name] as Random).pick(open);
    const asked = question.ask(this.#context, cell, this.#subject);
    if (asked.mixtures.length > 0) {
      this.#tally ??= Comparer.newTally(asked.mixtures.length);
      const whole = asked.mixtures.map((own): Mixture => ({ ...model.mixture(), [cell.name]: own }));
      if (!comparer.add(this.#tally, whole)) return [];
    }
    const results = this.#tally === undefined ? nothingCompared : comparer.results(this.#tally);
    return this.#next([asked.decide(results, this.#context.nextStep)]);
  }

  #decisions = (cell: CellTemplate): CellDecisions => this.#context.model.decisions[cell.name] as CellDecisions;

  #next(events: readonly SearchEvent[]): readonly SearchEvent[] {
    this.#context.nextStep += events.length;
    this.#position++;
    this.#subject = undefined;
    this.#tally = undefined;
    return events;
  }

  save(): unknown {
    const tally = this.#tally === undefined ? null : structuredClone(this.#tally);
    return { position: this.#position, subject: this.#subject ?? null, tally } satisfies Saved;
  }

  restore(saved: unknown): void {
    const { position, subject, tally } = saved as Saved;
    this.#position = position;
    this.#subject = subject ?? undefined;
    this.#tally = tally === null ? undefined : structuredClone(tally);
  }
}
