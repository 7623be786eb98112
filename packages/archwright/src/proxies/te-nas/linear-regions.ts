/** linear_regions: into how many linear pieces the ReLUs of a thin copy cut the space of inputs. */
import { flatten, type Generator, gt, Module, noGrad, randn, scope, type Tensor, to } from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import { Cell } from "../../networks/cell.ts";
import { BatchNorm, Conv, Sequence } from "../../networks/layers.ts";
import type { Mixture } from "../../networks/mixture.ts";
import { ownProxy } from "../observation/observation.ts";
import { kaimingFanIn, withRandomWeights } from "../observation/weights.ts";
import type { ScoredNetwork, ZeroCostProxy } from "../proxy.ts";

export interface LinearRegionsOptions {
  /** Fresh weights and inputs that the score is averaged over. @default 3 */
  readonly repeats?: number;
  /** Minibatches of inputs. @default 3 */
  readonly batches?: number;
  /** Inputs in each. @default 1000 */
  readonly batch?: number;
}

/**
 * Number of distinct patterns of all ReLUs over N(0,1) inputs of 1×3×3, weights Kaiming normal (zero-cost-proxies §4.6). The
 * thin copy is a stem and one cell of every kind, with one channel, without reductions, which such inputs are too small for.
 */
export function linearRegionsScore(options: LinearRegionsOptions = {}): ZeroCostProxy {
  const { repeats = 3, batches = 3, batch = 1000 } = options;
  return ownProxy(
    {
      name: "linear_regions",
      title: "number of linear regions of a thin copy (TE-NAS)",
      source: "Chen et al., ICLR 2021",
      direction: "higher",
      needs: { images: false, labels: false, gradients: false },
      mode: "train",
      weights: "redrawn",
      input: "noise",
      batch: batches * batch,
      networks: "cells",
    },
    ({ network, mixture, random }) => {
      using thin = thinCopy(network, random);
      let total = 0;
      for (let i = 0; i < repeats; i++) {
        total += withRandomWeights(thin, random, kaimingFanIn, () => {
          const patterns = new Set<string>();
          for (let k = 0; k < batches; k++) {
            for (const pattern of inputPatterns(thin, mixture, batch, random)) patterns.add(pattern);
          }
          return patterns.size;
        });
      }
      return total / repeats;
    },
  );
}

export const linearRegions = linearRegionsScore();

/** Stem and one cell of every kind, with one channel. */
class ThinCopy extends Module {
  readonly stem: Sequence;
  readonly cells: readonly Cell[];

  constructor(cells: readonly Cell[], random: Generator) {
    super();
    this.stem = new Sequence([new Conv({ inputs: 1, outputs: 1, kernel: 3 }, random), new BatchNorm(1, true)]);
    this.cells = cells;
  }
}

function thinCopy(network: ScoredNetwork, random: Generator): ThinCopy {
  const kinds = new Map(
    [...network.modules()].flatMap((module) => (module instanceof Cell ? [[module.template.name, module.plan]] : [])),
  );
  if (kinds.size === 0) {
    throw new ArchwrightError("usage", "linear_regions needs networks made of cells; this space has none");
  }
  return noGrad(() => {
    const cells = Array.from(kinds.values(), (plan) => {
      const inputs = plan.block.inputs.map(() => ({ from: -1, channels: 1, preprocess: "none" }) as const);
      return new Cell({ ...plan, form: {}, block: { ...plan.block, channels: 1, reduction: false, inputs } }, random);
    });
    return new ThinCopy(cells, random);
  });
}

/** The pattern of all ReLUs for each input, as text. */
function inputPatterns(
  { stem, cells }: ThinCopy,
  mixture: Mixture | undefined,
  batch: number,
  random: Generator,
): string[] {
  return scope(() => {
    const context = { mode: "minibatch", random } as const;
    const input = noGrad(() => stem.forward(randn([batch, 1, 3, 3], random), context));
    const patterns: string[] = Array.from({ length: batch }, () => "");
    const onReLU = (x: Tensor): void => {
      const on = Buffer.from(to(gt(flatten(x, { startDim: 1 }), 0), { dtype: "uint8" }).toTypedArray() as Uint8Array);
      const units = on.length / batch;
      for (let i = 0; i < batch; i++) patterns[i] += on.toString("latin1", i * units, (i + 1) * units);
    };
    for (const cell of cells) {
      const { template } = cell;
      const inputs = Array.from({ length: template.inputs }, () => input);
      noGrad(() => cell.forward(inputs, mixture?.[template.name], { ...context, onReLU }));
    }
    return patterns;
  });
}
