/** Evaluation-mode passes of one network with many mixtures, sharing all that the mixtures have in common. */
import { add, detachFromScope, type Generator, noGrad, scope, type Tensor } from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import type { Block } from "../../spaces/space.ts";
import { Cell } from "../cell.ts";
import type { Mixture } from "../mixture.ts";
import type { Network, Residual } from "../network.ts";
import { Activation } from "./activation.ts";
import { LoweredCell, observing, type Pass, runAlone } from "./lowered-cell.ts";
import { foldedTensors, type Lowered, lower } from "./lowering.ts";
import { PatternSum } from "./pattern.ts";
import { type SharedPrefix, sharedPrefix } from "./shared-prefix.ts";

export interface InferenceOptions {
  /** Collect the ReLU patterns. @default false */
  readonly patterns?: boolean;
  /** Compute the logits; without them nothing is computed that no ReLU sees. @default true */
  readonly logits?: boolean;
  /** Count the ReLUs of operations without weight as off for every sample. @default false */
  readonly countBlocked?: boolean;
  /** Generator for networks with the noise operation. */
  readonly random?: Generator;
}

/** Both belong to the pass and are freed after the visit. */
export interface InferenceResult {
  /** [batch, classes], where asked for. */
  readonly logits: Tensor | undefined;
  /** Patterns of all ReLUs that ran, where asked for. */
  readonly patterns: PatternSum | undefined;
}

/** A residual block: its two-convolution body is lowered, its shortcut runs as it is. */
interface LoweredResidual {
  readonly residual: Residual;
  readonly body: Lowered;
}

/** Feature maps by block; -1 and -2 are the stem's. */
type Outputs = Map<number, Activation>;

/** What is the same for all mixtures of a run. */
interface Common {
  readonly prefix: SharedPrefix;
  /** Outputs of the prefix's blocks that later ones read. */
  readonly outputs: Outputs;
  /** Nodes of the block after the prefix. */
  readonly nodes: Map<number, Activation>;
}

/**
 * The same function as `network.forward` in eval mode, up to rounding, several times faster: batch norm is folded into
 * the convolutions, the operations that leave one node share its ReLU and pools, everything that enters one node is one
 * fused sum, and what lies upstream of the first difference between the mixtures is computed once for all of them.
 * Weights are taken over when it is made; make a new one after changing them.
 */
export class SharedInference implements Disposable {
  readonly #network: Network;
  readonly #blocks: readonly (LoweredCell | LoweredResidual)[];
  readonly #owned: readonly Tensor[];

  /** Throws `ArchwrightError("usage")` for a network of partial channels. */
  constructor(network: Network) {
    if (network.blocks.some((block) => block instanceof Cell && block.partial !== undefined)) {
      throw new ArchwrightError(
        "usage",
        "nwot_eval scores networks whose operations see all channels; leave out --set partial, or choose another score",
      );
    }
    this.#network = network;
    this.#blocks = noGrad(() => network.blocks.map(lowerBlock));
    this.#owned = this.#blocks
      .flatMap((block) => (block instanceof LoweredCell ? block.all : [block.body]))
      .flatMap(foldedTensors)
      .map(detachFromScope);
  }

  /**
   * Runs the network on `images` [batch, 3, height, width] once for each mixture (`[undefined]` for a discrete network).
   * Returns what `visit` makes of each result, in order.
   */
  run<T>(
    images: Tensor,
    mixtures: readonly (Mixture | undefined)[],
    options: InferenceOptions,
    visit: (result: InferenceResult, index: number) => T,
  ): T[] {
    return noGrad(() => scope(() => this.#run(images, mixtures, options, visit)));
  }

  dispose(): void {
    for (const tensor of this.#owned) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #run<T>(
    images: Tensor,
    mixtures: readonly (Mixture | undefined)[],
    options: InferenceOptions,
    visit: (result: InferenceResult, index: number) => T,
  ): T[] {
    const { patterns: wanted = false, logits = true, countBlocked = false, random } = options;
    const context = { mode: "eval", ...(random === undefined ? {} : { random }) } as const;
    const { skeleton, space } = this.#network;
    const prefix = sharedPrefix(skeleton, space.cells, mixtures);
    using patterns = wanted ? new PatternSum() : undefined;
    const common: Common = { prefix, outputs: new Map(), nodes: new Map() };
    try {
      const pass = { context, patterns, countBlocked };
      this.#stem(images, common.outputs, pass);
      for (let k = 0; k < prefix.blocks; k++) this.#block(k, common.outputs, mixtures[0], pass, logits);
      for (const activation of common.outputs.values()) activation.shared = mixtures.length > 1;
      return mixtures.map((mixture, index) => {
        using own = patterns?.fork();
        return scope(() => visit(this.#rest(common, mixture, { context, patterns: own, countBlocked }, logits), index));
      });
    } finally {
      for (const activation of [...common.outputs.values(), ...common.nodes.values()]) activation.dispose();
    }
  }

  #stem(images: Tensor, outputs: Outputs, pass: Pass): void {
    const [early, late] = scope(() => this.#network.stem.forward(images, observing(pass)));
    outputs.set(-1, new Activation(late));
    if (this.#network.skeleton.stem.kind === "imagenet") outputs.set(-2, new Activation(early));
  }

  /** The blocks after the prefix, for one mixture. */
  #rest(common: Common, mixture: Mixture | undefined, pass: Pass, logits: boolean): InferenceResult {
    const outputs: Outputs = new Map(common.outputs);
    try {
      for (let k = common.prefix.blocks; k < this.#blocks.length; k++) {
        this.#block(k, outputs, mixture, pass, logits, common);
      }
      return { logits: this.#head(outputs, pass, logits), patterns: pass.patterns };
    } finally {
      for (const [k, activation] of outputs) if (common.outputs.get(k) !== activation) activation.dispose();
    }
  }

  /** Runs block `k`, adds its output to `outputs`, and frees outputs that no later block reads. */
  #block(
    k: number,
    outputs: Outputs,
    mixture: Mixture | undefined,
    pass: Pass,
    logits: boolean,
    common?: Common,
  ): void {
    const block = this.#blocks[k] as LoweredCell | LoweredResidual;
    const description = this.#network.skeleton.blocks[k] as Block;
    const sources = readBy(description).map((from) => outputs.get(from) as Activation);
    if (block instanceof LoweredCell && description.kind === "cell") {
      const needed = logits || this.#network.head !== undefined || k < this.#blocks.length - 1;
      const kept = common?.prefix.blocks === k ? { nodes: common.nodes, below: common.prefix.nodes } : undefined;
      const output = block.run(sources, mixture?.[description.cell], needed, pass, kept);
      if (output !== undefined) outputs.set(k, output);
    } else {
      outputs.set(k, runResidual(block as LoweredResidual, sources[0] as Activation, pass));
    }
    const { blocks } = this.#network.skeleton;
    for (const [from, activation] of outputs) {
      const unread = from < blocks.length - 1 && !blocks.slice(k + 1).some((later) => readBy(later).includes(from));
      if (!unread || common?.outputs.has(from)) continue;
      activation.dispose();
      outputs.delete(from);
    }
  }

  #head(outputs: Outputs, pass: Pass, logits: boolean): Tensor | undefined {
    const last = outputs.get(this.#blocks.length - 1);
    if (last === undefined) return undefined;
    const context = observing(pass);
    if (logits) return this.#network.classify(last.tensor, context);
    const { head } = this.#network;
    if (head !== undefined) scope(() => void head.forward(last.tensor, context));
    return undefined;
  }
}

function lowerBlock(block: Cell | Residual): LoweredCell | LoweredResidual {
  return block instanceof Cell ? new LoweredCell(block) : { residual: block, body: lower(block.body) };
}

/** Blocks whose outputs a block reads. */
function readBy(block: Block): readonly number[] {
  return block.kind === "cell" ? block.inputs.map(({ from }) => from) : [block.from];
}

function runResidual({ residual, body }: LoweredResidual, source: Activation, pass: Pass): Activation {
  pass.patterns?.add(source.pattern);
  return new Activation(
    scope(() => add(residual.shortcut.forward(source.tensor, observing(pass)), runAlone(body, source, pass))),
  );
}
