/** A cell in train mode by our kernels: what the operations that leave a node share is computed once. */
import {
  type Branch,
  denseBranches,
  type MixtureTerm,
  mixture as mixtureOf,
  poolBranch,
  type SeparableBranch,
  separableBranches,
  type Tensor,
  type TrackedMoments,
  tensor,
  trackMoments_,
} from "@archwright/torch";
import { type Candidate, type Cell, weightOf } from "../cell.ts";
import type { ForwardContext } from "../context.ts";
import { BatchNorm } from "../layers.ts";
import type { CellMixture } from "../mixture.ts";
import { type Lowered, lower, type SeparableHalf } from "./lowering.ts";

/** Whether a pass may take this path: the same function, up to rounding, where nothing looks at what is inside. */
export const trainsFused = (
  x: Tensor,
  { mode, momentum = BatchNorm.momentum, onReLU, onOutput, dropPath = 0 }: ForwardContext,
): boolean =>
  mode === "train" &&
  momentum === BatchNorm.momentum &&
  onReLU === undefined &&
  onOutput === undefined &&
  dropPath === 0 &&
  x.device === "cpu" &&
  x.dtype === "float32";

/** What a candidate adds to its node, before its mixing weight. */
interface Term {
  readonly output: Tensor;
  /** Where a batch norm is still to be applied. */
  readonly moments?: Tensor;
}

interface Placed {
  readonly candidate: Candidate;
  readonly lowered: Lowered;
}

type Separable = Extract<Lowered, { kind: "separable" }>;

export class TrainingCell {
  readonly #placed: readonly Placed[];

  constructor(cell: Cell) {
    this.#placed = cell.candidates.map((candidate) => ({ candidate, lowered: lower(candidate.transform) }));
  }

  /** One pass through the nodes behind the inputs. */
  pass(mixture: CellMixture | undefined, context: ForwardContext): TrainingPass {
    const active = this.#placed.filter(
      ({ candidate, lowered }) => lowered.kind !== "zero" && weightOf(candidate, mixture) !== 0,
    );
    return new TrainingPass(active, mixture, context);
  }
}

export class TrainingPass {
  readonly #active: readonly Placed[];
  readonly #context: ForwardContext;
  readonly #weights: Tensor;
  readonly #positions: ReadonlyMap<Candidate, number>;
  readonly #terms = new Map<Candidate, Term>();
  readonly #tracked: TrackedMoments[] = [];

  constructor(active: readonly Placed[], mixture: CellMixture | undefined, context: ForwardContext) {
    this.#active = active;
    this.#context = context;
    const columns = mixture?.values[0]?.length ?? 0;
    this.#weights = mixture?.tensor ?? tensor(active.map(({ candidate }) => weightOf(candidate, mixture)));
    this.#positions = new Map(
      active.map(({ candidate }, i) => {
        const { position } = candidate;
        const inTensor = mixture?.tensor !== undefined && position !== undefined;
        return [candidate, inTensor ? position.edge * columns + position.operation : i];
      }),
    );
  }

  /** Runs everything that leaves node `source`, whose value is `x`. */
  leave(source: number, x: Tensor): void {
    const leaving = this.#active.filter(({ candidate }) => candidate.source === source);
    this.#separate(x, leaving);
    this.#convolve(x, leaving);
    const pools = new Map<string, Branch>();
    for (const { candidate, lowered } of leaving) {
      if (this.#terms.has(candidate)) continue;
      this.#terms.set(candidate, this.#alone(x, candidate, lowered, pools));
    }
  }

  #convolve(x: Tensor, leaving: readonly Placed[]): void {
    const dense = leaving.flatMap(({ candidate, lowered }) =>
      lowered.kind === "dense" ? [{ candidate, lowered }] : [],
    );
    if (dense.length === 0) return;
    const branches = denseBranches(
      x,
      dense.map(({ lowered }) => lowered.weight),
    );
    const outputs = this.#normalizable(
      branches,
      dense.map(({ lowered }) => lowered),
    );
    for (const [i, { candidate }] of dense.entries()) this.#terms.set(candidate, outputs[i] as Branch);
  }

  #separate(x: Tensor, leaving: readonly Placed[]): void {
    const separables = leaving.flatMap(({ candidate, lowered }) =>
      lowered.kind === "separable" ? [{ candidate, lowered }] : [],
    );
    for (const [stride, group] of Map.groupBy(separables, ({ lowered }) => lowered.stride)) {
      const firsts = group.map(({ lowered }) => lowered.halves[0] as SeparableHalf);
      const outputs = this.#normalizable(separableBranches(x, firsts.map(branchOf), { stride }), firsts);
      for (const [i, { candidate, lowered }] of group.entries()) {
        this.#terms.set(candidate, this.#further(outputs[i] as Branch, lowered));
      }
    }
  }

  /** The halves behind the first. */
  #further(first: Branch, { halves }: Separable): Branch {
    return halves.slice(1).reduce((previous, half) => {
      const outputs = separableBranches(previous.output, [branchOf(half)], { moments: previous.moments });
      return this.#normalizable(outputs, [half])[0] as Branch;
    }, first);
  }

  #alone(x: Tensor, candidate: Candidate, lowered: Lowered, pools: Map<string, Branch>): Term {
    if (lowered.kind === "identity") return { output: x };
    if (lowered.kind !== "pool") return { output: candidate.transform.forward(x, this.#context) };
    const { mode, stride, norm } = lowered;
    const key = `${mode} ${stride}`;
    const pooled = pools.get(key) ?? poolBranch(x, mode, stride);
    pools.set(key, pooled);
    if (norm === undefined) return { output: pooled.output };
    return this.#normalizable([pooled], [{ norm }])[0] as Branch;
  }

  #normalizable(branches: Branch[], halves: readonly { readonly norm: BatchNorm }[]): Branch[] {
    for (const [i, branch] of branches.entries()) {
      const { runningMean, runningVariance } = (halves[i] as { norm: BatchNorm }).norm;
      this.#tracked.push({ mean: runningMean, variance: runningVariance, branch });
    }
    return branches;
  }

  /** The sum of what enters node `target`; undefined if nothing does. */
  enter(target: number): Tensor | undefined {
    const terms = this.#active.flatMap(({ candidate }): MixtureTerm[] => {
      const term = this.#terms.get(candidate);
      if (candidate.target !== target || term === undefined) return [];
      return [{ ...term, position: this.#positions.get(candidate) as number }];
    });
    return terms.length === 0 ? undefined : mixtureOf(terms, this.#weights);
  }

  /** Updates the running statistics. */
  finish(): void {
    if (this.#tracked.length > 0) trackMoments_(this.#tracked, BatchNorm.momentum);
  }
}

const branchOf = ({ depthwise, pointwise, dilation }: SeparableHalf): SeparableBranch => ({
  depthwise,
  pointwise,
  dilation,
});
