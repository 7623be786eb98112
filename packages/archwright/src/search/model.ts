/** What the parts of a search work on: the supernet, its architecture parameters, and the images. */
import { copy_, Generator, noGrad, scope, type Tensor } from "@archwright/torch";
import type { ImageSet } from "../data/dataset.ts";
import { spread } from "../data/order.ts";
import { type Split, splitOf } from "../data/split.ts";
import { ArchwrightError } from "../errors.ts";
import type { Mixture } from "../networks/mixture.ts";
import { type Network, supernet } from "../networks/network.ts";
import { type Carry, widen } from "../networks/widening.ts";
import { derivedSeed, Random } from "../random.ts";
import type { SearchContext } from "./context.ts";
import { type CellDecisions, decidedMixture, isDecided, undecided } from "./decisions.ts";
import type { Settings } from "./part.ts";
import type { ArchitectureParameters, Relaxation, Rows } from "./relaxation.ts";
import type { SearchState } from "./search.ts";
import { prefixed, unprefixed } from "./state.ts";

/** The JSON half of a saved model. */
interface SavedJson {
  /** State of the generator of α's initial values, base64. */
  readonly random: string;
  readonly decisions: Record<string, CellDecisions>;
  readonly relaxation: unknown;
  /** k of the partial channels that the supernet now has. */
  readonly partial: number;
}

export interface SearchModelOptions {
  /** Of the relaxation; they fit its schema. @default {} */
  readonly settings?: Settings;
  /** Whether weights and α move on a half each, or both on all training images. @default "halves" */
  readonly split?: Split;
}

export class SearchModel implements Disposable {
  readonly context: SearchContext;
  /** The training images in an order that holds every class in proportion wherever it is cut. */
  readonly images: ImageSet;
  /** What the weights move on, and what α does: their first and second half (space-darts §6), or both times all of them. */
  readonly halves: { readonly train: ImageSet; readonly valid: ImageSet };
  readonly alpha: ArchitectureParameters;
  /** What a selection has decided while the supernet is still in training, by cell template. */
  decisions: Record<string, CellDecisions>;
  readonly #random: Generator;
  #supernet: Network;
  #partial: number;

  constructor(
    context: SearchContext,
    relaxation: Relaxation,
    { settings = {}, split = "halves" }: SearchModelOptions = {},
  ) {
    const { space, dataset, seed, device } = context;
    this.context = context;
    this.images = spread(dataset.train, seed);
    this.halves = splitOf({ ...dataset, train: this.images }, split);
    this.#partial = space.sizes.search.partial ?? 1;
    this.#supernet = this.#newSupernet(this.#partial);
    this.decisions = Object.fromEntries(space.cells.map((cell) => [cell.name, undecided(cell)]));
    this.#random = new Generator(derivedSeed(seed, "alpha"));
    try {
      this.alpha = relaxation.create({ space, random: this.#random, device }, settings);
    } catch (error) {
      this.#supernet.dispose();
      throw error;
    }
  }

  /** Another object once {@link widen} was called, or a state from after that was restored. */
  get supernet(): Network {
    return this.#supernet;
  }

  #newSupernet(partial: number): Network {
    const { space, dataset, seed, device } = this.context;
    const size = { ...space.sizes.search, partial };
    return supernet(space, { classes: dataset.classes.length, seed: derivedSeed(seed, "supernet"), size, device });
  }

  /**
   * Puts a supernet in place of the present one whose operations see more channels, copied at random from those they saw.
   *
   * - `partial`: k of the new one, less than that of the present.
   * - `keep`: runs before the old supernet is freed, with how a tensor of its parameters' shapes is carried over.
   */
  widen(partial: number, keep: (carry: Carry) => void): void {
    const narrow = this.#supernet;
    const wide = this.#newSupernet(partial);
    const carry = widen(narrow, wide, Random.stream(this.context.seed, `supernet/widen/${partial}`));
    [this.#supernet, this.#partial] = [wide, partial];
    keep(carry);
    narrow.dispose();
  }

  /** Takes operations out of the supernet for good: [edges][operations] of a cell, true where one goes. */
  remove(cell: string, removed: readonly (readonly boolean[])[]): void {
    const decisions = this.decisions[cell] as CellDecisions;
    const before = decisions.removed;
    decisions.removed = removed.map((row, e) => row.map((own, o) => own || before?.[e]?.[o] === true));
    this.#restrict();
  }

  #restrict(): void {
    const { cells } = this.context.space;
    if (cells.every(({ name }) => this.decisions[name]?.removed === undefined)) return;
    const left = cells.map(({ name, operations }) =>
      operations.map((row, e) => row.map((_, o) => this.decisions[name]?.removed?.[e]?.[o] !== true)),
    );
    this.alpha.restrict?.(left);
  }

  /** Draws α anew, continuing its generator. The tensors stay the same objects. */
  redrawAlpha(): void {
    this.alpha.redraw(this.#random);
  }

  /** Mixing weights of the present α, as numbers; decided edges one-hot. */
  mixture(): Mixture {
    return this.#decided(this.weights());
  }

  /** What magnitude looks at: the mixing weights, where the relaxation has nothing else. Decided edges one-hot. */
  ranking(): Mixture {
    return this.#decided(this.alpha.ranking?.() ?? this.weights());
  }

  /** Mixing weights of the present α as numbers, of each kind of cell, whatever is decided. */
  weights(): Rows[] {
    return noGrad(() => scope(() => this.alpha.weights().map(rows)));
  }

  #decided(weights: readonly Rows[]): Mixture {
    const { cells } = this.context.space;
    const own = cells.map(({ name }, i) => {
      const values = weights[i] as Rows;
      return [name, decidedMixture({ values }, this.decisions[name] as CellDecisions)] as const;
    });
    return Object.fromEntries(own);
  }

  /** Names of the parameters whose edges are all decided: they do not move any more. */
  settled(): ReadonlySet<string> {
    const decided = this.alpha.parameters.filter(({ cell, edges }) =>
      edges.every((e) => isDecided(this.decisions[cell] as CellDecisions, e)),
    );
    return new Set(decided.map(({ name }) => name));
  }

  /** α, the state of its relaxation, and the decisions. The tensors are the model's own. */
  save(): SearchState {
    const relaxation = this.alpha.state?.save();
    const json: SavedJson = {
      random: Buffer.from(this.#random.save()).toString("base64"),
      decisions: structuredClone(this.decisions),
      relaxation: relaxation?.json ?? null,
      partial: this.#partial,
    };
    const parameters = this.alpha.parameters.map(({ name, tensor }) => [`alpha.${name}`, tensor]);
    return {
      tensors: { ...Object.fromEntries(parameters), ...prefixed("relaxation.", relaxation?.tensors ?? {}) },
      json,
    };
  }

  restore({ tensors, json }: SearchState): void {
    const { random, decisions, relaxation, partial } = json as SavedJson;
    if (partial !== this.#partial) {
      this.#supernet.dispose();
      [this.#supernet, this.#partial] = [this.#newSupernet(partial), partial];
    }
    for (const { name, tensor } of this.alpha.parameters)
      this.#restoreParameter(name, tensor, tensors[`alpha.${name}`]);
    this.alpha.state?.restore({ tensors: unprefixed("relaxation.", tensors), json: relaxation });
    this.decisions = structuredClone(decisions);
    this.#restrict();
    this.#random.restore(Buffer.from(random, "base64"));
  }

  #restoreParameter(name: string, present: Tensor, saved: Tensor | undefined): void {
    if (saved === undefined || `${saved.shape}` !== `${present.shape}`) {
      throw new ArchwrightError(
        "run",
        `the saved state is not of ${this.context.space.name} with this relaxation: α of ${name} has ${present.shape.join("×")} numbers, in the state ${saved === undefined ? "there is none" : saved.shape.join("×")}`,
      );
    }
    noGrad(() => copy_(present, saved));
  }

  dispose(): void {
    this.supernet.dispose();
    this.alpha[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The rows of a matrix as numbers. */
export function rows(matrix: Tensor): number[][] {
  const [count = 0, width = 0] = matrix.shape;
  const values = matrix.toArray();
  return Array.from({ length: count }, (_, e) => values.slice(e * width, (e + 1) * width));
}
