/**
 * A supernet whose operations see more channels, made from one whose operations see fewer: channels are copied at random
 * (Net2WiderNet, Chen et al., ICLR 2016, as DrNAS has it: nothing is divided by how often a channel is copied; drnas §3.1).
 */
import { indexSelect, noGrad, scope, type Tensor, tensor, to } from "@archwright/torch";
import type { Random } from "../random.ts";
import { Cell } from "./cell.ts";
import { BatchNorm, Conv, FactorizedReduce, type Sequence } from "./layers.ts";
import type { Network } from "./network.ts";

/** For each channel of the wider tensor, the channel of the narrower one that it is copied from. */
type Sources = readonly number[];

/** Where the entries of a widened tensor come from, along its first two dimensions. */
interface Origin {
  readonly outputs?: Sources | undefined;
  readonly inputs?: Sources | undefined;
}

/** A tensor of the wider network from the one of the same name in the narrower: a weight, or an optimizer's moment of it. */
export type Carry = (name: string, narrow: Tensor) => Tensor;

/**
 * Copies the state of `narrow` into `wide`, which has the same cells, and returns how. What `carry` gives belongs to the current
 * scope.
 */
export function widen(narrow: Network, wide: Network, random: Random): Carry {
  const origins = new Map<Tensor, Origin>();
  for (const [k, block] of narrow.blocks.entries()) {
    const wider = wide.blocks[k];
    if (!(block instanceof Cell) || !(wider instanceof Cell)) continue;
    for (const [name, operation] of block.operations) {
      const target = wider.operations.get(name) as Sequence;
      for (const [tensor, origin] of operationOrigins(operation, target, random)) origins.set(tensor, origin);
    }
  }
  const byName = new Map(Object.entries(narrow.state()).map(([name, tensor]) => [name, origins.get(tensor) ?? {}]));
  const carry: Carry = (name, value) => noGrad(() => picked(value, byName.get(name) ?? {}));
  noGrad(() =>
    scope(() => {
      const state = Object.entries(narrow.state()).map(([name, value]) => [name, carry(name, value)]);
      wide.load(Object.fromEntries(state));
    }),
  );
  return carry;
}

function picked(value: Tensor, { outputs, inputs }: Origin): Tensor {
  const along = (x: Tensor, dim: number, sources: Sources | undefined): Tensor =>
    sources === undefined ? x : indexSelect(x, dim, to(tensor(Int32Array.from(sources)), { device: x.device }));
  return scope(() => along(along(value, 0, outputs), 1, inputs));
}

/**
 * By the narrower operation's tensors. A convolution's inputs are those of the layer before it, or drawn anew; its outputs are
 * drawn, and batch norm takes them over.
 */
function operationOrigins(narrow: Sequence, wide: Sequence, random: Random): Map<Tensor, Origin> {
  const origins = new Map<Tensor, Origin>();
  /** Channels between two layers; undefined where they are to be drawn. */
  let flowing: Sources | undefined;
  for (const [i, layer] of narrow.layers.entries()) {
    const wider = wide.layers[i];
    if (layer instanceof Conv && wider instanceof Conv) {
      const sizes = channelsOf(layer, wider);
      const depthwise = layer.groups > 1;
      const inputs = depthwise ? undefined : (flowing ?? sources(sizes.inputs, random));
      const outputs = sources(sizes.outputs, random);
      origins.set(layer.weight, { outputs, inputs });
      flowing = outputs;
    } else if (layer instanceof BatchNorm && wider instanceof BatchNorm) {
      normOrigins(layer, flowing ?? sources(normChannels(layer, wider), random), origins);
      flowing = undefined;
    } else if (layer instanceof FactorizedReduce && wider instanceof FactorizedReduce) {
      const halves = ([layer.even, layer.odd] as const).map((conv) => {
        const sizes = channelsOf(conv, wider.even);
        const own = { inputs: sources(sizes.inputs, random), outputs: sources(sizes.outputs, random) };
        origins.set(conv.weight, own);
        return own.outputs;
      });
      const half = layer.even.weight.shape[0] as number;
      const joined = halves.flatMap((own, n) => own.map((channel) => channel + n * half));
      normOrigins(layer.norm, joined, origins);
    }
  }
  return origins;
}

type Counts = readonly [narrow: number, wide: number];

const channelsOf = (narrow: Conv, wide: Conv): { inputs: Counts; outputs: Counts } => ({
  inputs: [narrow.weight.shape[1] as number, wide.weight.shape[1] as number],
  outputs: [narrow.weight.shape[0] as number, wide.weight.shape[0] as number],
});

const normChannels = (narrow: BatchNorm, wide: BatchNorm): Counts => [narrow.runningMean.size, wide.runningMean.size];

function normOrigins(norm: BatchNorm, outputs: Sources, origins: Map<Tensor, Origin>): void {
  for (const part of [norm.weight, norm.bias, norm.runningMean, norm.runningVariance]) {
    if (part !== undefined) origins.set(part, { outputs });
  }
}

/** The channels there are, then copies of channels that are drawn with replacement. */
const sources = ([narrow, wide]: Counts, random: Random): Sources => [
  ...Array.from({ length: narrow }, (_, c) => c),
  ...Array.from({ length: wide - narrow }, () => random.integer(narrow)),
];
