/** The supernet's losses as a bilevel problem in its weights and α. */
import {
  add,
  argmax,
  crossEntropyLoss,
  eq,
  type Generator,
  mean,
  mul,
  noGrad,
  scope,
  select,
  type Tensor,
  tensor,
  to,
  unsqueeze,
} from "@archwright/torch";
import type { BlockMixtures, CellMixture } from "../../networks/mixture.ts";
import type { Network } from "../../networks/network.ts";
import type { ProxyBatch } from "../../proxies/proxy.ts";
import { type CellDecisions, isDecided } from "../../search/decisions.ts";
import { rows, type SearchModel } from "../../search/model.ts";
import type { Occasion } from "../../search/relaxation.ts";
import type { Bilevel, Objective, TrainObjective } from "./bilevel-problem.ts";
import { keepingStatistics } from "./mixture-score.ts";

/** Of batch norm. */
type Mode = "train" | "eval";

export class SupernetProblem implements Bilevel<ProxyBatch> {
  readonly #model: SearchModel;
  readonly #noise: Generator;
  readonly #commonNoise: boolean;
  #draw: unknown;
  #known: { readonly supernet: Network; readonly weights: readonly Tensor[] } | undefined;
  /** Where the noise of the present draw begins; undefined before its first pass. */
  #noiseStart: Uint8Array | undefined;
  /** For each block of the supernet the index of its cell's kind; -1 where it is no cell. */
  readonly #kinds: readonly number[];
  readonly #cells: readonly number[];
  readonly #aligned: readonly number[];

  /**
   * - `noise`: source of the `noise` operation's draws.
   * - `common`: whether all passes of a draw see the same noise; else each has its own.
   */
  constructor(model: SearchModel, noise: Generator, common = true) {
    this.#model = model;
    this.#noise = noise;
    this.#commonNoise = common;
    const { blocks } = model.supernet.skeleton;
    const names = model.context.space.cells.map(({ name }) => name);
    this.#kinds = blocks.map((block) => (block.kind === "cell" ? names.indexOf(block.cell) : -1));
    this.#cells = this.#kinds.filter((kind) => kind >= 0);
    const cells = blocks.filter((block) => block.kind === "cell");
    this.#aligned = cells.flatMap((block, l) => (block.reduction ? [] : [l]));
  }

  /** Those of the present supernet. */
  get weights(): readonly Tensor[] {
    const { supernet } = this.#model;
    if (this.#known?.supernet !== supernet) this.#known = { supernet, weights: supernet.parameters() };
    return this.#known.weights;
  }

  /** α's parameters in their order. */
  get alpha(): readonly Tensor[] {
    return this.#model.alpha.parameters.map(({ tensor }) => tensor);
  }

  /** Draws anew what all passes until the next call have in common: the relaxation's draw, and the noise of operations. */
  draw(occasion: Occasion): void {
    this.#draw = this.#model.alpha.draw?.(occasion);
    this.#noiseStart = undefined;
  }

  /** Mixing weights of the present α and draw, decided edges as α has them: one tensor for each kind of cell. */
  probabilities(): readonly Tensor[] {
    return this.#model.alpha.weights(this.#draw);
  }

  trainLoss(batch: ProxyBatch): Objective {
    return this.#loss(batch, this.#shared(this.probabilities(), "train"), "train");
  }

  validLoss(batch: ProxyBatch): Objective {
    const { value, accuracy } = this.trainLoss(batch);
    const penalty = this.#model.alpha.penalty?.();
    return { value: penalty === undefined ? value : add(value, to(penalty, { dtype: value.dtype })), accuracy };
  }

  /** L_train on `batch` as a function of the probabilities. */
  objective(batch: ProxyBatch): TrainObjective {
    return {
      weights: this.weights,
      cells: this.#cells,
      aligned: this.#aligned,
      loss: (probabilities, mode = "train") => this.#loss(batch, this.#shared(probabilities, mode), mode),
      lossOfCells: (probabilities) => {
        let next = 0;
        const mixtures = this.#kinds.map((kind) =>
          kind < 0 ? undefined : this.#mixture(kind, probabilities[next++] as Tensor, "train"),
        );
        return this.#loss(batch, mixtures, "train");
      },
    };
  }

  /** Loss and accuracy in evaluation mode at the present α, without gradients. */
  evaluate(batch: ProxyBatch): { loss: number; accuracy: number } {
    return noGrad(() =>
      scope(() => {
        const { value, accuracy } = this.#loss(batch, this.#shared(this.probabilities(), "eval"), "eval");
        return { loss: value.item(), accuracy };
      }),
    );
  }

  keepingStatistics<T>(body: () => T): T {
    return keepingStatistics(this.#model.supernet, body);
  }

  /** The same probabilities in every cell of a kind. */
  #shared(probabilities: readonly Tensor[], mode: Mode): BlockMixtures {
    const mixtures = probabilities.map((rows, kind) => this.#mixture(kind, rows, mode));
    return this.#kinds.map((kind) => mixtures[kind]);
  }

  #mixture(kind: number, probabilities: Tensor, mode: Mode): CellMixture {
    const { name } = this.#model.context.space.cells[kind] as { name: string };
    const decisions = this.#model.decisions[name] as CellDecisions;
    const imposed = impose(probabilities, decisions);
    const values = noGrad(() => scope(() => rows(imposed)));
    const bypass = this.#bypass(kind, decisions);
    if (!imposed.requiresGrad && mode === "eval") return { values, ...bypass };
    // An operation that has no weight just now still has a gradient in its weight, and is trained: its own gradient is zero,
    // so its optimizer makes a step by momentum and weight decay, and its batch norm sees the minibatch (sdarts §2).
    const active = this.#model.alpha.active?.(this.#draw)[kind];
    const runs = (e: number, o: number): boolean => active?.[e]?.[o] !== false && decisions.removed?.[e]?.[o] !== true;
    const run = values.map((row, e) =>
      isDecided(decisions, e) ? row : row.map((weight, o) => (weight === 0 && runs(e, o) ? 1 : weight)),
    );
    return { values: run, tensor: imposed, ...bypass };
  }

  /** Weights of what goes past the operations of each edge, where the relaxation has them: decided edges 1, dropped ones 0. */
  #bypass(kind: number, decisions: CellDecisions): Pick<CellMixture, "bypass"> {
    const weights = this.#model.alpha.bypass?.(this.#draw)[kind];
    if (weights === undefined) return {};
    const columns = { chosen: decisions.chosen.map((own) => (own === null ? null : 0)), dropped: decisions.dropped };
    const imposed = select(impose(unsqueeze(weights, 1), columns), 1, 0);
    return { bypass: { values: noGrad(() => imposed.toArray()), tensor: imposed } };
  }

  #loss({ images, labels }: ProxyBatch, mixtures: BlockMixtures, mode: Mode): Objective {
    if (this.#commonNoise && this.#noiseStart !== undefined) this.#noise.restore(this.#noiseStart);
    else this.#noiseStart = this.#noise.save();
    const { logits } = this.#model.supernet.forward(images, { mode, random: this.#noise }, mixtures);
    const value = crossEntropyLoss(logits, labels);
    const right = noGrad(() =>
      scope(() => mean(to(eq(argmax(logits, { dim: 1 }), labels), { dtype: "float32" })).item()),
    );
    return { value, accuracy: right };
  }
}

/**
 * Decided edges one-hot, dropped edges and removed operations zero, whatever the probabilities say; no gradient flows into them.
 */
function impose(probabilities: Tensor, { chosen, dropped, removed }: CellDecisions): Tensor {
  const [edges = 0, operations = 0] = probabilities.shape;
  const decided = chosen.map((own, e) => own !== null || dropped[e] === true);
  if (removed === undefined && !decided.includes(true)) return probabilities;
  const entries = <T>(entry: (e: number, o: number) => T): T[] =>
    chosen.flatMap((_, e) => Array.from({ length: operations }, (_, o) => entry(e, o)));
  const free = entries((e, o) => (decided[e] === true || removed?.[e]?.[o] === true ? 0 : 1));
  const fixed = entries((e, o) => (chosen[e] === o && dropped[e] !== true ? 1 : 0));
  const like = { dtype: probabilities.dtype, device: probabilities.device };
  const matrix = (values: readonly number[]): Tensor => to(tensor(values, [edges, operations]), like);
  return add(mul(probabilities, matrix(free)), matrix(fixed));
}
