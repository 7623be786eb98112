/** One cell in evaluation mode: each node is one fused sum over everything that flows into it. */
import { cat, scope, separableReluCodes, type Tensor } from "@archwright/torch";
import { type Candidate, type Cell, weightOf } from "../cell.ts";
import type { ForwardContext, Transform } from "../context.ts";
import { stridedShape, Zero } from "../layers.ts";
import type { CellMixture } from "../mixture.ts";
import { Activation } from "./activation.ts";
import { type Half, type Lowered, type LoweredScaled, lower } from "./lowering.ts";
import { NodeSum } from "./node-sum.ts";
import type { PatternSum } from "./pattern.ts";

/** What a pass over a network carries along. */
export interface Pass {
  readonly context: ForwardContext;
  /** Collects the patterns of all ReLUs, where they are asked for. */
  readonly patterns: PatternSum | undefined;
  /** Whether ReLUs of operations without weight count as off for every sample. */
  readonly countBlocked: boolean;
}

/** Node values that several passes have in common: those of the nodes below `below`, filled in as they are computed. */
export interface KeptNodes {
  readonly nodes: Map<number, Activation>;
  readonly below: number;
}

/** A candidate with weight, ready to run. */
interface Active {
  readonly candidate: Candidate;
  readonly lowered: Lowered;
  readonly weight: number;
}

/** A cell whose operations are lowered, ready to run many times with different mixtures. */
export class LoweredCell {
  readonly #cell: Cell;
  readonly #preprocess: readonly Lowered[];
  readonly #candidates: readonly { readonly candidate: Candidate; readonly lowered: Lowered }[];

  constructor(cell: Cell) {
    this.#cell = cell;
    this.#preprocess = cell.preprocess.map(lower);
    this.#candidates = cell.candidates.map((candidate) => ({ candidate, lowered: lower(candidate.transform) }));
  }

  /** Everything that was lowered; the owner frees its tensors. */
  get all(): readonly Lowered[] {
    return [...this.#preprocess, ...this.#candidates.map(({ lowered }) => lowered)];
  }

  /**
   * The cell's output from those of the blocks that it reads. Where it is not `needed` (nothing looks at it) only what
   * some ReLU sees is computed, and the result is undefined.
   */
  run(
    sources: readonly Activation[],
    mixture: CellMixture | undefined,
    needed: boolean,
    pass: Pass,
    kept?: KeptNodes,
  ): Activation | undefined {
    return withTransient((transient) => {
      const { template, outputs } = this.#cell;
      const active = this.#active(mixture);
      const nodes = sources.map((source, i) => this.#input(i, source, pass, transient));
      for (let node = template.inputs; node < template.nodes; node++) {
        const incoming = active.filter(({ candidate }) => candidate.target === node);
        const read = active.some(({ candidate }) => candidate.source === node) || (needed && outputs.includes(node));
        const known = kept?.nodes.get(node);
        const value = this.#node(incoming, nodes, read && known === undefined, pass) ?? known;
        // Nobody reads a node that was not computed, so any feature map may stand in its place.
        nodes.push(value ?? (nodes[0] as Activation));
        if (value === undefined || value === known) continue;
        if (kept !== undefined && node < kept.below) {
          value.shared = true;
          kept.nodes.set(node, value);
        } else {
          transient.push(value);
        }
      }
      for (const [i, activation] of nodes.entries()) reportReLUs(activation, i, active, pass);
      if (pass.countBlocked) this.#reportBlocked((nodes[0] as Activation).tensor, mixture, pass);
      return needed ? this.#output(nodes) : undefined;
    });
  }

  /** `input`: node 0. Edges that leave an input node have its size, all others the size of the nodes that are computed. */
  #reportBlocked(input: Tensor, mixture: CellMixture | undefined, pass: Pass): void {
    const units = (stride: number): number =>
      stridedShape(input, stride)
        .slice(1)
        .reduce((product, n) => product * n, 1);
    for (const { candidate, lowered } of this.#candidates) {
      if (lowered.kind !== "chain" || weightOf(candidate, mixture) !== 0) continue;
      const first = units(candidate.source < this.#cell.template.inputs ? 1 : this.#cell.stride);
      pass.patterns?.addSilent(first + (lowered.halves.length - 1) * units(this.#cell.stride));
    }
  }

  #active(mixture: CellMixture | undefined): Active[] {
    return this.#candidates.flatMap(({ candidate, lowered }) => {
      const weight = weightOf(candidate, mixture);
      return weight === 0 || lowered.kind === "nothing" ? [] : [{ candidate, lowered, weight }];
    });
  }

  #input(i: number, source: Activation, pass: Pass, transient: Activation[]): Activation {
    const lowered = this.#preprocess[i] as Lowered;
    if (lowered.kind === "scaled") return source;
    if (lowered.kind === "chain") pass.patterns?.add(source.pattern);
    const key = this.#cell.preprocess[i] as Transform;
    return source.child(key, () => new Activation(runAlone(lowered, source, pass)), transient);
  }

  /** A node's value from the operations that enter it; undefined, with their inner ReLUs reported, if not needed. */
  #node(
    incoming: readonly Active[],
    nodes: readonly Activation[],
    needed: boolean,
    pass: Pass,
  ): Activation | undefined {
    const value = withTransient((transient) =>
      scope(() => {
        const sum = new NodeSum();
        for (const { candidate, lowered, weight } of incoming) {
          addOperation(sum, lowered, nodes[candidate.source] as Activation, weight, needed, pass, transient);
        }
        if (!needed) return undefined;
        return sum.evaluate() ?? new Zero(this.#cell.stride).forward((nodes[0] as Activation).tensor);
      }),
    );
    return value === undefined ? undefined : new Activation(value);
  }

  #output(nodes: readonly Activation[]): Activation {
    const parts = this.#cell.outputs.map((node) => nodes[node] as Activation);
    if (parts.length === 1) return parts[0] as Activation;
    return new Activation(
      scope(() =>
        cat(
          parts.map(({ tensor }) => tensor),
          { dim: 1 },
        ),
      ),
    );
  }
}

/** All operations that leave a node begin with the same ReLU: its pattern counts once for each. */
function reportReLUs(activation: Activation, node: number, active: readonly Active[], pass: Pass): void {
  if (pass.patterns === undefined) return;
  const count = active.filter(({ candidate, lowered }) => candidate.source === node && lowered.kind === "chain").length;
  if (count > 0) pass.patterns.add(activation.pattern, count);
}

function addOperation(
  sum: NodeSum,
  lowered: Lowered,
  source: Activation,
  weight: number,
  needed: boolean,
  pass: Pass,
  transient: Activation[],
): void {
  switch (lowered.kind) {
    case "nothing":
      return;
    case "scaled":
      if (needed) addScaled(sum, lowered, source, weight * lowered.scale);
      return;
    case "opaque":
      sum.addScaled(lowered.transform.forward(source.tensor, observing(pass)), weight);
      return;
    case "chain": {
      const last = lead(lowered.halves, source, pass, transient);
      if (needed) addHalf(sum, lowered.halves.at(-1) as Half, last.relu, weight);
    }
  }
}

/** Average pools of one node are summed before they are pooled; the others are made once for each source. */
function addScaled(sum: NodeSum, { pool }: LoweredScaled, source: Activation, weight: number): void {
  if (pool === undefined) {
    sum.addScaled(source.tensor, weight);
    return;
  }
  const { mode, kernel, stride, padding } = pool;
  const linear = mode === "average" && kernel === 3 && stride === 1 && padding === 1;
  if (linear) sum.addAverage(source.tensor, weight);
  else sum.addScaled(source.pooled(pool), weight);
}

/** Runs a lowered transform on its own; reports all its ReLUs but the first. */
export function runAlone(lowered: Lowered, source: Activation, pass: Pass): Tensor {
  if (lowered.kind === "opaque") return scope(() => lowered.transform.forward(source.tensor, observing(pass)));
  if (lowered.kind !== "chain") throw new RangeError(`a ${lowered.kind} operation cannot stand alone`);
  return withTransient((transient) => {
    const last = lead(lowered.halves, source, pass, transient);
    return scope(() => runHalf(lowered.halves.at(-1) as Half, last.relu));
  });
}

/** Frees what `body` puts on the list when it ends or throws, except the one that it returns. */
function withTransient<T>(body: (transient: Activation[]) => T): T {
  const transient: Activation[] = [];
  let result: T | undefined;
  try {
    result = body(transient);
    return result;
  } finally {
    for (const activation of transient) if (activation !== result) activation.dispose();
  }
}

/** Runs all halves of a chain but the last, reporting the ReLUs between them. */
function lead(halves: readonly Half[], source: Activation, pass: Pass, transient: Activation[]): Activation {
  return halves.slice(0, -1).reduce((x, half) => {
    const next = x.child(half, () => runInner(half, x.relu), transient);
    pass.patterns?.add(next.pattern);
    return next;
  }, source);
}

/** A half whose output only ReLUs see: where our kernel applies, the output itself is never written to memory. */
function runInner(half: Half, active: Tensor): Activation {
  if (half.kind === "dense" || half.bias !== undefined || active.device !== "cpu") {
    return new Activation(scope(() => runHalf(half, active)));
  }
  const [relu, codes] = separableReluCodes({ ...half, input: active });
  return Activation.ofReLU(relu, codes);
}

function runHalf(half: Half, active: Tensor): Tensor {
  const sum = new NodeSum();
  addHalf(sum, half, active, 1);
  return sum.evaluate() as Tensor;
}

function addHalf(sum: NodeSum, half: Half, active: Tensor, weight: number): void {
  if (half.kind === "separable") sum.addSeparable(half, active, weight);
  else sum.addDense(half, active, weight);
}

/** The context for layers that run as they are: their ReLUs report to the pass's patterns. */
export function observing({ context, patterns }: Pass): ForwardContext {
  return patterns === undefined ? context : { ...context, onReLU: (x) => patterns.addInput(x) };
}
