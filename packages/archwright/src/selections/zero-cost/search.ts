/** Zero-cost selection as a search: N proposals from the supernet, then their validation. */
import { Generator, scope } from "@archwright/torch";
import { SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import type { Mixture } from "../../networks/mixture.ts";
import type { Scorer, ZeroCostProxy } from "../../proxies/proxy.ts";
import { derivedSeed, Random, type RandomState } from "../../random.ts";
import type { AnswerEvent, SearchEvent } from "../../search/events.ts";
import { toTensors } from "../../search/minibatch.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Search, SearchState } from "../../search/search.ts";
import { bestIndex } from "../../statistics/best.ts";
import { fromScore, type Score, toScore } from "../../statistics/score.ts";
import {
  newProposal,
  type ProposalRules,
  type ProposalState,
  proposalFinished,
  proposalStep,
  proposalSteps,
  proposedArchitecture,
} from "./proposal.ts";
import { ArchitectureValidation, type PoolEntry, type ValidationState } from "./validation.ts";

export interface ZeroCostOptions extends ProposalRules {
  readonly proxy: ZeroCostProxy;
  readonly proposals: number;
  readonly validationBatches: number;
  /** Images that a score is taken of: as many minibatches as the proxy compares. */
  readonly batchSize: number;
  /** Draw α anew for every proposal. */
  readonly redrawAlpha: boolean;
  /** Whether ReLUs of removed operations count as off for every image. */
  readonly countBlocked: boolean;
}

/** Everything that changes while the search runs, but for α. */
interface Progress {
  proposal: ProposalState;
  readonly pool: PoolEntry[];
  /** Sum of the scores of each validated entry; the last one may be under way. */
  readonly totals: number[];
  /** Minibatches that the entry under way has seen. */
  seen: number;
  answered: boolean;
}

/** The JSON half of a saved state. */
interface SavedJson {
  /** JSON has no number for infinite totals. */
  readonly progress: Omit<Progress, "totals"> & { readonly totals: readonly Score[] };
  readonly model: unknown;
  /** States of generators, base64. */
  readonly noise: string;
  readonly batches: BatchesState;
  readonly random: RandomState;
  readonly validation: ValidationState | undefined;
}

/** Minibatches that one unit of validation covers: a second or two of work. */
const VALIDATION_CHUNK = 5;

export class ZeroCostSearch implements Search {
  readonly #model: SearchModel;
  readonly #options: ZeroCostOptions;
  readonly #scorer: Scorer;
  readonly #noise: Generator;
  #batches: Batches;
  #random: Random;
  #base: Mixture;
  #progress: Progress;
  #validation: ArchitectureValidation | undefined;

  constructor(model: SearchModel, options: ZeroCostOptions) {
    const { space, seed } = model.context;
    this.#model = model;
    this.#options = options;
    this.#noise = new Generator(derivedSeed(seed, "zero-cost/noise"));
    this.#batches = this.#searchBatches();
    this.#random = Random.stream(seed, "zero-cost/order");
    this.#scorer = options.proxy.prepare(model.supernet, {
      random: this.#noise,
      countBlocked: options.countBlocked,
    });
    this.#base = model.mixture();
    this.#progress = { proposal: newProposal(space, 0), pool: [], totals: [], seen: 0, answered: false };
  }

  get progress(): Search["progress"] {
    const { proposals, validationBatches } = this.#options;
    const { proposal, pool, totals, seen } = this.#progress;
    const steps = proposalSteps(this.#model.context.space);
    const validating = proposal.index >= proposals;
    // A validation chunk takes about as long as a step; proposals that repeat earlier ones need none.
    const chunks = Math.ceil(validationBatches / VALIDATION_CHUNK);
    const expected = pool.length + Math.max(0, proposals - proposal.index);
    const validated = Math.max(0, totals.length - (seen > 0 ? 1 : 0)) * chunks + Math.ceil(seen / VALIDATION_CHUNK);
    return {
      done: proposal.index * steps + proposal.step + validated,
      total: proposals * steps + expected * chunks,
      label: validating
        ? `validating architecture ${Math.min(totals.length + (seen > 0 ? 0 : 1), pool.length)} of ${pool.length}`
        : `proposal ${proposal.index + 1} of ${proposals}`,
    };
  }

  get finished(): boolean {
    return this.#progress.answered;
  }

  step(): SearchEvent[] {
    const { proposal, pool, totals, seen } = this.#progress;
    if (proposal.index < this.#options.proposals) return this.#propose();
    if (totals.length < pool.length || seen > 0) return this.#validate();
    this.#progress.answered = true;
    return [this.#answer()];
  }

  save(): SearchState {
    const { tensors, json: model } = this.#model.save();
    return {
      tensors,
      json: {
        progress: { ...this.#progress, totals: this.#progress.totals.map(toScore) },
        model,
        noise: Buffer.from(this.#noise.save()).toString("base64"),
        batches: this.#batches.save(),
        random: this.#random.save(),
        validation: this.#validation?.save(),
      } satisfies SavedJson,
    };
  }

  restore({ tensors, json }: SearchState): void {
    const saved = json as SavedJson;
    this.#model.restore({ tensors, json: saved.model });
    this.#base = this.#model.mixture();
    this.#noise.restore(Buffer.from(saved.noise, "base64"));
    this.#batches = this.#searchBatches(saved.batches);
    this.#random = Random.restore(saved.random);
    this.#progress = { ...structuredClone(saved.progress), totals: saved.progress.totals.map(fromScore) };
    const { pool, totals } = this.#progress;
    this.#validation?.[Symbol.dispose]();
    this.#validation =
      saved.validation == null
        ? undefined
        : this.#newValidation(pool[totals.length - 1] as PoolEntry, saved.validation);
  }

  dispose(): void {
    this.#validation?.[Symbol.dispose]();
    this.#scorer[Symbol.dispose]();
  }

  /** One step of the current proposal, on a new minibatch of the first half of the training images. */
  #propose(): SearchEvent[] {
    const { space, device } = this.#model.context;
    const { proposal, pool } = this.#progress;
    if (proposal.step === 0 && proposal.index > 0 && this.#options.redrawAlpha) {
      this.#model.redrawAlpha();
      this.#base = this.#model.mixture();
    }
    const events = scope(() => {
      const batch = toTensors(this.#batches.next(), device);
      const evaluate = (mixtures: readonly Mixture[]): number[] => this.#scorer.score(batch, mixtures);
      return proposalStep(space, proposal, this.#base, this.#options, this.#oriented(evaluate), this.#random);
    });
    if (!proposalFinished(space, proposal)) return events;
    const cells = proposedArchitecture(space, proposal);
    const architecture = space.format(cells);
    if (!pool.some((entry) => entry.architecture === architecture)) {
      pool.push({ proposal: proposal.index, architecture, cells });
    }
    this.#progress.proposal = newProposal(space, proposal.index + 1);
    return [...events, { type: "proposal", proposal: proposal.index, architecture, cells }];
  }

  /** The selection's rules are stated for scores of which larger is better. */
  #oriented(evaluate: (mixtures: readonly Mixture[]) => number[]): typeof evaluate {
    if (this.#options.proxy.direction === "higher") return evaluate;
    return (mixtures) => evaluate(mixtures).map((score) => -score);
  }

  #validate(): SearchEvent[] {
    const { pool, totals, seen } = this.#progress;
    const { validationBatches, proxy } = this.#options;
    if (seen === 0) totals.push(0);
    const at = totals.length - 1;
    const entry = pool[at] as PoolEntry;
    this.#validation ??= this.#newValidation(entry);
    const sign = proxy.direction === "higher" ? 1 : -1;
    const end = Math.min(validationBatches, seen + VALIDATION_CHUNK);
    for (let i = seen; i < end; i++) totals[at] = (totals[at] as number) + sign * this.#validation.next();
    this.#progress.seen = end;
    if (end < validationBatches) return [];
    this.#progress.seen = 0;
    this.#validation[Symbol.dispose]();
    this.#validation = undefined;
    const { proposal, architecture } = entry;
    return [
      { type: "validation", proposal, architecture, batches: validationBatches, score: toScore(totals[at] as number) },
    ];
  }

  #answer(): AnswerEvent {
    const { pool, totals } = this.#progress;
    const { proposal, architecture, cells } = pool[bestIndex(totals, "max")] as PoolEntry;
    return { type: "answer", proposal, architecture, cells };
  }

  #newValidation(entry: PoolEntry, saved?: ValidationState): ArchitectureValidation {
    const { proxy, validationBatches: batches, batchSize } = this.#options;
    return new ArchitectureValidation(this.#model, entry, { proxy, batches, batchSize }, saved);
  }

  /** Minibatches of the first half of the training images. */
  #searchBatches(saved?: BatchesState): Batches {
    const { dataset, seed } = this.#model.context;
    const options: BatchesOptions = {
      batchSize: this.#options.batchSize,
      normalization: dataset,
      seed,
      name: "search",
      augmentation: SEARCH_AUGMENTATION,
      dropLast: true,
    };
    const { train } = this.#model.halves;
    return saved === undefined ? new Batches(train, options) : Batches.restore(train, options, saved);
  }
}
