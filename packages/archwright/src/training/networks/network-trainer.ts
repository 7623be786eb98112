/** Trains one network, epoch by epoch; resumable to the bit between any two steps. */
import {
  add,
  clipGradients,
  detachFromScope,
  Generator,
  gradOrNull,
  mulScalar,
  noGrad,
  type Optimizer,
  type OptimizerJson,
  type Schedule,
  scope,
  type Tensor,
  TorchError,
  tensor,
  to,
} from "@archwright/torch";
import type { ImageSet, Normalization } from "../../data/dataset.ts";
import { Batches, type BatchesOptions, type BatchesState } from "../../data/sampler.ts";
import { ArchwrightError } from "../../errors.ts";
import type { FinalNetwork } from "../../networks/final-network.ts";
import { derivedSeed } from "../../random.ts";
import { toTensors } from "../../search/minibatch.ts";
import { prefixed, unprefixed } from "../../search/state.ts";
import { addTo, meanOf, type Sums } from "../statistics.ts";
import { BestWeights } from "./best-weights.ts";
import type { Metrics, TrainedEpoch } from "./events.ts";
import { learningRate } from "./learning-rate.ts";
import { accuracyOf, balancedWeights, classificationLoss, type LossOptions } from "./loss.ts";
import { recipeOptimizer } from "./optimizer.ts";
import type { Recipe } from "./recipe.ts";

export interface TrainingInputs {
  /** With an auxiliary head where the recipe weighs one. It stays the caller's to free. */
  readonly network: FinalNetwork;
  readonly recipe: Recipe;
  readonly train: ImageSet;
  /** Images that choose the best weights. */
  readonly validation?: ImageSet | undefined;
  readonly normalization: Normalization;
  readonly classes: number;
  readonly seed: number;
  readonly device: string;
}

interface Position {
  epoch: number;
  /** Units of work done in the epoch: steps, then minibatches of the validation. */
  unit: number;
}

/** The JSON half of a saved trainer. */
interface SavedJson {
  readonly position: Position;
  readonly sums: Sums;
  readonly train: BatchesState;
  readonly validation: BatchesState | null;
  readonly optimizer: OptimizerJson;
  readonly random: string;
  readonly best: number | null;
}

export class NetworkTrainer implements Disposable {
  readonly #inputs: TrainingInputs;
  readonly #parameters: readonly Tensor[];
  readonly #optimizer: Optimizer;
  readonly #rate: Schedule;
  readonly #loss: LossOptions;
  readonly #random: Generator;
  readonly #best: BestWeights | undefined;
  #train: Batches;
  #validation: Batches | undefined;
  #position: Position = { epoch: 0, unit: 0 };
  #sums: Sums = {};

  /** Throws `ArchwrightError("data")` if there are fewer images than a minibatch has. */
  constructor(inputs: TrainingInputs) {
    const { network, recipe, train, validation, classes, seed, device } = inputs;
    this.#inputs = inputs;
    const named = network.namedParameters();
    this.#parameters = [...named.values()];
    this.#optimizer = recipeOptimizer(named, recipe.optimizer);
    this.#rate = learningRate(recipe);
    this.#random = new Generator(derivedSeed(seed, "network training/dropped"));
    this.#train = new Batches(train, this.#trainOptions());
    this.#validation = validation && new Batches(validation, this.#validationOptions(validation));
    this.#best = validation && new BestWeights(network);
    const weights = recipe.classWeights === "balanced" ? balancedWeights(train, classes) : undefined;
    this.#loss = {
      labelSmoothing: recipe.labelSmoothing,
      classWeights: weights && detachFromScope(scope(() => to(tensor(weights), { device }))),
    };
  }

  #trainOptions(): BatchesOptions {
    const { recipe, train, normalization, seed } = this.#inputs;
    // Batch norm has no variance over a single image's values in the auxiliary head.
    const lonely = train.count % recipe.batch === 1;
    return {
      batchSize: recipe.batch,
      normalization,
      seed,
      name: "training",
      stream: "network/train",
      augmentation: recipe.augmentation,
      dropLast: recipe.dropLast || lonely,
    };
  }

  #validationOptions(validation: ImageSet): BatchesOptions {
    const { recipe, normalization, seed } = this.#inputs;
    return {
      batchSize: Math.min(recipe.batch, validation.count),
      normalization,
      seed,
      name: "validation",
      stream: "network/validation",
      shuffle: false,
    };
  }

  get #steps(): number {
    return this.#train.batchesPerEpoch;
  }

  get #units(): number {
    return this.#steps + (this.#validation?.batchesPerEpoch ?? 0);
  }

  get progress(): { readonly done: number; readonly total: number; readonly label: string } {
    const { epoch, unit } = this.#position;
    const { epochs } = this.#inputs.recipe;
    const label = this.finished ? "done" : `epoch ${epoch + 1} of ${epochs}`;
    return { done: epoch * this.#units + unit, total: epochs * this.#units, label };
  }

  get finished(): boolean {
    return this.#position.epoch >= this.#inputs.recipe.epochs;
  }

  get epochsDone(): number {
    return this.#position.epoch;
  }

  /** Weights of the epoch with the highest validation accuracy so far, the first of equals; absent without validation. */
  get best(): Readonly<Record<string, Tensor>> | undefined {
    return this.#best?.weights;
  }

  /** The next minibatch. Throws `ArchwrightError("training")` for a loss that is not finite, or too little memory. */
  step(): readonly TrainedEpoch[] {
    try {
      if (this.#position.unit < this.#steps) this.#trainingStep();
      else this.#validationStep();
    } catch (cause) {
      throw cause instanceof TorchError && cause.code === "memory" ? tooLarge(this.#inputs.recipe, cause) : cause;
    }
    this.#position.unit++;
    return this.#position.unit < this.#units ? [] : [this.#endEpoch()];
  }

  get #dropPath(): number {
    const { dropPath, epochs } = this.#inputs.recipe;
    return (dropPath * this.#position.epoch) / epochs;
  }

  /** Epochs so far: whole ones unless the rate changes at every step. */
  get #time(): number {
    const { epoch, unit } = this.#position;
    return this.#inputs.recipe.schedule.every === "epoch" ? epoch : epoch + unit / this.#steps;
  }

  #trainingStep(): void {
    const { network, recipe, device } = this.#inputs;
    scope(() => {
      const { images, labels } = toTensors(this.#train.next(), device);
      const context = {
        mode: "train",
        random: this.#random,
        dropPath: this.#dropPath,
        dropout: recipe.dropout,
      } as const;
      const { logits, auxiliary } = network.forward(images, context);
      const own = classificationLoss(logits, labels, this.#loss);
      const loss =
        auxiliary === undefined
          ? own
          : add(own, mulScalar(classificationLoss(auxiliary, labels, this.#loss), recipe.auxiliary));
      this.#record("train", own.item(), accuracyOf(logits, labels), labels.size);
      const gradients = gradOrNull(loss, this.#parameters);
      const clipped = clipGradients(gradients, recipe.clip ?? Number.MAX_VALUE);
      if (!Number.isFinite(clipped.norm)) throw this.#diverged(clipped.norm);
      addTo(this.#sums, "norm", clipped.norm);
      this.#optimizer.learningRate = this.#rate(this.#time);
      this.#optimizer.step(clipped.gradients);
    });
  }

  #validationStep(): void {
    const { network, device } = this.#inputs;
    noGrad(() =>
      scope(() => {
        const { images, labels } = toTensors((this.#validation as Batches).next(), device);
        const { logits } = network.forward(images, { mode: "eval", random: this.#random });
        const loss = classificationLoss(logits, labels, { labelSmoothing: 0 }).item();
        this.#record("validation", loss, accuracyOf(logits, labels), labels.size);
      }),
    );
  }

  #record(half: "train" | "validation", loss: number, accuracy: number, images: number): void {
    if (!Number.isFinite(loss)) throw this.#diverged(loss);
    addTo(this.#sums, `${half}.loss`, loss, images);
    addTo(this.#sums, `${half}.accuracy`, accuracy, images);
  }

  #endEpoch(): TrainedEpoch {
    const { epoch } = this.#position;
    const validation = this.#metrics("validation");
    const best = validation !== undefined && (this.#best as BestWeights).offer(validation.accuracy);
    const event: TrainedEpoch = {
      type: "trained-epoch",
      epoch,
      learningRate: this.#optimizer.learningRate,
      dropPath: this.#dropPath,
      train: this.#metrics("train") as Metrics,
      ...(validation === undefined ? {} : { validation }),
      gradientNorm: meanOf(this.#sums, "norm") ?? 0,
      best,
    };
    this.#position = { epoch: epoch + 1, unit: 0 };
    this.#sums = {};
    return event;
  }

  #metrics(half: "train" | "validation"): Metrics | undefined {
    const loss = meanOf(this.#sums, `${half}.loss`);
    const accuracy = meanOf(this.#sums, `${half}.accuracy`);
    return loss === undefined || accuracy === undefined ? undefined : { loss, accuracy };
  }

  #diverged(value: number): ArchwrightError {
    const { epoch, unit } = this.#position;
    const rate = this.#rate(this.#time);
    return new ArchwrightError(
      "training",
      `the loss or its gradient became ${value} in epoch ${epoch + 1}, step ${unit + 1}: the network diverged; lower --set optimizer.learningRate (now ${rate.toPrecision(3)}), or set clip (now ${this.#inputs.recipe.clip})`,
      { details: { epoch, step: unit, value } },
    );
  }

  /** The tensors belong to the trainer and its network; they are only read. */
  save(): { tensors: Record<string, Tensor>; json: unknown } {
    const optimizer = this.#optimizer.state();
    const json: SavedJson = {
      position: { ...this.#position },
      sums: structuredClone(this.#sums),
      train: this.#train.save(),
      validation: this.#validation?.save() ?? null,
      optimizer: optimizer.json,
      random: Buffer.from(this.#random.save()).toString("base64"),
      best: this.#best?.accuracy ?? null,
    };
    const tensors = {
      ...prefixed("network.", this.#inputs.network.state()),
      ...prefixed("optimizer.", optimizer.tensors),
      ...prefixed("best.", this.#best?.weights ?? {}),
    };
    return { tensors, json };
  }

  restore({ tensors, json }: { tensors: Readonly<Record<string, Tensor>>; json: unknown }): void {
    const saved = json as SavedJson;
    const { network, train, validation } = this.#inputs;
    network.load(unprefixed("network.", tensors));
    this.#optimizer.restore({ tensors: unprefixed("optimizer.", tensors), json: saved.optimizer });
    this.#random.restore(Buffer.from(saved.random, "base64"));
    this.#train = Batches.restore(train, this.#trainOptions(), saved.train);
    if (validation !== undefined && saved.validation !== null) {
      this.#validation = Batches.restore(validation, this.#validationOptions(validation), saved.validation);
    }
    if (saved.best !== null) this.#best?.restore(unprefixed("best.", tensors), saved.best);
    this.#position = { ...saved.position };
    this.#sums = structuredClone(saved.sums);
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#best?.dispose();
    this.#loss.classWeights?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

const tooLarge = ({ batch }: Recipe, cause: TorchError): ArchwrightError =>
  new ArchwrightError("training", `${cause.message}; lower --set batch (now ${batch}), network.channels or imageSize`, {
    cause,
  });
