/** One training-mode forward pass on a minibatch, and everything that proxies differentiate from it. */
import {
  corrcoef,
  crossEntropyLoss,
  detach,
  enableGrad,
  flatten,
  gradOrNull,
  noGrad,
  scope,
  sum,
  type Tensor,
  to,
  zerosLike,
} from "@archwright/torch";
import type { ForwardContext } from "../../networks/context.ts";
import { type Pattern, PatternSum } from "../../networks/inference/pattern.ts";
import { curvatureAlongGradient, curvatureByGraph } from "./curvature.ts";
import { Kept } from "./kept.ts";
import { isScored, type ScoredLayer, scoredLayers } from "./layers.ts";
import type { Observation, Subject } from "./observation.ts";
import { withGradients } from "./weights.ts";

/** What a layer made, and what the loss makes of it. */
export interface Response {
  readonly layer: ScoredLayer;
  /** Output, before batch norm and ReLU. */
  readonly output: Tensor;
  /** ∂L/∂output. */
  readonly gradient: Tensor;
}

/**
 * L: mean cross-entropy of the minibatch. Layers that L does not depend on are left out. By name:
 * - `gradients`: ∂L/∂W;
 * - `curvature`: wᵀHg, H the Hessian of L, w the weights of the scored layers and g their gradient;
 * - `responses`: the layers' outputs and their gradients;
 * - `correlation`: of the images' rows of J = ∂(Σ logits)/∂images;
 * - `patterns`: which ReLUs are on for which image.
 */
export interface TrainingPass {
  readonly labels: Tensor;
  readonly classes: number;
  /** Weights of the scored layers, in the network's order, where gradients are wanted. */
  readonly weights: readonly Tensor[];
  /** ∂L/∂W of each of {@link weights}. */
  readonly gradients: readonly Tensor[];
  /** NaN where it is not wanted. */
  readonly curvature: number;
  readonly responses: readonly Response[];
  /** [batch, batch] float64: Pearson's correlation of the rows of J, NaN where a row is constant. */
  readonly correlation: Tensor | undefined;
  readonly patterns: Pattern | undefined;
}

/** A pass looks at a network; running statistics stay as they are. */
export const trainingPass: Observation<TrainingPass> = {
  observe(subject, wanted, body) {
    const layers = scoredLayers(subject.network);
    const differentiate = ["gradients", "curvature", "responses"].some((name) => wanted.has(name));
    const draws = subject.random.save();
    const recorded = differentiate ? layers.map(({ weight }) => weight) : [];
    return withGradients(recorded, () =>
      scope(() => {
        using kept = new Kept();
        using patterns = new PatternSum();
        const images = detach(subject.batch.images);
        if (wanted.has("correlation")) images.requiresGrad = true;
        const outputs: Omit<Response, "gradient">[] = [];
        const observer: Pick<ForwardContext, "onReLU" | "onOutput"> = {
          ...(wanted.has("patterns") && { onReLU: (input) => noGrad(() => patterns.addInput(input)) }),
          ...(wanted.has("responses") && {
            onOutput: (layer, output) => void (isScored(layer) && outputs.push({ layer, output: kept.keep(output) })),
          }),
        };
        const logits = forward(subject, images, observer, differentiate || wanted.has("correlation"));
        const correlation = wanted.has("correlation") ? rowCorrelation(logits, images, differentiate) : undefined;
        const byGraph = wanted.has("curvature") && subject.network.layersOnly !== true;
        const found = differentiate ? lossGradients(logits, subject.batch.labels, layers, outputs, byGraph) : nothing;
        const curvature = (): number => {
          if (byGraph) return curvatureByGraph(found.weights, found.gradients);
          // The second pass makes the draws of the first.
          subject.random.restore(draws);
          return curvatureAlongGradient(subject, found.weights, found.gradients);
        };
        return body({
          labels: subject.batch.labels,
          classes: logits.shape[1] as number,
          ...found,
          curvature: wanted.has("curvature") ? curvature() : Number.NaN,
          correlation,
          patterns: wanted.has("patterns") ? patterns : undefined,
        });
      }),
    );
  },
};

const nothing = { weights: [], gradients: [], responses: [] };

/** Logits; what the pass made on the way is kept by the recorded graph alone. */
export function forward(
  { network, mixture, random }: Omit<Subject, "batch">,
  images: Tensor,
  observer: Partial<ForwardContext>,
  recorded: boolean,
): Tensor {
  const run = (): Tensor => network.forward(images, { mode: "minibatch", random, ...observer }, mixture).logits;
  return scope(() => (recorded ? enableGrad(run) : noGrad(run)));
}

function lossGradients(
  logits: Tensor,
  labels: Tensor,
  layers: readonly ScoredLayer[],
  outputs: readonly Omit<Response, "gradient">[],
  createGraph: boolean,
): Pick<TrainingPass, "weights" | "gradients" | "responses"> {
  const loss = enableGrad(() => crossEntropyLoss(logits, labels));
  const weights = layers.map(({ weight }) => weight);
  const all = gradOrNull(loss, [...weights, ...outputs.map(({ output }) => output)], { createGraph });
  const reached = weights.flatMap((weight, i) => {
    const gradient = all[i];
    return gradient == null ? [] : [{ weight, gradient }];
  });
  return {
    weights: reached.map(({ weight }) => weight),
    gradients: reached.map(({ gradient }) => gradient),
    responses: outputs.flatMap((response, i) => {
      const gradient = all[weights.length + i];
      return gradient == null ? [] : [{ ...response, gradient }];
    }),
  };
}

/** Correlation of the rows of ∂(Σ logits)/∂images. A network that does not see its images has constant rows. */
function rowCorrelation(logits: Tensor, images: Tensor, retainGraph: boolean): Tensor {
  return scope(() => {
    const total = enableGrad(() => sum(logits));
    const [jacobian] = total.requiresGrad ? gradOrNull(total, [images], { retainGraph }) : [null];
    return correlationOfRows(flatten(jacobian ?? zerosLike(images), { startDim: 1 }));
  });
}

/** Pearson's correlation of the rows of a matrix, float64 [rows, rows]. */
export const correlationOfRows = (matrix: Tensor): Tensor =>
  noGrad(() => corrcoef(to(matrix, { dtype: "float64", device: "cpu" })));
