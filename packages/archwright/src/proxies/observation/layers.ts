/** The layers whose weights proxies score, and sums over them. */
import { stack, sum, type Tensor, to } from "@archwright/torch";
import { LineConv } from "../../networks/factored-conv.ts";
import { Conv, Linear } from "../../networks/layers.ts";
import type { ScoredNetwork } from "../proxy.ts";

/** A convolution or linear layer: its weight is scored, its bias is not (zero-cost-proxies §0). */
export type ScoredLayer = Convolution | Linear;

export type Convolution = Conv | LineConv;

export const isConvolution = (module: unknown): module is Convolution =>
  module instanceof Conv || module instanceof LineConv;

export const isScored = (module: unknown): module is ScoredLayer => isConvolution(module) || module instanceof Linear;

export const scoredLayers = (network: ScoredNetwork): ScoredLayer[] => [...network.modules()].filter(isScored);

/** Sum of scalar tensors, in double precision; 0 of none. */
export function sumOfScalars(scalars: readonly Tensor[]): number {
  return scalars.length === 0 ? 0 : sum(to(stack(scalars), { dtype: "float64" })).item();
}
