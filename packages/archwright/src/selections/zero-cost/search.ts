/** Zero-cost selection as a search: N proposals from the supernet, then their validation. */
import { Generator, scope } from "@archwright/torch";
import { SEARCH_AUGMENTATION } from "../../data/augment.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import type { Mixture } from "../../networks/mixture.ts";
import type { Scorer, ZeroCostProxy } from "../../proxies/proxy.ts";
import { derivedSeed, Random, type RandomState } from "../../random.ts";
import type { SearchEvent, ValidationEvent } from "../../search/events.ts";
import { toTensors } from "../../search/minibatch.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Search, SearchState } from "../../search/search.ts";
import { chooseOne } from "../../statistics/best.ts";
import { fromScore, type Score, toScore } from "../../statistics/score.ts";
import { newProposal, proposalFinished, proposalStep, proposalSteps, proposedArchitecture } from "./proposal.ts";
import { type Evaluate, type ProposalRules, type ProposalState, skippedIn } from "./turn.ts";
import {
  ArchitectureValidation,
  type PoolEntry,
  tellsApart,
  type ValidationState,
  validationTotals,
} from "./validation.ts";

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
  /** How many proposals each entry of the pool stands for. */
  readonly times: number[];
  /** Scores of each validated entry on the minibatches it has seen, larger is better; the last one may be under way. */
  readonly scores: Score[][];
  answered: boolean;
}

/** The JSON half of a saved state. */
interface SavedJson {
  readonly progress: Progress;
  readonly model: unknown;
  /** States of generators, base64. */
  readonly noise: string;
  readonly batches: BatchesState;
  readonly random: RandomState;
  readonly validation: ValidationState | undefined;
}

/** So many minibatches in a row that tell nothing apart are passed over in a step. */
const MOST_SKIPPED = 4;

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
      about: { space: model.context.space.name },
      random: this.#noise,
      countBlocked: options.countBlocked,
    });
    this.#base = model.mixture();
    this.#progress = { proposal: newProposal(space, 0), pool: [], times: [], scores: [], answered: false };
  }

  get progress(): Search["progress"] {
    const { proposals, validationBatches } = this.#options;
    const { proposal, pool, scores } = this.#progress;
    const steps = proposalSteps(this.#model.context.space);
    const validating = proposal.index >= proposals;
    // A validation chunk takes about as long as a step; proposals that repeat earlier ones need none.
    const chunks = Math.ceil(validationBatches / VALIDATION_CHUNK);
    const expected = pool.length + Math.max(0, proposals - proposal.index);
    const validated = scores.reduce((done, { length }) => done + Math.ceil(length / VALIDATION_CHUNK), 0);
    return {
      done: proposal.index * steps + proposal.step + validated,
      total: proposals * steps + expected * chunks,
      label: validating
        ? `validating architecture ${Math.min(this.#validated + 1, pool.length)} of ${pool.length}`
        : `proposal ${proposal.index + 1} of ${proposals}`,
    };
  }

  get finished(): boolean {
    return this.#progress.answered;
  }

  step(): SearchEvent[] {
    const { proposal, pool } = this.#progress;
    if (proposal.index < this.#options.proposals) return this.#propose();
    if (this.#validated < pool.length) return this.#validate();
    this.#progress.answered = true;
    return this.#answer();
  }

  save(): SearchState {
    const { tensors, json: model } = this.#model.save();
    return {
      tensors,
      json: {
        progress: structuredClone(this.#progress),
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
    this.#progress = structuredClone(saved.progress);
    const { pool, scores } = this.#progress;
    this.#validation?.[Symbol.dispose]();
    this.#validation =
      saved.validation == null
        ? undefined
        : this.#newValidation(pool[scores.length - 1] as PoolEntry, saved.validation);
  }

  dispose(): void {
    this.#validation?.[Symbol.dispose]();
    this.#scorer[Symbol.dispose]();
  }

  /** One step of the current proposal, on a new minibatch of the first half of the training images. */
  #propose(): SearchEvent[] {
    const { space } = this.#model.context;
    const { proposal, pool, times } = this.#progress;
    if (proposal.step === 0 && proposal.index > 0 && this.#options.redrawAlpha) {
      this.#model.redrawAlpha();
      this.#base = this.#model.mixture();
    }
    const events = proposalStep(space, proposal, this.#base, this.#options, this.#evaluation(), this.#random);
    if (!proposalFinished(space, proposal)) return events;
    const cells = proposedArchitecture(space, proposal);
    const architecture = space.format(cells);
    const known = pool.findIndex((entry) => entry.architecture === architecture);
    if (known < 0) {
      pool.push({ proposal: proposal.index, architecture, cells });
      times.push(1);
    } else times[known] = (times[known] as number) + 1;
    this.#progress.proposal = newProposal(space, proposal.index + 1);
    return [...events, { type: "proposal", proposal: proposal.index, architecture, cells }];
  }

  /**
   * Scores of which larger is better, as the selection's rules are stated, on the step's minibatch; on the next one where
   * it tells no two mixtures apart.
   */
  #evaluation(): Evaluate {
    const { device } = this.#model.context;
    const sign = this.#options.proxy.direction === "higher" ? 1 : -1;
    let images = this.#batches.next();
    return (mixtures) => {
      for (let skipped = 0; ; skipped++) {
        const scores = scope(() => this.#scorer.score(toTensors(images, device), mixtures)).map(
          (score) => sign * score,
        );
        if (tellsApart(scores) || skipped === MOST_SKIPPED) return { scores, skipped };
        images = this.#batches.next();
      }
    };
  }

  /** The next minibatches of the validation under way. What they come to is known when all proposals have seen them. */
  #validate(): SearchEvent[] {
    const { pool, scores } = this.#progress;
    const { validationBatches, proxy } = this.#options;
    const own = this.#validated < scores.length ? (scores[this.#validated] as Score[]) : [];
    if (own.length === 0) scores.push(own);
    const entry = pool[scores.length - 1] as PoolEntry;
    this.#validation ??= this.#newValidation(entry);
    const sign = proxy.direction === "higher" ? 1 : -1;
    const end = Math.min(validationBatches, own.length + VALIDATION_CHUNK);
    while (own.length < end) own.push(toScore(sign * this.#validation.next()));
    if (end < validationBatches) return [];
    this.#validation[Symbol.dispose]();
    this.#validation = undefined;
    return [];
  }

  /** Proposals that have seen all minibatches of the validation. */
  get #validated(): number {
    const { scores } = this.#progress;
    return scores.filter(({ length }) => length === this.#options.validationBatches).length;
  }

  #answer(): SearchEvent[] {
    const { pool, scores, times } = this.#progress;
    const { counted, skipped, totals } = validationTotals(scores.map((row) => row.map(fromScore)));
    const validations = pool.map(
      ({ proposal, architecture }, i): ValidationEvent => ({
        type: "validation",
        proposal,
        architecture,
        batches: counted,
        ...skippedIn(skipped),
        score: toScore(totals[i] as number),
      }),
    );
    const { index, tied } = chooseOne([
      { name: "validation score", values: totals, best: "max" },
      { name: "number of proposals", values: times, best: "max" },
    ]);
    const { proposal, architecture, cells } = pool[index] as PoolEntry;
    return [...validations, { type: "answer", proposal, architecture, cells, ...tied }];
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
