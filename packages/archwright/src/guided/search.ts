/** A search that looks at one architecture a step, and answers with the fittest of all. */
import { ArchwrightError } from "../errors.ts";
import type { Fitness, ScoreRecord } from "../proxies/fitness.ts";
import { Random, type RandomState } from "../random.ts";
import type { AnswerEvent, CandidateEvent, SearchEvent } from "../search/events.ts";
import type { Search, SearchState } from "../search/search.ts";
import { type ArchitectureSpace, architectureCost, cellsOf, type ImageTask } from "../spaces/architecture-space.ts";
import { chooseOne } from "../statistics/best.ts";
import { fromScore, type Score, toScore } from "../statistics/score.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Limits } from "./limits.ts";
import { type Costs, type LeastCosts, leastOf, nothingSeen, nothingWithin, within } from "./limits.ts";
import type { History, Strategy } from "./strategy.ts";

/** So many architectures are measured in a row and found too slow before the search gives up. */
const MOST_SLOW = 200;

export interface GuidedSearchOptions<A> {
  readonly space: ArchitectureSpace<A>;
  /** What costs are counted for. */
  readonly task: ImageTask;
  readonly strategy: Strategy<A>;
  readonly fitness: Fitness;
  /** Freed with the search. */
  readonly evaluator: Evaluator<A>;
  readonly evaluations: number;
  readonly limits: Limits;
  readonly seed: number;
}

/** Plain JSON; everything else of the search follows from it. */
interface Json {
  readonly random: RandomState;
  readonly candidates: readonly CandidateEvent[];
  /** Proposals that were turned down since the last candidate, and how many of them were measured and too slow. */
  readonly tries: number;
  readonly slow: number;
  /** Milliseconds of every architecture that was measured, by its canonical text: a resumed run does not measure again. */
  readonly latencies: Readonly<Record<string, Score>>;
  readonly least: LeastCosts;
  readonly ended: boolean;
}

/** A proposal that is within the limits. */
interface Found<A> {
  readonly architecture: A;
  readonly parent?: number;
  readonly costs: Costs;
  readonly key: string;
}

export class GuidedSearch<A> implements Search {
  readonly #options: GuidedSearchOptions<A>;
  #random: Random;
  #candidates: CandidateEvent[] = [];
  #architectures: A[] = [];
  /** What was found out about each network, by its canonical text. */
  #known = new Map<string, Pick<CandidateEvent, "scores" | "note">>();
  #latencies = new Map<string, number>();
  #tries = 0;
  #slow = 0;
  #least = nothingSeen;
  #ended = false;
  /** Of the candidates there are, once it was asked for. */
  #fitness: readonly number[] | undefined;

  /** Throws `ArchwrightError("usage")` if no architecture is found that keeps the limits of size. */
  constructor(options: GuidedSearchOptions<A>) {
    this.#options = options;
    this.#random = Random.stream(options.seed, "guided/candidates");
    try {
      this.#requireOneWithin();
    } catch (error) {
      options.evaluator[Symbol.dispose]();
      throw error;
    }
  }

  get progress() {
    const done = this.#candidates.length;
    return { done, total: this.#ended ? done : this.#options.evaluations, label: "evaluating architectures" };
  }

  get finished(): boolean {
    return this.#ended;
  }

  /**
   * Evaluates the next candidate. Under a limit of latency a step may also end with an architecture that was measured and
   * found too slow, without an event.
   */
  step(): readonly SearchEvent[] {
    if (this.#ended) return [];
    const found = this.#find();
    if (found === "too slow") return [];
    if (found === undefined) {
      if (this.#candidates.length === 0) throw this.#nothingWithin(this.#tries, this.#least);
      this.#ended = true;
      return [this.#answer()];
    }
    const candidate = this.#evaluate(found);
    this.#append(candidate, found.architecture, found.key);
    [this.#tries, this.#slow] = [0, 0];
    this.#ended = this.#candidates.length >= this.#options.evaluations;
    return this.#ended ? [candidate, this.#answer()] : [candidate];
  }

  save(): SearchState {
    const json: Json = {
      random: this.#random.save(),
      candidates: [...this.#candidates],
      tries: this.#tries,
      slow: this.#slow,
      latencies: Object.fromEntries([...this.#latencies].map(([key, latency]) => [key, toScore(latency)])),
      least: this.#least,
      ended: this.#ended,
    };
    return { tensors: {}, json };
  }

  restore(state: SearchState): void {
    const { random, candidates, tries, slow, latencies, least, ended } = state.json as Json;
    const { space } = this.#options;
    this.#random = Random.restore(random);
    [this.#candidates, this.#architectures, this.#known] = [[], [], new Map()];
    for (const candidate of candidates) {
      const architecture = space.parse(candidate.architecture);
      this.#append(candidate, architecture, this.#keyOf(architecture));
    }
    this.#latencies = new Map(Object.entries(latencies).map(([key, latency]) => [key, fromScore(latency)]));
    [this.#tries, this.#slow, this.#least, this.#ended] = [tries, slow, least, ended];
    this.#fitness = undefined;
  }

  dispose(): void {
    this.#options.evaluator[Symbol.dispose]();
  }

  /** The next proposal within the limits; undefined where the strategy gives up. */
  #find(): Found<A> | "too slow" | undefined {
    const { strategy, limits } = this.#options;
    while (this.#slow < MOST_SLOW) {
      const proposal = strategy.propose(this.#history(), this.#tries, this.#random);
      if (proposal === undefined) return undefined;
      this.#tries++;
      const { architecture, ...origin } = this.#readBack(proposal);
      const costs = this.#costs(architecture);
      this.#least = leastOf(this.#least, costs);
      if (!within(limits, costs)) continue;
      if (this.#options.evaluator.holds?.(architecture) === false) continue;
      const key = this.#keyOf(architecture);
      if (strategy.distinct && this.#known.has(key)) continue;
      const found = { architecture, ...origin, key };
      if (typeof limits.maxLatency !== "number") return { ...found, costs };
      const recorded = this.#latencies.get(key);
      const latency = recorded ?? this.#measure(key, architecture);
      this.#least = leastOf(this.#least, { ...costs, latency });
      if (within(limits, { ...costs, latency })) return { ...found, costs: { ...costs, latency } };
      if (recorded !== undefined) continue;
      this.#slow++;
      return "too slow";
    }
    return undefined;
  }

  /** As a restored search has it: read from its text, which also makes sure that it is an architecture of the space. */
  #readBack<P extends { readonly architecture: A }>(proposal: P): P {
    const { space } = this.#options;
    return { ...proposal, architecture: space.parse(space.format(proposal.architecture)) };
  }

  #costs(architecture: A): Costs {
    const { space, task } = this.#options;
    const { parameters, macs } = architectureCost(space, architecture, task);
    return { parameters, macs };
  }

  /** Equal for architectures whose networks are the same. */
  #keyOf(architecture: A): string {
    const { space } = this.#options;
    return space.format(space.canonical?.(architecture) ?? architecture);
  }

  #measure(key: string, architecture: A): number {
    const latency = this.#options.evaluator.latency(architecture);
    this.#latencies.set(key, latency);
    return latency;
  }

  /** Scores of a network that was evaluated before are taken from then. */
  #evaluate({ architecture, parent, costs, key }: Found<A>): CandidateEvent {
    return {
      type: "candidate",
      index: this.#candidates.length,
      architecture: this.#options.space.format(architecture),
      ...costs,
      ...(this.#known.get(key) ?? this.#score(architecture)),
      ...(parent === undefined ? {} : { parent }),
    };
  }

  #score(architecture: A): Pick<CandidateEvent, "scores" | "note"> {
    const { scores, note } = this.#options.evaluator.score(architecture);
    const named = Object.fromEntries([...scores].map(([name, score]) => [name, toScore(score ?? Number.NaN)]));
    return { scores: named, ...(note === undefined ? {} : { note }) };
  }

  #append(candidate: CandidateEvent, architecture: A, key: string): void {
    const { scores, note } = candidate;
    this.#candidates.push(candidate);
    this.#architectures.push(architecture);
    this.#known.set(key, { scores, ...(note === undefined ? {} : { note }) });
    this.#fitness = undefined;
  }

  #history(): History<A> {
    const parents = this.#candidates.map(({ parent }) => parent);
    return { architectures: this.#architectures, parents, fitness: () => this.#fitnessNow() };
  }

  /** Of an aggregate, ranks over the whole history at every step (zero-cost-proxies §4.3). */
  #fitnessNow(): readonly number[] {
    this.#fitness ??= this.#options.fitness.values(this.#candidates.map(({ scores }): ScoreRecord => scores));
    return this.#fitness;
  }

  /** The fittest of the whole history; of equals that of the fewest multiply-adds, then of the fewest parameters, then the first. */
  #answer(): AnswerEvent {
    const { space, fitness } = this.#options;
    const { members } = fitness;
    const hasScore = ({ scores }: CandidateEvent): boolean =>
      members.some((name) => Number.isFinite(fromScore(scores[name] ?? "NaN")));
    if (!this.#candidates.some(hasScore)) {
      const why = this.#candidates.find(({ note }) => note !== undefined)?.note ?? "no score is a number";
      throw new ArchwrightError(
        "training",
        `none of the ${this.#candidates.length} architectures has a score by ${fitness.name} (${why}); choose another --set fitness=NAME`,
      );
    }
    const values = this.#fitnessNow();
    const distinct = this.#firstOfEach();
    const costs = (name: "macs" | "parameters"): number[] => distinct.map((i) => this.#candidates[i]?.[name] as number);
    const { index, tied } = chooseOne([
      { name: "fitness", values: distinct.map((i) => values[i] as number), best: "max" },
      { name: "multiply-adds", values: costs("macs"), best: "min" },
      { name: "parameters", values: costs("parameters"), best: "min" },
    ]);
    const best = distinct[index] as number;
    const cells = cellsOf(space, this.#architectures[best] as A);
    return {
      type: "answer",
      proposal: best,
      architecture: (this.#candidates[best] as CandidateEvent).architecture,
      ...(cells === undefined ? {} : { cells }),
      fitness: { name: fitness.name, value: toScore(values[best] as number) },
      ...tied,
    };
  }

  /** The first candidate of every network: evolution comes by some more than once, which is no tie. */
  #firstOfEach(): number[] {
    const first = new Map<string, number>();
    for (const [i, architecture] of this.#architectures.entries()) {
      const key = this.#keyOf(architecture);
      if (!first.has(key)) first.set(key, i);
    }
    return [...first.values()];
  }

  /** The draws of the first step, made without it, so that limits which nothing keeps are refused before a run begins. */
  #requireOneWithin(): void {
    const { strategy, limits } = this.#options;
    const random = Random.restore(this.#random.save());
    let least = nothingSeen;
    for (let tries = 0; ; tries++) {
      const proposal = strategy.propose(this.#history(), tries, random);
      if (proposal === undefined) throw this.#nothingWithin(tries, least);
      const costs = this.#costs(proposal.architecture);
      if (within(limits, costs)) return;
      least = leastOf(least, costs);
    }
  }

  #nothingWithin(tries: number, least: LeastCosts): ArchwrightError {
    const { space, task, limits } = this.#options;
    return nothingWithin(space.name, task, { limits, least, tries });
  }
}
