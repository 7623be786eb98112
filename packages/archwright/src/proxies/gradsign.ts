/** gradsign: on how many weights the single images agree about the sign of the gradient. */
import { abs, add, narrow, scope, sign, sum, type Tensor } from "@archwright/torch";
import { scoredLayers, sumOfScalars } from "./observation/layers.ts";
import { ownProxy } from "./observation/observation.ts";
import { trainingPass } from "./observation/training-pass.ts";
import type { ZeroCostProxy } from "./proxy.ts";

export interface GradSignOptions {
  /**
   * `sum` over weights, which grows with their number, or their `mean`, as AZ-NAS's code has it; `reached-mean` leaves out
   * layers that no gradient has reached. @default "sum"
   */
  readonly over?: "sum" | "mean" | "reached-mean";
}

/**
 * Σ over weights of |Σ over images of sign(∂L_i/∂w)|, each image in a pass of its own, so that batch norm sees its
 * positions only (zero-cost-proxies §4.2).
 */
export function gradSignScore({ over = "sum" }: GradSignOptions = {}): ZeroCostProxy {
  return ownProxy(
    {
      name: "gradsign",
      title: "agreement of single images' gradients in sign (GradSign)",
      source: "Zhang and Jia, ICLR 2022",
      direction: "higher",
      needs: { images: true, labels: true, gradients: true },
      mode: "train",
      weights: "kept",
      input: "minibatch",
      batch: 64,
    },
    (subject) => {
      const { images, labels } = subject.batch;
      let signs: Tensor[] = [];
      for (let i = 0; i < (images.shape[0] as number); i++) {
        const before = signs;
        signs = scope(() => {
          const batch = { images: narrow(images, 0, i, 1), labels: narrow(labels, 0, i, 1) };
          return trainingPass.observe({ ...subject, batch }, new Set(["gradients"]), ({ gradients }) =>
            addSigns(before, gradients),
          );
        });
        for (const tensor of before) tensor.dispose();
      }
      if (over === "sum") return agreement(signs);
      const counted = over === "mean" ? scoredLayers(subject.network).map(({ weight }) => weight) : signs;
      return agreement(signs) / counted.reduce((total, { size }) => total + size, 0);
    },
  );
}

export const gradSign = gradSignScore();

/** Adds the signs of one image's gradients; `sums` is empty before the first image. */
export function addSigns(sums: readonly Tensor[], gradients: readonly Tensor[]): Tensor[] {
  return gradients.map((gradient, layer) => {
    const before = sums[layer];
    return before === undefined ? sign(gradient) : add(before, sign(gradient));
  });
}

/** Σ |sums|. */
export const agreement = (sums: readonly Tensor[]): number => sumOfScalars(sums.map((layer) => sum(abs(layer))));
