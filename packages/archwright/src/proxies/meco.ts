/** meco: how uncorrelated the channels of the feature maps of one noise image are. */

import type { Generator, Module } from "@archwright/torch";
import {
  clampMin,
  corrcoef,
  eigvalsh,
  flatten,
  indexSelect,
  isfinite,
  narrow,
  randperm,
  scope,
  select,
  type Tensor,
  to,
  where,
  zerosLike,
} from "@archwright/torch";
import { Cell } from "../networks/cell.ts";
import { Sequence } from "../networks/layers.ts";
import { Residual } from "../networks/network.ts";
import { Stem } from "../networks/stem.ts";
import { noise } from "./observation/noise.ts";
import { ownProxy } from "./observation/observation.ts";
import { forward } from "./observation/training-pass.ts";
import type { ZeroCostProxy } from "./proxy.ts";

export interface MecoOptions {
  /** Also the outputs of sequences, cells and blocks count, as in the released code, which looks at every module. @default false */
  readonly containers?: boolean;
  /** MeCo_opt: this many channels of each feature map, drawn at random, stand for all. @default all */
  readonly channels?: number;
}

/** Pixels along a side of the noise image. */
const SIZE = 64;

/**
 * Σ over layers of the smallest eigenvalue of the correlation matrix of their output's channels, for one N(0,1) image of
 * 64×64 pixels (zero-cost-proxies §4.5). Layers: convolutions, batch norms, ReLUs and pools.
 */
export function mecoScore({ containers = false, channels }: MecoOptions = {}): ZeroCostProxy {
  return ownProxy(
    {
      name: "meco",
      title: "smallest eigenvalues of the correlation of feature maps' channels (MeCo)",
      source: "Jiang et al., NeurIPS 2023",
      direction: "higher",
      needs: { images: false, labels: false, gradients: false },
      mode: "train",
      weights: "kept",
      input: "noise",
      batch: 1,
    },
    (subject) => {
      let total = 0;
      const onOutput = (module: Module, output: Tensor): void => {
        if (output.shape.length !== 4 || (!containers && isContainer(module))) return;
        total += scope(() =>
          smallestEigenvalue(flatten(select(output, 0, 0), { startDim: 1 }), channels, subject.random),
        );
      };
      forward(subject, noise(subject, 1, SIZE), { onOutput }, false);
      return total;
    },
  );
}

export const meco = mecoScore();

const isContainer = (module: Module): boolean =>
  [Sequence, Cell, Residual, Stem].some((container) => module instanceof container);

/**
 * Of the correlation of the rows of `map` [channels, positions], undefined correlations taken as 0. With `sample`, of that
 * many rows, drawn at random, times channels/sample.
 */
export function smallestEigenvalue(map: Tensor, sample: number | undefined, random: Generator): number {
  const count = map.shape[0] as number;
  if (sample !== undefined && sample < count) {
    const drawn = narrow(randperm(count, random), 0, 0, sample);
    const rows = indexSelect(map, 0, to(drawn, { device: map.device }));
    return (count / sample) * smallestEigenvalue(rows, undefined, random);
  }
  const correlation = corrcoef(to(map, { dtype: "float64", device: "cpu" }));
  const defined = where(isfinite(correlation), correlation, zerosLike(correlation));
  // A single channel's correlation has no dimensions.
  if (count === 1) return defined.item();
  // With more channels than positions the smallest is 0, which rounding can put below.
  return clampMin(narrow(eigvalsh(defined), 0, 0, 1), 0).item();
}
