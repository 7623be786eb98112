/** Parameters and multiply-adds of networks, counted from their description alone. */
import { ArchwrightError } from "../errors.ts";
import type { Layer, Purpose } from "./layers.ts";
import { networkSkeleton } from "./skeletons/network.ts";
import type { Architecture, CellBlock, CellInput, Choice, Skeleton, Space, SupernetSize } from "./space.ts";

export interface Cost {
  /** Trainable weights. Architecture parameters are not among them. */
  readonly parameters: number;
  /** Multiply-adds for one image: convolutions and linear layers only, as NAS-Bench-201 counts. */
  readonly macs: number;
}

export interface CostOptions {
  /** @default 10 */
  readonly classes?: number;
  /** @default the space's size for `purpose` */
  readonly size?: SupernetSize;
  /** `search`: BN inside cells has no weights, pools may be followed by BN. @default "evaluation" */
  readonly purpose?: Purpose;
  /** Height and width in pixels. @default 32, or 224 with the ImageNet stem */
  readonly imageSize?: number;
  /** Counts the training-only head too. @default false: published numbers leave it out (space-darts §5) */
  readonly auxiliary?: boolean;
  /** @default "cifar" */
  readonly stem?: "cifar" | "imagenet";
}

/**
 * The cost of the network that `architecture` describes. Throws `ArchwrightError("usage")` for an image size that
 * the network's reductions cannot halve.
 */
export function networkCost(space: Space, architecture: Architecture, options: CostOptions = {}): Cost {
  const { parameters, macs } = tallied(space, architecture, options);
  return { parameters, macs };
}

/** Work besides multiply-adds of weights, in cells and ImageNet stems: some tables count it too (space-nds). */
export interface SideWork {
  /** Values that ReLUs give. */
  readonly relu: number;
  /** Values that pools read, the global one at the end included. */
  readonly pool: number;
  /**
   * Multiply-adds that dilated convolutions would have more if their outputs were as large as those of the same
   * kernel and padding without dilation.
   */
  readonly dilationOverrun: number;
}

export function sideWork(space: Space, architecture: Architecture, options: CostOptions = {}): SideWork {
  const { relu, pool, dilationOverrun } = tallied(space, architecture, options);
  return { relu, pool, dilationOverrun };
}

function tallied(space: Space, architecture: Architecture, options: CostOptions): Tally {
  const purpose = options.purpose ?? "evaluation";
  const skeleton = networkSkeleton(space, architecture, skeletonOptions(space, options, purpose));
  const { partial } = sizeOf(space, options, purpose);
  return count(space, skeleton, { purpose, partial }, imageSize(options), (cell) => architecture[cell]?.choices ?? []);
}

/** Trainable weights of the supernet, with every candidate on every edge; architecture parameters excluded. */
export function supernetParameters(space: Space, options: Pick<CostOptions, "classes" | "size" | "stem"> = {}): number {
  const skeleton = space.skeleton(skeletonOptions(space, options, "search"));
  const all = new Map<string, Choice[]>();
  for (const { name, edges, operations } of space.cells) {
    const choices = edges.flatMap((edge, e) => (operations[e] ?? []).map((operation) => ({ ...edge, operation })));
    all.set(name, choices);
  }
  const { partial } = sizeOf(space, options, "search");
  const form = { purpose: "search", partial } as const;
  return count(space, skeleton, form, imageSize(options), (cell) => all.get(cell) ?? []).parameters;
}

function skeletonOptions(space: Space, options: CostOptions, purpose: Purpose) {
  const { classes = 10, stem = "cifar", auxiliary = false } = options;
  const { channels, cells } = sizeOf(space, options, purpose);
  return { channels, cells, classes, purpose, stem, auxiliary };
}

const sizeOf = (space: Space, { size }: CostOptions, purpose: Purpose): SupernetSize => size ?? space.sizes[purpose];

const imageSize = (options: CostOptions): number => options.imageSize ?? (options.stem === "imagenet" ? 224 : 32);

/** Walks the skeleton. `choices` gives the operations that stand in a cell; `sizes` below are pixels along a side. */
function count(
  space: Space,
  skeleton: Skeleton,
  { purpose, partial = 1 }: { readonly purpose: Purpose; readonly partial?: number | undefined },
  imageSize: number,
  choices: (cell: string) => readonly Choice[],
): Tally {
  const { blocks, head, auxiliary } = skeleton;
  const tally = new Tally(imageSize);
  const sizes = stem(tally, skeleton, imageSize);
  for (const [k, block] of blocks.entries()) {
    if (block.kind === "cell") {
      const input = block.inputs.map((from) => preprocessed(tally, from, block.channels, sizes, purpose));
      sizes.set(k, cell(tally, space, seenBy(block, partial), purpose, input[0] as number, choices(block.cell)));
    } else {
      const size = tally.half(sizes.get(block.from) as number);
      tally.conv(block.inputChannels, block.channels, 3, size).norm(block.channels);
      tally.conv(block.channels, block.channels, 3, size).norm(block.channels);
      tally.conv(block.inputChannels, block.channels, 1, size);
      sizes.set(k, size);
    }
  }
  if (head.normalized) tally.norm(head.channels);
  tally.pool += head.channels * (sizes.get(blocks.length - 1) as number) ** 2;
  tally.linear(head.channels, head.classes);
  if (auxiliary !== undefined) auxiliaryHead(tally, skeleton, sizes.get(auxiliary.after) as number);
  return tally;
}

/** The stem's outputs: -1, and -2 where it has two (space-darts §4.1, §4.3). */
function stem(tally: Tally, { inputChannels, stem: { kind, channels } }: Skeleton, size: number): Map<number, number> {
  if (kind === "conv3x3") {
    tally.conv(inputChannels, channels, 3, size).norm(channels);
    return new Map([[-1, size]]);
  }
  const sizes = [tally.half(size), tally.half(tally.half(size)), tally.half(tally.half(tally.half(size)))] as const;
  const halfChannels = Math.floor(channels / 2);
  tally.relu += halfChannels * sizes[0] ** 2 + channels * sizes[1] ** 2;
  tally.conv(inputChannels, halfChannels, 3, sizes[0]).norm(halfChannels);
  tally.conv(halfChannels, channels, 3, sizes[1]).norm(channels);
  tally.conv(channels, channels, 3, sizes[2]).norm(channels);
  return new Map([
    [-2, sizes[1]],
    [-1, sizes[2]],
  ]);
}

/** Brings an input to the cell's channels and resolution; BN has weights in the evaluation network only. */
function preprocessed(
  tally: Tally,
  input: CellInput,
  channels: number,
  sizes: ReadonlyMap<number, number>,
  purpose: Purpose,
): number {
  const size = sizes.get(input.from) as number;
  if (input.preprocess === "none") return size;
  const result = input.preprocess === "factorized-reduce" ? tally.half(size) : size;
  tally.relu += input.channels * size ** 2;
  // Two 1×1 convolutions to half the channels each are as much as one to all of them.
  tally.conv(input.channels, channels, 1, result);
  if (purpose === "evaluation") tally.norm(channels);
  return result;
}

/** Operations see one part of the channels. */
const seenBy = (block: CellBlock, partial: number): CellBlock => ({ ...block, channels: block.channels / partial });

function cell(
  tally: Tally,
  space: Space,
  { cell: name, channels, reduction }: CellBlock,
  purpose: Purpose,
  size: number,
  choices: readonly Choice[],
): number {
  const inputs = space.cells.find((template) => template.name === name)?.inputs ?? 0;
  const inner = reduction ? tally.half(size) : size;
  for (const { source, operation } of choices) {
    const fromInput = source < inputs;
    const stride = fromInput && reduction ? 2 : 1;
    let current = fromInput ? size : inner;
    for (const layer of space.operations[operation]?.({ stride, purpose }) ?? []) {
      current = tally.layer(layer, channels, current, stride, purpose);
    }
  }
  return inner;
}

/** Average pool 5×5, conv 1×1 to 128, conv 2×2 to 768, linear (space-darts §4.2, §4.3). */
function auxiliaryHead(tally: Tally, { stem: { kind }, head, auxiliary }: Skeleton, size: number): void {
  const imagenet = kind === "imagenet";
  const pooled = Math.floor((size - 5) / (imagenet ? 2 : 3)) + 1;
  if (pooled < 2)
    throw new ArchwrightError("usage", `the auxiliary head needs a map of at least 8 pixels, got ${size}`);
  tally.conv(auxiliary?.channels ?? 0, 128, 1, pooled).norm(128);
  tally.conv(128, 768, 2, pooled - 1);
  // The ImageNet head of the original code has no BN here, by a typo that is kept (space-darts §4.3).
  if (!imagenet) tally.norm(768);
  tally.linear(768, head.classes);
}

/** Running totals. Sizes are those of a layer's output. */
class Tally {
  parameters = 0;
  macs = 0;
  /** What {@link sideWork} tells. */
  relu = 0;
  pool = 0;
  dilationOverrun = 0;
  readonly #imageSize: number;

  constructor(imageSize: number) {
    this.#imageSize = imageSize;
  }

  conv(from: number, to: number, kernel: number, size: number, groups = 1): this {
    const weights = (from / groups) * to * kernel * kernel;
    this.parameters += weights;
    this.macs += weights * size * size;
    return this;
  }

  /** Batch norm with weights. */
  norm(channels: number): this {
    this.parameters += 2 * channels;
    return this;
  }

  linear(from: number, to: number): this {
    this.parameters += from * to + to;
    this.macs += from * to;
    return this;
  }

  /** One layer of an operation; returns the size of its output. */
  layer(layer: Layer, channels: number, size: number, stride: 1 | 2, purpose: Purpose): number {
    // Asked for only by layers that stride: what follows them may have an odd size.
    const reduced = (): number => (stride === 2 ? this.half(size) : size);
    switch (layer.kind) {
      case "conv": {
        const output = layer.strided ? reduced() : size;
        const groups = layer.depthwise ? channels : 1;
        this.conv(channels, channels, layer.kernel, output, groups);
        const excess = (layer.dilation - 1) * (layer.kernel - 1);
        const overrun = Math.floor((size + excess - 1) / (layer.strided ? stride : 1)) + 1;
        this.dilationOverrun += (channels / groups) * channels * layer.kernel ** 2 * (overrun ** 2 - output ** 2);
        return output;
      }
      case "factored-conv": {
        // k weights for each pair of channels, twice; the first convolution halves one side only.
        const weights = channels * channels * layer.kernel;
        this.parameters += 2 * weights;
        const output = reduced();
        this.macs += weights * (size * output + output * output);
        return output;
      }
      case "batch-norm":
        if (purpose === "evaluation") this.norm(channels);
        return size;
      case "factorized-reduce": {
        const output = reduced();
        this.relu += channels * size ** 2;
        this.conv(channels, channels, 1, output);
        if (purpose === "evaluation") this.norm(channels);
        return output;
      }
      case "relu":
        this.relu += channels * size ** 2;
        return size;
      case "pool": {
        const output = reduced();
        this.pool += channels * output ** 2 * layer.kernel ** 2;
        return output;
      }
      case "identity":
        return size;
      default:
        return reduced();
    }
  }

  /** A size at half the resolution. Odd sizes are refused: the shifted branch of a factorized reduction needs even ones. */
  half(size: number): number {
    if (Number.isInteger(size) && size > 0 && size % 2 === 0) return size / 2;
    throw new ArchwrightError(
      "usage",
      `images of ${this.#imageSize} pixels cannot be halved as often as the network does`,
      {
        details: { imageSize: this.#imageSize },
      },
    );
  }
}
