/** After an epoch: one edge of every kind of cell is decided where that is due, and the distributions are remembered. */
import type { CellMixture, Mixture } from "../../networks/mixture.ts";
import { type CellDecisions, isDecided } from "../../search/decisions.ts";
import type { SearchEvent, TopologyDecision } from "../../search/events.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Rows } from "../../search/relaxation.ts";
import { incomingEdges, keptEdges } from "../../spaces/cells.ts";
import type { CellTemplate } from "../../spaces/space.ts";
import { chooseOne, type Measure, type Tie } from "../../statistics/best.ts";
import { toScore } from "../../statistics/score.ts";
import { Comparer, nothingCompared, type Tally } from "../../training/supernets/comparison.ts";
import type { Task } from "../../training/supernets/training-plan.ts";
import { type Asked, operationQuestion } from "../perturbation/questions.ts";
import { certainty, type EdgeDistributions, edgeDistributions, edgeScores } from "./scores.ts";

/** Distributions of past epochs by kind of cell, oldest first: [epochs][edges][operations]. Plain JSON. */
export type History = Record<string, number[][][]>;

/** What the tasks of a search share. */
export interface GreedyContext {
  readonly model: SearchModel;
  readonly criterion: 1 | 2;
  /** Epochs that the history remembers. */
  readonly remember: number;
  /** Decides operations by what the supernet misses (SGAS-PT); undefined: by the largest weight. */
  readonly comparer: Comparer | undefined;
  history: History;
  /** Number of the next decision, for the events. */
  nextStep: number;
}

/** Plain JSON. */
interface Saved {
  /** Index of the cell whose turn it is. */
  readonly position: number;
  readonly tally: Tally | null;
}

export class GreedyTask implements Task {
  readonly #context: GreedyContext;
  readonly #decides: boolean;
  #position = 0;
  #tally: Tally | undefined;

  /** - `decides`: whether a decision is due; else the epoch is only remembered. */
  constructor(context: GreedyContext, decides: boolean) {
    this.#context = context;
    this.#decides = decides;
  }

  get finished(): boolean {
    return this.#position >= this.#context.model.context.space.cells.length;
  }

  step(): readonly SearchEvent[] {
    const { model } = this.#context;
    const cell = model.context.space.cells[this.#position] as CellTemplate;
    const state = distributionsOf(model, cell);
    const open = cell.edges.flatMap((_, e) => (isDecided(this.#decisions(cell), e) ? [] : [e]));
    if (!this.#decides || open.length === 0) return this.#next(cell, state, []);
    const measures = edgeMeasures(state, cell, open, this.#context);
    const { index, tied } = chooseOne(measures);
    const edge = open[index] as number;
    const asked = this.#ask(cell, state, edge);
    if (!this.#measured(cell, asked)) return [];
    const openScores = measures[0]?.values as readonly number[];
    return this.#next(cell, state, this.#decide(cell, state, asked, { edge, open, openScores, edgeTie: tied.tie }));
  }

  #decisions = (cell: CellTemplate): CellDecisions => this.#context.model.decisions[cell.name] as CellDecisions;

  /** Which operation the edge gets; `none` is no candidate. */
  #ask(cell: CellTemplate, { distributions }: EdgeDistributions, edge: number): Asked {
    const { model, comparer } = this.#context;
    const none = noneColumn(cell, edge);
    const allowed = (cell.operations[edge] ?? []).flatMap((_, o) => (o === none ? [] : [o]));
    if (comparer !== undefined) {
      const mixture = model.mixture()[cell.name] as CellMixture;
      const rule = { by: "perturbation", criterion: "accuracy" } as const;
      return operationQuestion(model, cell, edge, { allowed, mixture, rule });
    }
    // The scores are q, so that the events show what was compared; q is ordered as α is.
    const row = cell.operations[edge]?.map((_, o) => distributions[edge]?.[allowed.indexOf(o)] ?? 0) ?? [];
    const mixture = { values: cell.edges.map((_, e) => (e === edge ? row : [])) };
    return operationQuestion(model, cell, edge, { allowed, mixture, rule: { by: "magnitude", criterion: "accuracy" } });
  }

  /** Counts a minibatch, where there is anything to measure; whether the results are complete. */
  #measured(cell: CellTemplate, { mixtures }: Asked): boolean {
    const { model, comparer } = this.#context;
    if (comparer === undefined) return true;
    this.#tally ??= Comparer.newTally(mixtures.length);
    return comparer.add(
      this.#tally,
      mixtures.map((own): Mixture => ({ ...model.mixture(), [cell.name]: own })),
    );
  }

  #decide(
    cell: CellTemplate,
    { distributions }: EdgeDistributions,
    asked: Asked,
    { edge, open, openScores, edgeTie }: ChosenEdge,
  ): SearchEvent[] {
    const { comparer, nextStep } = this.#context;
    const results =
      this.#tally === undefined || comparer === undefined ? nothingCompared : comparer.results(this.#tally);
    const decision = asked.decide(results, nextStep);
    if (decision.type !== "operation-decision") return [decision];
    const names = (e: number): string[] => (cell.operations[e] ?? []).filter((_, o) => o !== noneColumn(cell, e));
    const compared =
      comparer === undefined
        ? {
            edges: open,
            operations: open.map(names),
            scores: open.map((e) => (distributions[e] ?? []).map(toScore)),
            edgeScores: openScores.map(toScore),
          }
        : { edgeScores: [toScore(openScores[open.indexOf(edge)] as number)] };
    const tied = edgeTie === undefined ? {} : { edgeTie };
    return [{ ...decision, ...compared, ...tied }, ...this.#prune(cell, edge, nextStep + 1)];
  }

  /** A node that has all the inputs it may have loses the others (sgas §4.2c). */
  #prune(cell: CellTemplate, edge: number, step: number): TopologyDecision[] {
    const { chosen, dropped } = this.#decisions(cell);
    const node = cell.edges[edge]?.target as number;
    const edges = incomingEdges(cell, node);
    const kept = edges.filter((e) => chosen[e] !== null);
    const others = edges.filter((e) => chosen[e] === null && dropped[e] !== true);
    if (others.length === 0 || kept.length < keptEdges(this.#context.model.context.space.inDegree, edges.length)) {
      return [];
    }
    for (const e of others) dropped[e] = true;
    return [{ type: "topology-decision", proposal: 0, step, cell: cell.name, node, edges, scores: [], kept }];
  }

  /** Remembers the epoch's distributions and goes to the next kind of cell. */
  #next(
    cell: CellTemplate,
    { distributions }: EdgeDistributions,
    events: readonly SearchEvent[],
  ): readonly SearchEvent[] {
    const { history, remember } = this.#context;
    const past = [...(history[cell.name] ?? []), distributions.map((q) => [...q])];
    history[cell.name] = past.slice(Math.max(0, past.length - remember));
    this.#context.nextStep += events.length;
    this.#position++;
    this.#tally = undefined;
    return events;
  }

  save(): unknown {
    const tally = this.#tally === undefined ? null : structuredClone(this.#tally);
    return { position: this.#position, tally } satisfies Saved;
  }

  restore(saved: unknown): void {
    const { position, tally } = saved as Saved;
    this.#position = position;
    this.#tally = tally === null ? undefined : structuredClone(tally);
  }
}

/** The edge whose turn it is, among those that are open. */
interface ChosenEdge {
  readonly edge: number;
  readonly open: readonly number[];
  readonly openScores: readonly number[];
  readonly edgeTie: Tie | undefined;
}

/**
 * By what the open edges are compared: the criterion; where it is equal, which its normalization makes of the weakest edges,
 * their importance and their certainty as they are.
 */
function edgeMeasures(
  state: EdgeDistributions,
  cell: CellTemplate,
  open: readonly number[],
  { criterion, history }: GreedyContext,
): Measure[] {
  const largest = (name: string, values: readonly number[]): Measure => ({
    name,
    values: open.map((e) => values[e] as number),
    best: "max",
  });
  return [
    largest("score", edgeScores(state, criterion, history[cell.name] ?? [])),
    ...(state.importance === undefined ? [] : [largest("importance", state.importance)]),
    largest("certainty", state.distributions.map(certainty)),
  ];
}

const noneColumn = (cell: CellTemplate, edge: number): number => (cell.operations[edge] ?? []).indexOf("none");

/** From the present α of all edges, decided ones too, whose rows no longer move. */
function distributionsOf(model: SearchModel, cell: CellTemplate): EdgeDistributions {
  const weights = model.weights()[model.context.space.cells.indexOf(cell)] as Rows;
  return edgeDistributions(
    weights,
    cell.edges.map((_, e) => noneColumn(cell, e)),
  );
}
