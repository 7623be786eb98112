/** Networks of a search space: the supernet and the discrete network, built from one description. */
import { add, Generator, Module, noGrad, requireDevice, type Tensor } from "@archwright/torch";
import { ArchwrightError } from "../errors.ts";
import type { Purpose } from "../spaces/layers.ts";
import { networkSkeleton } from "../spaces/skeletons/network.ts";
import { stageEnds } from "../spaces/skeletons/stages.ts";
import type { Architecture, Block, ResidualBlock, Skeleton, Space, SupernetSize } from "../spaces/space.ts";
import { AuxiliaryHead } from "./auxiliary-head.ts";
import { Cell, type CellForm, type CellPlan } from "./cell.ts";
import type { ForwardContext, Transform } from "./context.ts";
import { dropout } from "./dropping.ts";
import { BatchNorm, Conv, globalAverage, Linear, Pool, ReLU, Sequence } from "./layers.ts";
import { type BlockMixtures, blockMixture, type Mixture } from "./mixture.ts";
import { requireParts } from "./partial-channels.ts";
import { buildStem, type Stem } from "./stem.ts";

export interface NetworkOptions {
  readonly classes: number;
  /** Seed of the initial weights. */
  readonly seed: number;
  /** @default the space's size for the purpose */
  readonly size?: SupernetSize;
  readonly stem?: "cifar" | "imagenet";
  /** Adds the training-only auxiliary classifier, where the space has one. @default false */
  readonly auxiliary?: boolean;
  /** @default "cpu" */
  readonly device?: string;
}

export interface Outputs {
  /** [batch, classes]. */
  readonly logits: Tensor;
  /** [batch, classes], in train mode of a network with an auxiliary head. */
  readonly auxiliary: Tensor | undefined;
}

/** A network around cells. Made by {@link supernet} or {@link discreteNetwork}. */
export class Network extends Module {
  readonly layersOnly = true as const;
  readonly space: Space;
  readonly skeleton: Skeleton;
  readonly stem: Stem;
  readonly blocks: readonly (Cell | Residual)[];
  /** BN and ReLU before the classifier, where the skeleton has them. */
  readonly head: Sequence | undefined;
  readonly classifier: Linear;
  readonly auxiliaryHead: AuxiliaryHead | undefined;
  readonly #stages: ReadonlySet<number>;

  constructor(
    space: Space,
    skeleton: Skeleton,
    purpose: Purpose,
    architecture: Architecture | undefined,
    generator: Generator,
    form: CellForm = {},
  ) {
    super();
    this.space = space;
    this.skeleton = skeleton;
    this.#stages = stageEnds(skeleton);
    this.stem = buildStem(skeleton, generator);
    this.blocks = skeleton.blocks.map((block) => buildBlock(space, block, { purpose, form }, architecture, generator));
    const { normalized, channels, classes } = skeleton.head;
    if (normalized) this.head = new Sequence([new BatchNorm(channels, true), new ReLU()]);
    this.classifier = new Linear(channels, classes, generator);
    if (skeleton.auxiliary !== undefined) {
      this.auxiliaryHead = new AuxiliaryHead(skeleton.auxiliary.channels, classes, skeleton.stem.kind, generator);
    }
  }

  /**
   * - `images`: [batch, 3, height, width], normalized; channels-last memory is fastest.
   * - `mixture`: mixing weights of every cell template, or of every block; required in a supernet.
   */
  forward(images: Tensor, context: ForwardContext, mixture?: Mixture | BlockMixtures): Outputs {
    const { blocks, skeleton, auxiliaryHead } = this;
    const [early, late] = this.stem.forward(images, context);
    context.onOutput?.(this.stem, late);
    context.onBlock?.(late, this.#stages.has(-1));
    const outputs: Tensor[] = [];
    const read = (from: number): Tensor => (from === -1 ? late : from === -2 ? early : (outputs[from] as Tensor));
    let auxiliary: Tensor | undefined;
    for (const [k, block] of blocks.entries()) {
      const description = skeleton.blocks[k] as Block;
      outputs.push(
        block instanceof Cell && description.kind === "cell"
          ? block.forward(
              description.inputs.map(({ from }) => read(from)),
              blockMixture(mixture, k, description.cell),
              context,
            )
          : (block as Residual).forward(read((description as ResidualBlock).from), context),
      );
      context.onOutput?.(block, outputs[k] as Tensor);
      context.onBlock?.(outputs[k] as Tensor, this.#stages.has(k));
      if (k === skeleton.auxiliary?.after && context.mode === "train") {
        auxiliary = auxiliaryHead?.forward(outputs[k] as Tensor, context);
      }
    }
    return { logits: this.classify(read(blocks.length - 1), context), auxiliary };
  }

  /** Logits from the last block's output. */
  classify(features: Tensor, context: ForwardContext): Tensor {
    const normalized = this.head === undefined ? features : this.head.forward(features, context);
    context.onFeatures?.(normalized);
    return this.classifier.forward(dropout(globalAverage(normalized), context), context);
  }
}

/** The residual reduction block between the stages of NAS-Bench-201; its BN is affine also in a supernet (§2). */
export class Residual extends Module implements Transform {
  readonly body: Sequence;
  readonly shortcut: Sequence;

  constructor({ inputChannels, channels }: ResidualBlock, generator: Generator) {
    super();
    const half = (inputs: number, stride: number) => [
      new ReLU(),
      new Conv({ inputs, outputs: channels, kernel: 3, stride }, generator),
      new BatchNorm(channels, true),
    ];
    this.body = new Sequence([...half(inputChannels, 2), ...half(channels, 1)]);
    const projection = new Conv({ inputs: inputChannels, outputs: channels, kernel: 1 }, generator);
    this.shortcut = new Sequence([new Pool("average", 2, 2, 0), projection]);
  }

  forward(x: Tensor, context: ForwardContext): Tensor {
    return add(this.shortcut.forward(x, context), this.body.forward(x, context));
  }
}

/**
 * The supernet: every edge holds all its candidate operations, mixed by the weights given to `forward`.
 * Its size is the space's search size; its cells' batch norm has no scale and shift.
 */
export function supernet(space: Space, options: NetworkOptions): Network {
  return build(space, "search", undefined, options);
}

/**
 * The network of one architecture. `purpose`: `evaluation` (default), the network that is trained, or `search`: the
 * layers as they are in the supernet, at the supernet's size.
 */
export function discreteNetwork(
  space: Space,
  architecture: Architecture,
  options: NetworkOptions & { readonly purpose?: Purpose },
): Network {
  return build(space, options.purpose ?? "evaluation", architecture, options);
}

function build(
  space: Space,
  purpose: Purpose,
  architecture: Architecture | undefined,
  options: NetworkOptions,
): Network {
  const { classes, seed, stem, auxiliary, device = "cpu" } = options;
  requireDevice(device);
  const size: SupernetSize = options.size ?? space.sizes[purpose];
  const { channels, cells } = size;
  const skeletonOptions = {
    channels,
    cells,
    classes,
    purpose,
    ...(stem === undefined ? {} : { stem }),
    ...(auxiliary === undefined ? {} : { auxiliary }),
  };
  const skeleton =
    architecture === undefined
      ? space.skeleton(skeletonOptions)
      : networkSkeleton(space, architecture, skeletonOptions);
  if (size.partial !== undefined) requireParts(skeleton.blocks, size.partial);
  const network = noGrad(() => new Network(space, skeleton, purpose, architecture, new Generator(seed), size));
  if (device !== "cpu") network.to(device);
  return network;
}

function buildBlock(
  space: Space,
  block: Block,
  kind: Pick<CellPlan, "purpose" | "form">,
  architecture: Architecture | undefined,
  generator: Generator,
): Cell | Residual {
  if (block.kind === "residual") return new Residual(block, generator);
  const template = space.cells.find(({ name }) => name === block.cell);
  if (template === undefined) throw new RangeError(`space ${space.name} has no cell ${block.cell}`);
  if (architecture === undefined) return new Cell({ space, template, block, ...kind }, generator);
  const genotype = architecture[block.cell];
  if (genotype === undefined) {
    throw new ArchwrightError(
      "architecture",
      `the architecture has no cell "${block.cell}", which ${space.name} needs`,
    );
  }
  return new Cell({ space, template, block, genotype, ...kind }, generator);
}
