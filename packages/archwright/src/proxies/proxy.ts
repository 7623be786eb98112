/** What a zero-cost proxy is: a score of an untrained network from one minibatch. */
import type { Generator, Module, Tensor } from "@archwright/torch";
import type { ForwardContext } from "../networks/context.ts";
import type { Mixture } from "../networks/mixture.ts";
import type { Outputs } from "../networks/network.ts";
import type { ArchitectureSpace } from "../spaces/architecture-space.ts";
import type { SharedScore } from "./observation/observation.ts";

/** One minibatch. */
export interface ProxyBatch {
  /** [batch, 3, height, width], normalized, channels-last. */
  readonly images: Tensor;
  /** [batch] int64 class numbers. */
  readonly labels: Tensor;
}

/** A network as proxies see it: a supernet, which needs a mixture, or the network of one architecture of any space. */
export interface ScoredNetwork extends Module {
  /**
   * Whether all that is not linear in the feature maps, and all that has weights, are layers of `networks/`: these also
   * carry derivatives along ({@link ForwardContext.hyperDual}). @default false
   */
  readonly layersOnly?: boolean;
  forward(images: Tensor, context: ForwardContext, mixture?: Mixture): Outputs;
}

/** A proxy bound to one network, so that what does not depend on the minibatch is done once. */
export interface Scorer extends Disposable {
  /**
   * One score for each mixture, on the same minibatch and from the same random draws; `[undefined]` scores a discrete
   * network. A score may be NaN or infinite where the definition says so; it never throws for that.
   */
  score(batch: ProxyBatch, mixtures: readonly (Mixture | undefined)[]): number[];
}

/** What is known about a network besides its layers. */
export interface NetworkFacts {
  /** Name of its space. */
  readonly space: string;
  /** Multiply-adds for one image, and the most that networks of the space have; absent for a supernet. */
  readonly macs?: { readonly own: number; readonly most: () => number };
}

export interface ScorerOptions {
  /** Source of random draws that the proxy or the network's operations make. */
  readonly random: Generator;
  /**
   * Counts the ReLUs of operations without weight as switched off for every image, as released code does that runs these
   * operations on zeros (zero-cost-pt §3). For nwot_eval. @default false
   */
  readonly countBlocked?: boolean;
  readonly about?: NetworkFacts;
}

/** What is known about a proxy without running it. */
export interface ProxyFacts {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** Which scores mean the better network. */
  readonly direction: "higher" | "lower";
  /** What the definition uses besides the network's structure. */
  readonly needs: { readonly images: boolean; readonly labels: boolean; readonly gradients: boolean };
  /** What batch norm does: see {@link ForwardContext}. `none`: the network is not run, or batch norm does not matter. */
  readonly mode: "train" | "eval" | "off" | "none";
  /** Weights that are scored: as they are, drawn anew by the proxy, or as they are without their signs. */
  readonly weights: "kept" | "redrawn" | "absolute";
  /** What the network is run on. Noise and ones take the shape of the minibatch's images where none is fixed. */
  readonly input: "minibatch" | "noise" | "ones" | "none";
  /** Images in the minibatch of the published scores; absent where its size does not matter. */
  readonly batch?: number;
  /** How many minibatches the definition takes: the batch holds them one after the other. @default 1 */
  readonly minibatches?: number;
  /** `cells`: it needs the cells and blocks of a {@link Network}, and throws `ArchwrightError("usage")` on others. @default "any" */
  readonly networks?: "any" | "cells";
  /** Whether it is scored on backbones ({@link ArchitectureSpace.backbone}), with images of their size. @default false */
  readonly backbone?: boolean;
  /** Why the proxy cannot choose between the operations of a supernet; absent where it can. */
  readonly noOperationScore?: string;
}

export interface ZeroCostProxy extends ProxyFacts {
  /**
   * The network's weights must not change while the scorer lives. Scoring leaves weights, running statistics and gradient
   * switches as they are.
   */
  readonly prepare: (network: ScoredNetwork, options: ScorerOptions) => Scorer;
  /** How it is computed from something that other proxies look at too ({@link scoreAll}). */
  readonly shared?: SharedScore;
}
