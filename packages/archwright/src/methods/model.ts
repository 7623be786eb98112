/** What the parts of a search work on: the supernet, its architecture parameters, and the images. */
import { detachFromScope, Generator, noGrad, permute, scope, type Tensor, tensor, to } from "@archwright/torch";
import type { ImageSet } from "../data/dataset.ts";
import type { Batch } from "../data/sampler.ts";
import { halves } from "../data/split.ts";
import type { Mixture } from "../networks/mixture.ts";
import { type Network, supernet } from "../networks/network.ts";
import type { ProxyBatch } from "../proxies/proxy.ts";
import { Random } from "../random.ts";
import type { Relaxation } from "../relaxations/relaxation.ts";
import type { SearchContext } from "./method.ts";

export class SearchModel implements Disposable {
  readonly context: SearchContext;
  readonly relaxation: Relaxation;
  readonly supernet: Network;
  /** First and second half of the training images (space-darts §6). */
  readonly halves: { readonly train: ImageSet; readonly valid: ImageSet };
  /** α of every cell template, [edges, operations]. */
  readonly alpha: Record<string, Tensor> = {};
  readonly #alphaGenerator: Generator;

  constructor(context: SearchContext, relaxation: Relaxation) {
    const { space, dataset, seed, device } = context;
    this.context = context;
    this.relaxation = relaxation;
    this.supernet = supernet(space, { classes: dataset.classes.length, seed: derivedSeed(seed, "supernet"), device });
    this.halves = halves(dataset.train);
    this.#alphaGenerator = new Generator(derivedSeed(seed, "alpha"));
    this.redrawAlpha();
  }

  /** Draws α anew, continuing its generator. */
  redrawAlpha(): void {
    for (const cell of this.context.space.cells) {
      this.alpha[cell.name]?.dispose();
      const drawn = scope(() => this.relaxation.initial(cell, this.#alphaGenerator));
      this.alpha[cell.name] = detachFromScope(drawn);
    }
  }

  /** Mixing weights of the current α, as numbers. */
  mixture(): Mixture {
    return noGrad(() =>
      scope(() =>
        Object.fromEntries(
          Object.entries(this.alpha).map(([name, alpha]) => [name, { values: rows(this.relaxation.weights(alpha)) }]),
        ),
      ),
    );
  }

  /** α and the state of its generator. The tensors are the model's own. */
  save(): { tensors: Record<string, Tensor>; generator: string } {
    const tensors = Object.fromEntries(Object.entries(this.alpha).map(([name, alpha]) => [`alpha.${name}`, alpha]));
    return { tensors, generator: Buffer.from(this.#alphaGenerator.save()).toString("base64") };
  }

  restore(tensors: Readonly<Record<string, Tensor>>, generator: string): void {
    for (const cell of this.context.space.cells) {
      const saved = tensors[`alpha.${cell.name}`];
      if (saved === undefined) throw new RangeError(`the saved state has no alpha of cell ${cell.name}`);
      this.alpha[cell.name]?.dispose();
      this.alpha[cell.name] = detachFromScope(tensor(saved.toTypedArray(), saved.shape));
    }
    this.#alphaGenerator.restore(Buffer.from(generator, "base64"));
  }

  dispose(): void {
    this.supernet.dispose();
    for (const alpha of Object.values(this.alpha)) alpha.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A batch as tensors on `device`, images channels-last. They belong to the current scope. */
export function toTensors(batch: Batch, device: string): ProxyBatch {
  const { images, labels, size, height, width, channels } = batch;
  return scope(() => {
    const shape = [size, height, width, channels];
    const tensors = {
      images: permute(tensor(images, shape, { share: true }), [0, 3, 1, 2]),
      labels: to(tensor(labels), { dtype: "int64" }),
    };
    if (device === "cpu") return tensors;
    return { images: to(tensors.images, { device }), labels: to(tensors.labels, { device }) };
  });
}

/** A seed for one purpose of a run, independent of the others. */
export const derivedSeed = (seed: number, purpose: string): number => Random.stream(seed, purpose).uint32();

function rows(matrix: Tensor): number[][] {
  const [count = 0, width = 0] = matrix.shape;
  const values = matrix.toArray();
  return Array.from({ length: count }, (_, e) => values.slice(e * width, (e + 1) * width));
}
