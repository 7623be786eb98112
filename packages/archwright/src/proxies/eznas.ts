/** eznas_a: a formula that genetic programming found. */
import {
  detach,
  enableGrad,
  gradOrNull,
  gt,
  lt,
  type Module,
  mul,
  narrow,
  norm,
  scope,
  sigmoid,
  sign,
  slogdet,
  sum,
  type Tensor,
  to,
  where,
  zerosLike,
} from "@archwright/torch";
import { LimitedReLU } from "../networks/graph/layers.ts";
import { BatchNorm, Linear, ReLU } from "../networks/layers.ts";
import { Kept } from "./observation/kept.ts";
import { type Convolution, isConvolution, type ScoredLayer, scoredLayers } from "./observation/layers.ts";
import { noise } from "./observation/noise.ts";
import { ownProxy, type Subject } from "./observation/observation.ts";
import { forward } from "./observation/training-pass.ts";
import { kaimingFanOut, withGradients, withRandomWeights } from "./observation/weights.ts";
import type { ZeroCostProxy } from "./proxy.ts";

export interface EznasOptions {
  /**
   * Which tensor T of a ReLU-convolution-BN triple the formula takes: the gradient of the ReLU's input for real images, as the
   * released program does, whose scores are published; or the gradient of the convolution's weight for noise, as the paper
   * is said to. @default "relu-gradient"
   */
  readonly tensor?: "relu-gradient" | "weight-gradient";
  /** Images: the first of the minibatch. @default 16 */
  readonly images?: number;
}

/**
 * Mean over ReLU-convolution-BN triples of the Frobenius norm of sigmoid(ln det sign(T[i,j])) over i, j, T of the gradients of
 * the sum of all logits (zero-cost-proxies §4.7). It behaves as a non-linear count of units.
 */
export function eznasScore({ tensor = "relu-gradient", images = 16 }: EznasOptions = {}): ZeroCostProxy {
  const onImages = tensor === "relu-gradient";
  return ownProxy(
    {
      name: "eznas_a",
      title: "determinants of gradients' signs (EZNAS-A)",
      source: "Akhauri et al., NeurIPS 2022",
      direction: "higher",
      needs: { images: onImages, labels: false, gradients: true },
      mode: "train",
      weights: "redrawn",
      input: onImages ? "minibatch" : "noise",
      batch: images,
    },
    (subject) =>
      withRandomWeights(subject.network, subject.random, initialDeviation, () => {
        const available = subject.batch.images;
        const count = Math.min(images, available.shape[0] as number);
        const scores = tripleTensors(subject, onImages ? narrow(available, 0, 0, count) : noise(subject, count), tensor)
          .filter(({ shape }) => shape.length === 4 && shape[2] === shape[3])
          .map(tripleScore);
        return scores.reduce((total, score) => total + score, 0) / scores.length;
      }),
  );
}

export const eznas = eznasScore();

/** Convolutions Kaiming normal, fan-out; linear layers N(0, 0.01²). */
const initialDeviation = (layer: ScoredLayer): number => (layer instanceof Linear ? 0.01 : kaimingFanOut(layer));

interface Triple {
  /** What the ReLU has made, and its upper limit where it has one. */
  readonly active: Tensor;
  readonly limit: number | undefined;
  readonly conv: Convolution;
}

/** T of every triple that the logits depend on. */
function tripleTensors(subject: Subject, images: Tensor, tensor: EznasOptions["tensor"]): Tensor[] {
  return scope(() => {
    using kept = new Kept();
    const weights = scoredLayers(subject.network).map(({ weight }) => weight);
    return withGradients(weights, () => {
      const triples = new TripleFinder(kept);
      const onOutput = (module: Module, output: Tensor): void => triples.see(module, output);
      const logits = forward(subject, images, { onOutput }, true);
      const sources = triples.found.map(({ active, conv }) => (tensor === "weight-gradient" ? conv.weight : active));
      const gradients = gradOrNull(
        enableGrad(() => sum(logits)),
        sources,
      );
      return triples.found.flatMap(({ active, limit }, i) => {
        const gradient = gradients[i];
        if (gradient == null) return [];
        return [tensor === "weight-gradient" ? gradient : mul(gradient, passes(detach(active), limit))];
      });
    });
  });
}

/** 1 where a gradient passes the ReLU that has made `active`. */
const passes = (active: Tensor, limit: number | undefined): Tensor =>
  limit === undefined ? gt(active, 0) : mul(gt(active, 0), lt(active, limit));

/** Finds ReLU, convolution, BN in the order in which they run; of several convolutions in a row the last counts. */
class TripleFinder {
  readonly found: Triple[] = [];
  readonly #kept: Kept;
  #active: Pick<Triple, "active" | "limit"> | undefined;
  #conv: Convolution | undefined;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  see(module: Module, output: Tensor): void {
    if (module instanceof ReLU) {
      // Of zeros that no layer has made it has no graph; what follows goes back to it all the same.
      output.requiresGrad = true;
      const limit = module instanceof LimitedReLU ? module.limit : undefined;
      this.#active = { active: this.#kept.keep(output), limit };
      this.#conv = undefined;
    } else if (isConvolution(module)) {
      this.#conv = module;
    } else if (module instanceof BatchNorm) {
      if (this.#active !== undefined && this.#conv !== undefined) {
        this.found.push({ ...this.#active, conv: this.#conv });
      }
      this.#active = undefined;
      this.#conv = undefined;
    }
  }
}

/** `t`: [i, j, k, k]. A determinant below 0 has no logarithm and counts as ln 1; of 0 as -Infinity. */
export function tripleScore(t: Tensor): number {
  return scope(() => {
    const [signs, logarithms] = slogdet(sign(to(t, { dtype: "float64", device: "cpu" })));
    const negative = lt(signs, 0);
    return norm(sigmoid(where(negative, zerosLike(logarithms), logarithms))).item();
  });
}
