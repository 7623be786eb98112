/** Trains an autoencoder of graphs, epoch by epoch; resumable to the bit between any two minibatches. */
import {
  Adam,
  add,
  cosineSchedule,
  Generator,
  gradOrNull,
  mulScalar,
  type OptimizerJson,
  scope,
  type Tensor,
} from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { prefixed, unprefixed } from "../../search/state.ts";
import { addTo, meanOf, type Sums } from "../../training/statistics.ts";
import { type Autoencoder, graphPair } from "../autoencoder.ts";
import { exactShare } from "../evaluation/reconstruction.ts";
import type { LabelledGraph } from "../graphs/labelled-graph.ts";
import type { EmbeddingEpoch } from "./events.ts";
import { afterEpoch, type PlateauState } from "./plateau.ts";
import type { EmbeddingSettings } from "./settings.ts";

export interface EmbeddingInputs {
  /** It stays the caller's to free. */
  readonly model: Autoencoder;
  /** Nodes of the space's largest graph. */
  readonly mostNodes: number;
  readonly train: readonly LabelledGraph[];
  readonly heldOut: readonly LabelledGraph[];
  readonly settings: EmbeddingSettings;
  readonly seed: number;
}

/** As many of the held-out graphs are looked at after an epoch. */
const MOST_CHECKED = 256;

/** The JSON half of a saved trainer. */
interface SavedJson {
  readonly epoch: number;
  readonly step: number;
  readonly sums: Sums;
  readonly plateau: PlateauState;
  readonly optimizer: OptimizerJson;
  readonly noise: string;
}

export class EmbeddingTrainer implements Disposable {
  readonly #inputs: EmbeddingInputs;
  readonly #parameters: readonly Tensor[];
  readonly #optimizer: Adam;
  readonly #noise: Generator;
  #plateau: PlateauState;
  #epoch = 0;
  #step = 0;
  #sums: Sums = {};

  constructor(inputs: EmbeddingInputs) {
    const { model, settings, seed } = inputs;
    const { learningRate } = settings;
    const named = model.namedParameters();
    this.#inputs = inputs;
    this.#parameters = [...named.values()];
    this.#optimizer = new Adam(named, { learningRate });
    this.#noise = new Generator(Random.stream(seed, "embedding/noise").uint32());
    this.#plateau = { best: null, waited: 0, learningRate };
  }

  get #steps(): number {
    return Math.ceil(this.#inputs.train.length / this.#inputs.settings.batch);
  }

  get progress(): { readonly done: number; readonly total: number; readonly label: string } {
    const { epochs } = this.#inputs.settings;
    const label = this.finished ? "done" : `epoch ${this.#epoch + 1} of ${epochs}`;
    return { done: this.#epoch * this.#steps + this.#step, total: epochs * this.#steps, label };
  }

  get finished(): boolean {
    return this.#epoch >= this.#inputs.settings.epochs;
  }

  /** The next minibatch. Throws `ArchwrightError("training")` for a loss that is not finite. */
  step(): readonly EmbeddingEpoch[] {
    const { model, mostNodes, settings } = this.#inputs;
    const graphs = this.#minibatch();
    scope(() => {
      const { reconstruction, divergence } = model.loss(graphPair(graphs, mostNodes), this.#noise);
      const loss = add(reconstruction, mulScalar(divergence, settings.beta));
      this.#record("reconstruction", reconstruction.item(), graphs.length);
      this.#record("divergence", divergence.item() / graphs.length, graphs.length);
      const gradients = gradOrNull(loss, this.#parameters);
      this.#optimizer.learningRate = this.#rate(this.#epoch + this.#step / this.#steps);
      this.#optimizer.step(gradients);
    });
    this.#step++;
    return this.#step < this.#steps ? [] : [this.#endEpoch()];
  }

  /** Graphs of the epoch's own order, which follows from the seed. */
  #minibatch(): LabelledGraph[] {
    const { train, settings, seed } = this.#inputs;
    const order = Random.stream(seed, `embedding/order/${this.#epoch}`).permutation(train.length);
    const first = this.#step * settings.batch;
    return Array.from(order.subarray(first, first + settings.batch), (i) => train[i] as LabelledGraph);
  }

  #rate(epoch: number): number {
    const { schedule, learningRate, epochs } = this.#inputs.settings;
    if (schedule === "plateau") return this.#plateau.learningRate;
    return cosineSchedule({ initial: learningRate, epochs })(epoch);
  }

  #record(name: string, value: number, graphs: number): void {
    if (!Number.isFinite(value)) {
      throw new ArchwrightError(
        "training",
        `the ${name} loss became ${value} in epoch ${this.#epoch + 1}, step ${this.#step + 1}: the autoencoder diverged; lower --set learningRate (now ${this.#rate(this.#epoch)})`,
        { details: { epoch: this.#epoch, step: this.#step, value } },
      );
    }
    addTo(this.#sums, name, value, graphs);
  }

  #endEpoch(): EmbeddingEpoch {
    const { model, mostNodes, heldOut, settings } = this.#inputs;
    const reconstruction = meanOf(this.#sums, "reconstruction") as number;
    const divergence = meanOf(this.#sums, "divergence") as number;
    const event: EmbeddingEpoch = {
      type: "embedding-epoch",
      epoch: this.#epoch,
      learningRate: this.#rate(this.#epoch),
      reconstruction,
      divergence,
      ...(heldOut.length === 0 ? {} : { exact: exactShare(model, heldOut.slice(0, MOST_CHECKED), mostNodes) }),
    };
    this.#plateau = afterEpoch(this.#plateau, reconstruction + settings.beta * divergence, settings.patience);
    [this.#epoch, this.#step, this.#sums] = [this.#epoch + 1, 0, {}];
    return event;
  }

  /** The tensors belong to the trainer and its model; they are only read. */
  save(): { tensors: Record<string, Tensor>; json: unknown } {
    const optimizer = this.#optimizer.state();
    const json: SavedJson = {
      epoch: this.#epoch,
      step: this.#step,
      sums: structuredClone(this.#sums),
      plateau: this.#plateau,
      optimizer: optimizer.json,
      noise: Buffer.from(this.#noise.save()).toString("base64"),
    };
    const tensors = {
      ...prefixed("model.", this.#inputs.model.state()),
      ...prefixed("optimizer.", optimizer.tensors),
    };
    return { tensors, json };
  }

  restore({ tensors, json }: { tensors: Readonly<Record<string, Tensor>>; json: unknown }): void {
    const saved = json as SavedJson;
    this.#inputs.model.load(unprefixed("model.", tensors));
    this.#optimizer.restore({ tensors: unprefixed("optimizer.", tensors), json: saved.optimizer });
    this.#noise.restore(Buffer.from(saved.noise, "base64"));
    this.#plateau = saved.plateau;
    [this.#epoch, this.#step, this.#sums] = [saved.epoch, saved.step, structuredClone(saved.sums)];
  }

  [Symbol.dispose](): void {
    this.#optimizer.dispose();
  }
}
