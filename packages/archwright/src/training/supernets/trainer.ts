/** Trains a supernet: the alternation of weight steps and architecture steps, epoch by epoch, resumable between steps. */
import {
  cat,
  clipGradients,
  flatten,
  Generator,
  noGrad,
  type Optimizer,
  type OptimizerJson,
  type OptimizerState,
  SGD,
  scope,
  type Tensor,
  TorchError,
  zerosLike,
} from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import type { ProxyBatch } from "../../proxies/proxy.ts";
import { derivedSeed } from "../../random.ts";
import { toTensors } from "../../search/minibatch.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Moment } from "../../search/moment.ts";
import type { Occasion } from "../../search/relaxation.ts";
import { prefixed, unprefixed } from "../../search/state.ts";
import { addTo, type Sums } from "../statistics.ts";
import { norm } from "../vectors.ts";
import type { Gradients } from "./bilevel-problem.ts";
import type { GradientRules, ReportedGradients, WeightOptimizer } from "./gradient-rules.ts";
import { Halves, type HalvesState } from "./halves.ts";
import { batchSize, type TrainingSettings } from "./settings.ts";
import { SupernetProblem } from "./supernet-problem.ts";
import type { EpochPlan, Task } from "./training-plan.ts";

/** The JSON half of a saved trainer. */
interface SavedJson {
  readonly plan: EpochPlan | null;
  readonly step: number;
  readonly sums: Sums;
  readonly halves: HalvesState | null;
  readonly weightOptimizer: OptimizerJson;
  /** Absent where α stays as it is. */
  readonly alphaOptimizer: OptimizerJson | null;
  readonly rules: unknown;
  readonly noise: string;
  readonly random: string;
  readonly draws: string;
}

export class Trainer implements Disposable {
  readonly settings: TrainingSettings;
  readonly problem: SupernetProblem;
  readonly #model: SearchModel;
  readonly #rules: GradientRules;
  readonly #noise: Generator;
  readonly #random: Generator;
  readonly #draws: Generator;
  #parameters: ReadonlyMap<string, Tensor>;
  #weightOptimizer: SGD;
  readonly #alphaOptimizer: Optimizer | undefined;
  #halves: Halves | undefined;
  #plan: EpochPlan | undefined;
  #step = 0;
  #sums: Sums = {};

  /** Throws `ArchwrightError("data")` if a half has fewer images than a minibatch. */
  constructor(model: SearchModel, rules: GradientRules, settings: TrainingSettings) {
    const { seed } = model.context;
    this.#model = model;
    this.#rules = rules;
    this.settings = settings;
    this.#noise = new Generator(derivedSeed(seed, "training/noise"));
    this.#random = new Generator(derivedSeed(seed, "training/perturbation"));
    this.#draws = new Generator(derivedSeed(seed, "training/draws"));
    this.problem = new SupernetProblem(model, this.#noise, settings.noise === "common");
    this.#halves = this.#newHalves();
    this.#parameters = model.supernet.namedParameters();
    this.#weightOptimizer = this.#newWeightOptimizer();
    const { parameters } = model.alpha;
    if (rules.architectureGradient !== undefined) for (const { tensor } of parameters) tensor.requiresGrad = true;
    this.#alphaOptimizer = rules.architectureOptimizer?.(parameters);
  }

  /** Whether the update moves α, in steps or between epochs. */
  get movesAlpha(): boolean {
    return this.#rules.architectureGradient !== undefined || this.#rules.before !== undefined;
  }

  /** Whether there are images that were held back, and whether they are to be looked at after every epoch. */
  get #evaluates(): boolean {
    return this.settings.evaluate && this.settings.split === "halves";
  }

  /** The epoch under way. */
  get plan(): EpochPlan | undefined {
    return this.#plan;
  }

  /** Means of the epoch so far. */
  get sums(): Readonly<Sums> {
    return this.#sums;
  }

  get epochFinished(): boolean {
    return this.#plan === undefined || this.#step >= this.stepsOf(this.#plan.batch);
  }

  /** Units of work done in this epoch. */
  get stepsDone(): number {
    return this.#step;
  }

  /** Units of work in an epoch: steps of α, and minibatches of the evaluation after it. */
  stepsOf(batch: number): number {
    const { train, valid } = this.#model.halves;
    return this.#trainingSteps(train.count, batch) + (this.#evaluates ? Math.ceil(valid.count / batch) : 0);
  }

  /** Steps of α in an epoch. */
  #trainingSteps(images: number, batch: number): number {
    const { innerSteps, epochOf } = this.#rules;
    const steps = this.#countedSteps(images, batch);
    return epochOf === "weights" ? Math.ceil(steps / innerSteps) : steps;
  }

  #countedSteps(images: number, batch: number): number {
    const { stepsPerEpoch } = this.settings;
    return stepsPerEpoch === "auto" ? Math.ceil(images / batch) : stepsPerEpoch;
  }

  /** Steps of w that go with the present step of α. */
  #innerSteps({ batch }: EpochPlan): number {
    const { innerSteps, epochOf } = this.#rules;
    if (epochOf !== "weights") return innerSteps;
    return Math.min(innerSteps, this.#countedSteps(this.#model.halves.train.count, batch) - innerSteps * this.#step);
  }

  /** Begins an epoch, which goes on with the minibatches of the last one if its plan takes such. */
  startEpoch(plan: EpochPlan): void {
    this.#plan = plan;
    if (this.#halves?.suits(plan) !== true) this.#halves = this.#newHalves();
    this.#step = 0;
    this.#sums = {};
    this.#weightOptimizer.learningRate = plan.learningRate;
  }

  /**
   * Goes on with a supernet whose operations see more channels: {@link SearchModel.widen}, with the momenta of its weights
   * carried over as the weights are.
   */
  widen(partial: number): void {
    const { tensors, json } = this.#weightOptimizer.state();
    this.#model.widen(partial, (carry) =>
      scope(() => {
        const momenta = Object.entries(tensors).map(([key, value]) => {
          const [kind, name] = splitKey(key);
          return [key, kind === "momentum" ? carry(name, value) : value];
        });
        this.#bind({ tensors: Object.fromEntries(momenta), json });
      }),
    );
  }

  /** A weight optimizer for the supernet that the model now has; without memory where none is given. */
  #bind(state?: OptimizerState): void {
    const before = this.#weightOptimizer;
    this.#parameters = this.#model.supernet.namedParameters();
    this.#weightOptimizer = this.#newWeightOptimizer();
    if (state !== undefined) this.#weightOptimizer.restore(state);
    before.dispose();
  }

  /** Work of the update before an epoch; undefined where it has none. */
  taskBefore(plan: EpochPlan): Task | undefined {
    return plan.movesAlpha ? this.#rules.before?.(this.#model, plan) : undefined;
  }

  /** Units of that work, at most. */
  taskSteps(plan: EpochPlan): number {
    return plan.movesAlpha && this.#rules.before !== undefined ? (this.#rules.taskSteps ?? 0) : 0;
  }

  /** A weight optimizer without memory, as at the start of fine-tuning (darts-pt §5). */
  forgetMomentum(): void {
    this.#weightOptimizer.dispose();
    this.#weightOptimizer = this.#newWeightOptimizer();
  }

  /** The next unit of work of the epoch. Throws `ArchwrightError("training")` for a loss that is not finite, or too little memory. */
  step(): void {
    const plan = this.#plan as EpochPlan;
    const images = this.#model.halves.train.count;
    try {
      if (this.#step < this.#trainingSteps(images, plan.batch)) this.#trainingStep(plan);
      else this.#evaluationStep();
    } catch (cause) {
      throw cause instanceof TorchError && cause.code === "memory" ? tooLarge(plan, cause) : cause;
    }
    this.#step++;
  }

  /** Minibatches of the validation half, augmented, for a selection that compares by them. */
  validationBatch(): ProxyBatch {
    return toTensors((this.#halves as Halves).valid.next(), this.#model.context.device);
  }

  /** w steps as often as the update asks, and α once: either first. */
  #trainingStep(plan: EpochPlan): void {
    const steps = this.#innerSteps(plan);
    const weightSteps = (count: number): void => {
      for (let n = 0; n < count; n++) scope(() => this.#weightStep(this.#trainBatch()));
    };
    const moveAlpha = (train: () => ProxyBatch): void => {
      if (plan.movesAlpha) this.#architectureStep(train);
    };
    if (this.settings.stepOrder === "alpha-first") {
      scope(() => {
        const train = this.#trainBatch();
        moveAlpha(() => train);
        this.#weightStep(train);
      });
      weightSteps(steps - 1);
    } else {
      weightSteps(steps);
      scope(() => moveAlpha(() => this.#trainBatch()));
    }
  }

  #trainBatch(): ProxyBatch {
    return toTensors((this.#halves as Halves).train.next(), this.#model.context.device);
  }

  #architectureStep(train: () => ProxyBatch): void {
    const gradient = this.#rules.architectureGradient;
    if (gradient === undefined) return;
    scope(() => {
      const valid = this.validationBatch();
      this.#draw("architecture");
      const own = (): ProxyBatch => toTensors((this.#halves as Halves).own.next(), this.#model.context.device);
      const result = gradient(this.problem, { valid, train, own }, this.#optimizerFacts(), this.#moment);
      this.#record("valid", result, valid);
      this.#recordAlpha(result.gradients);
      const settled = this.#model.settled();
      const { parameters } = this.#model.alpha;
      const free = result.gradients.map((own, i) => (settled.has(parameters[i]?.name ?? "") ? null : own));
      this.#alphaOptimizer?.step(free);
    });
  }

  /** What all passes have in common until the next draw. */
  #draw(purpose: Occasion["purpose"]): void {
    this.problem.draw({ ...this.#moment, random: this.#draws, purpose });
  }

  get #moment(): Moment {
    const { epoch, epochs, phase } = this.#plan as EpochPlan;
    return { epoch, epochs, phase, random: this.#random };
  }

  /** Norms of the gradient in each kind of cell's α. */
  #recordAlpha(gradients: Gradients["gradients"]): void {
    const { parameters } = this.#model.alpha;
    for (const { name } of this.#model.context.space.cells) {
      const own = parameters.flatMap(({ cell, tensor }, i) =>
        cell === name ? [{ tensor, gradient: gradients[i] }] : [],
      );
      if (own.every(({ gradient }) => gradient == null)) continue;
      const whole = noGrad(() => cat(own.map(({ tensor, gradient }) => flatten(gradient ?? zerosLike(tensor)))));
      addTo(this.#sums, `alphaNorm.${name}`, norm([whole]));
    }
  }

  #weightStep(batch: ProxyBatch): void {
    scope(() => {
      this.#draw("weights");
      const objective = this.problem.objective(batch);
      const probabilities = noGrad(() => this.problem.probabilities());
      const result = this.#rules.weightGradient(objective, probabilities, this.#moment);
      this.#record("train", result, batch);
      const clipped = clipGradients(result.gradients, this.settings.weights.clip);
      if (!Number.isFinite(clipped.norm)) throw this.#diverged("train", clipped.norm);
      addTo(this.#sums, "weightNorm", clipped.norm);
      this.#weightOptimizer.step(clipped.gradients);
    });
  }

  #evaluationStep(): void {
    scope(() => {
      const batch = toTensors((this.#halves as Halves).evaluation.next(), this.#model.context.device);
      this.#draw("evaluation");
      const { loss, accuracy } = this.problem.evaluate(batch);
      const images = batch.labels.size;
      addTo(this.#sums, "evaluation.loss", loss, images);
      addTo(this.#sums, "evaluation.accuracy", accuracy, images);
    });
  }

  #record(half: "train" | "valid", { loss, accuracy, facts = {} }: ReportedGradients, batch: ProxyBatch): void {
    if (!Number.isFinite(loss)) throw this.#diverged(half, loss);
    for (const [name, value] of Object.entries(facts)) addTo(this.#sums, `fact.${name}`, value);
    addTo(this.#sums, `${half}.loss`, loss, batch.labels.size);
    addTo(this.#sums, `${half}.accuracy`, accuracy, batch.labels.size);
  }

  #diverged(half: "train" | "valid", value: number): ArchwrightError {
    const { epoch, learningRate } = this.#plan as EpochPlan;
    const what = half === "train" ? "training" : "validation";
    return new ArchwrightError(
      "training",
      `the ${what} loss or its gradient became ${value} in epoch ${epoch + 1}, step ${this.#step + 1}: the supernet diverged; lower --set weights.learningRate (now ${learningRate.toPrecision(3)}) or weights.clip`,
      { details: { epoch, step: this.#step, value } },
    );
  }

  #optimizerFacts(): WeightOptimizer {
    const { learningRate, momentum, nesterov, weightDecay } = this.#weightOptimizer;
    const { tensors } = this.#weightOptimizer.state();
    const buffers =
      Object.keys(tensors).length === 0
        ? undefined
        : Array.from(
            this.#parameters,
            ([name, weight]) => tensors[`momentum/${name}`] ?? noGrad(() => zerosLike(weight)),
          );
    return { learningRate, momentum, nesterov, weightDecay, clip: this.settings.weights.clip, buffers };
  }

  /** Minibatches as the plan wants them; before the first epoch, those of the search phase. */
  #newHalves(saved?: HalvesState): Halves {
    const { trainSampling } = this.settings;
    const first = { batch: batchSize(this.settings), trainSampling, phase: "search" } as const;
    return new Halves(this.#model, this.#plan ?? first, this.settings, { ownBatch: this.#rules.ownBatch, saved });
  }

  #newWeightOptimizer(): SGD {
    const { learningRate, momentum, nesterov, weightDecay } = this.settings.weights;
    return new SGD(this.#parameters, { learningRate, momentum, nesterov, weightDecay });
  }

  save(): { tensors: Record<string, Tensor>; json: unknown } {
    const weights = this.#weightOptimizer.state();
    const alpha = this.#alphaOptimizer?.state();
    const rules = this.#rules.state?.save();
    const json: SavedJson = {
      plan: this.#plan ?? null,
      step: this.#step,
      sums: structuredClone(this.#sums),
      halves: this.#halves?.save() ?? null,
      weightOptimizer: weights.json,
      alphaOptimizer: alpha?.json ?? null,
      rules: rules?.json ?? null,
      noise: text(this.#noise),
      random: text(this.#random),
      draws: text(this.#draws),
    };
    const tensors = {
      ...prefixed("supernet.", this.#model.supernet.state()),
      ...prefixed("weights.", weights.tensors),
      ...prefixed("architecture.", alpha?.tensors ?? {}),
      ...prefixed("rules.", rules?.tensors ?? {}),
    };
    return { tensors, json };
  }

  restore(tensors: Readonly<Record<string, Tensor>>, json: unknown): void {
    const saved = json as SavedJson;
    this.#bind();
    this.#model.supernet.load(unprefixed("supernet.", tensors));
    const optimizer = (prefix: string, own: OptimizerJson): OptimizerState => ({
      tensors: unprefixed(prefix, tensors),
      json: own,
    });
    this.#weightOptimizer.restore(optimizer("weights.", saved.weightOptimizer));
    if (saved.alphaOptimizer !== null) {
      this.#alphaOptimizer?.restore(optimizer("architecture.", saved.alphaOptimizer));
    }
    this.#rules.state?.restore({ tensors: unprefixed("rules.", tensors), json: saved.rules });
    this.#noise.restore(Buffer.from(saved.noise, "base64"));
    this.#random.restore(Buffer.from(saved.random, "base64"));
    this.#draws.restore(Buffer.from(saved.draws, "base64"));
    this.#plan = saved.plan ?? undefined;
    this.#step = saved.step;
    this.#sums = structuredClone(saved.sums);
    this.#halves = this.#newHalves(saved.halves ?? undefined);
  }

  [Symbol.dispose](): void {
    this.#weightOptimizer.dispose();
    this.#alphaOptimizer?.dispose();
  }
}

const tooLarge = ({ batch }: EpochPlan, cause: TorchError): ArchwrightError =>
  new ArchwrightError("training", `${cause.message}; lower --set batch (now ${batch}) or --set channels`, { cause });

/** `momentum/blocks.0.weight`: which moment of which parameter. */
function splitKey(key: string): [kind: string, name: string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}

const text = (generator: Generator): string => Buffer.from(generator.save()).toString("base64");
