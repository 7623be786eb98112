/** What a zero-cost proxy is: a score of an untrained network from one minibatch. */
import type { Generator, Tensor } from "@archwright/torch";
import type { Mixture } from "../networks/mixture.ts";
import type { Network } from "../networks/network.ts";

/** One minibatch. */
export interface ProxyBatch {
  /** [batch, 3, height, width], normalized, channels-last. */
  readonly images: Tensor;
  /** [batch] int64 class numbers. */
  readonly labels: Tensor;
}

/** A proxy bound to one network, so that what does not depend on the minibatch is done once. */
export interface Scorer extends Disposable {
  /**
   * One score for each mixture, on the same minibatch; `[undefined]` scores a discrete network. A score may be NaN or
   * infinite where the definition says so; it never throws for that.
   */
  score(batch: ProxyBatch, mixtures: readonly (Mixture | undefined)[]): number[];
}

export interface ScorerOptions {
  /** Source of random draws that the proxy or the network's operations make. */
  readonly random: Generator;
  /**
   * Counts the ReLUs of operations without weight as switched off for every image, as released code does that runs these
   * operations on zeros (zero-cost-pt §3). For proxies that look at ReLUs. @default false
   */
  readonly countBlocked?: boolean;
}

export interface ZeroCostProxy {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** Which scores mean the better network. */
  readonly direction: "higher" | "lower";
  /** What the definition uses besides the network's structure. */
  readonly needs: { readonly images: boolean; readonly labels: boolean; readonly gradients: boolean };
  /** Mode of batch normalization. */
  readonly mode: "train" | "eval";
  /** The network's weights must not change while the scorer lives. */
  readonly prepare: (network: Network, options: ScorerOptions) => Scorer;
}
