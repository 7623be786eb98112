/** Endless shuffled batches that can be saved in mid-epoch, and batches in order for evaluation. */
import { ArchwrightError } from "../errors.ts";
import { Random, type RandomState } from "../random.ts";
import { type Augmentation, augmentBatch, NO_AUGMENTATION, normalizationTable } from "./augment.ts";
import type { ImageSet, Normalization } from "./dataset.ts";

export interface Batch {
  /** size×height×width×channels, normalised and augmented, channels-last. Owned by the caller. */
  readonly images: Float32Array;
  /** Class numbers, one per image. */
  readonly labels: Int32Array;
  /** Which images of the set these are. */
  readonly indices: Uint32Array;
  readonly size: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface BatchesOptions {
  readonly batchSize: number;
  readonly normalization: Normalization;
  /** The run's seed: a safe integer, at least 0. */
  readonly seed: number;
  /** Tells the batches of one run apart (`train`, `valid`): each name has random streams of its own. */
  readonly name: string;
  /** Name of the random streams, where that is to be another. Default: `name`. */
  readonly stream?: string;
  /** Default: normalisation only. */
  readonly augmentation?: Augmentation;
  /** A new order in every epoch. Default true; false takes the images by index. */
  readonly shuffle?: boolean;
  /** Leave out an epoch's last batch when it is not full. Default false. */
  readonly dropLast?: boolean;
  /**
   * Draw every batch anew from the whole set: without replacement in a batch, with replacement from batch to batch, as
   * code does that makes a new shuffled iterator at every step (darts §2). Default false.
   */
  readonly independent?: boolean;
  /**
   * Images that make an epoch. Default: the set's. Fewer: the first `epochImages` only. More: after the last image the
   * set begins again in another order, each repetition augmented afresh (Zero-Cost-PT validates on V·B images). No
   * batch holds an image twice.
   */
  readonly epochImages?: number;
}

/** Where the batches are, as plain JSON. The epoch's order is derived again from `order`, so this stays small. */
export interface BatchesState {
  readonly epoch: number;
  /** Images of this epoch that were handed out. */
  readonly position: number;
  /** The shuffle stream as it was when this epoch's order was drawn. */
  readonly order: RandomState;
  readonly augmentation: RandomState;
}

export class Batches {
  readonly set: ImageSet;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly #images: number;
  readonly #end: number;
  readonly #shuffle: boolean;
  readonly #independent: boolean;
  readonly #augmentation: Augmentation;
  readonly #table: Float32Array;
  #shuffleStream: Random;
  #augmentationStream: Random;
  #orderState: RandomState;
  #order: Uint32Array;
  #epoch = 0;
  #position = 0;

  /** Throws `ArchwrightError("data")` when the set (or `epochImages`) is smaller than one batch. */
  constructor(set: ImageSet, options: BatchesOptions) {
    const { batchSize, epochImages = set.count, dropLast = false, stream = options.name } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new ArchwrightError("usage", `the batch size must be a whole number of at least 1, not ${batchSize}`);
    }
    if (set.count === 0) throw new ArchwrightError("data", `there are no ${options.name} images`);
    const distinct = Math.min(epochImages, set.count);
    if (distinct < batchSize) {
      throw new ArchwrightError(
        "data",
        `a batch of ${batchSize} is more than the ${distinct} ${options.name} images there are; lower the batch size or add images`,
        { details: { batchSize, images: distinct } },
      );
    }
    this.set = set;
    this.batchSize = batchSize;
    this.batchesPerEpoch = dropLast ? Math.floor(epochImages / batchSize) : Math.ceil(epochImages / batchSize);
    this.#images = epochImages;
    this.#end = Math.min(epochImages, this.batchesPerEpoch * batchSize);
    this.#shuffle = options.shuffle ?? true;
    this.#independent = options.independent ?? false;
    this.#augmentation = options.augmentation ?? NO_AUGMENTATION;
    this.#table = tableFor(set, options.normalization);
    this.#shuffleStream = Random.stream(options.seed, `data/${stream}/shuffle`);
    this.#augmentationStream = Random.stream(options.seed, `data/${stream}/augmentation`);
    this.#orderState = this.#shuffleStream.save();
    this.#order = this.#drawOrder();
  }

  /** Batches that go on where {@link save} was called; `set` and `options` must be the ones they were made with. */
  static restore(set: ImageSet, options: BatchesOptions, state: BatchesState): Batches {
    const batches = new Batches(set, options);
    if (!Number.isInteger(state.position) || state.position < 0 || state.position > batches.#end) {
      throw new ArchwrightError(
        "run",
        `the saved position ${state.position} is not in an epoch of ${batches.#end} images; the data or the batch size changed since`,
      );
    }
    batches.#shuffleStream = Random.restore(state.order);
    batches.#orderState = state.order;
    batches.#order = batches.#drawOrder();
    batches.#augmentationStream = Random.restore(state.augmentation);
    batches.#epoch = state.epoch;
    batches.#position = state.position;
    return batches;
  }

  save(): BatchesState {
    return {
      epoch: this.#epoch,
      position: this.#position,
      order: this.#orderState,
      augmentation: this.#augmentationStream.save(),
    };
  }

  /** Epoch of the batch that {@link next} will return, from 0. */
  get epoch(): number {
    return this.#exhausted ? this.#epoch + 1 : this.#epoch;
  }

  /** Whether an order must be drawn before the next batch; an independent batch has one of its own. */
  get #exhausted(): boolean {
    return this.#position >= this.#end || (this.#independent && this.#position > 0);
  }

  /** The next batch; after an epoch's last one, the first of the next epoch. */
  next(): Batch {
    if (this.#exhausted) {
      this.#epoch++;
      this.#position = 0;
      this.#orderState = this.#shuffleStream.save();
      this.#order = this.#drawOrder();
    }
    const end = Math.min(this.#end, this.#position + this.batchSize);
    const indices = this.#order.slice(this.#position, end);
    this.#position = end;
    return makeBatch(this.set, indices, this.#table, this.#augmentation, this.#augmentationStream);
  }

  /** The images of one epoch in their order. */
  #drawOrder(): Uint32Array {
    const { count } = this.set;
    if (!this.#shuffle) return Uint32Array.from({ length: this.#images }, (_, i) => i % count);
    if (this.#images <= count) return this.#shuffleStream.permutation(this.#images);
    const order = new Uint32Array(this.#images);
    for (let start = 0; start < order.length; start += count) {
      const round = this.#shuffleStream.permutation(count);
      const begun = start % this.batchSize;
      parted(round, order.subarray(start - begun, start), this.batchSize - begun);
      order.set(round.subarray(0, order.length - start), start);
    }
    return order;
  }
}

/**
 * Moves what `begun`, the part of a batch that is filled, already holds out of the first `length` places of a permutation,
 * which fill the rest. There are places enough where the batch is no larger than the set.
 */
function parted(round: Uint32Array, begun: Uint32Array, length: number): void {
  const held = new Set(begun);
  let free = length;
  for (let i = 0; i < length; i++) {
    const image = round[i] as number;
    if (!held.has(image)) continue;
    while (held.has(round[free] as number)) free++;
    round[i] = round[free] as number;
    round[free++] = image;
  }
}

/** All images once, by index, normalised only; the last batch may be smaller. For evaluation. */
export function* inOrder(set: ImageSet, batchSize: number, normalization: Normalization): Generator<Batch> {
  const table = tableFor(set, normalization);
  const unused = Random.stream(0, "data/in-order"); // without augmentation nothing is drawn
  for (let start = 0; start < set.count; start += batchSize) {
    const length = Math.min(batchSize, set.count - start);
    const indices = Uint32Array.from({ length }, (_, i) => start + i);
    yield makeBatch(set, indices, table, NO_AUGMENTATION, unused);
  }
}

function tableFor(set: ImageSet, normalization: Normalization): Float32Array {
  if (normalization.mean.length !== set.channels || normalization.std.length !== set.channels) {
    throw new RangeError(`constants of ${normalization.mean.length} channels for images of ${set.channels}`);
  }
  return normalizationTable(normalization);
}

function makeBatch(
  set: ImageSet,
  indices: Uint32Array,
  table: Float32Array,
  augmentation: Augmentation,
  random: Random,
): Batch {
  const { height, width, channels } = set;
  const images = new Float32Array(indices.length * height * width * channels);
  augmentBatch(set, indices, table, augmentation, random, images);
  const labels = Int32Array.from(indices, (i) => set.labels[i] as number);
  return { images, labels, indices, size: indices.length, height, width, channels };
}
