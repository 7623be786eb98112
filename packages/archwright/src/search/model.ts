/** What the parts of a search work on: the supernet, its architecture parameters, and the images. */
import { copy_, detachFromScope, Generator, noGrad, scope, type Tensor, to } from "@archwright/torch";
import type { ImageSet } from "../data/dataset.ts";
import { spread } from "../data/order.ts";
import { halves } from "../data/split.ts";
import { ArchwrightError } from "../errors.ts";
import type { CellMixture, Mixture } from "../networks/mixture.ts";
import { type Network, supernet } from "../networks/network.ts";
import { derivedSeed } from "../random.ts";
import type { SearchContext } from "./context.ts";
import { type CellDecisions, decidedMixture, undecided } from "./decisions.ts";
import type { Relaxation } from "./relaxation.ts";

export class SearchModel implements Disposable {
  readonly context: SearchContext;
  readonly relaxation: Relaxation;
  readonly supernet: Network;
  /** The training images in an order that holds every class in proportion wherever it is cut. */
  readonly images: ImageSet;
  /** Their first and second half (space-darts §6). */
  readonly halves: { readonly train: ImageSet; readonly valid: ImageSet };
  /** α of every cell template, [edges, operations]. */
  readonly alpha: Record<string, Tensor> = {};
  /** What a selection has decided while the supernet is still in training, by cell template. */
  decisions: Record<string, CellDecisions>;
  readonly #alphaGenerator: Generator;

  constructor(context: SearchContext, relaxation: Relaxation) {
    const { space, dataset, seed, device } = context;
    this.context = context;
    this.relaxation = relaxation;
    this.images = spread(dataset.train, seed);
    this.halves = halves({ ...dataset, train: this.images });
    this.supernet = supernet(space, { classes: dataset.classes.length, seed: derivedSeed(seed, "supernet"), device });
    this.decisions = Object.fromEntries(space.cells.map((cell) => [cell.name, undecided(cell)]));
    this.#alphaGenerator = new Generator(derivedSeed(seed, "alpha"));
    this.redrawAlpha();
  }

  /** Draws α anew, continuing its generator. The tensors stay the same objects. */
  redrawAlpha(): void {
    for (const cell of this.context.space.cells) {
      noGrad(() =>
        scope(() => {
          const drawn = to(this.relaxation.initial(cell, this.#alphaGenerator), { device: this.context.device });
          const present = this.alpha[cell.name];
          if (present === undefined) this.alpha[cell.name] = detachFromScope(drawn);
          else copy_(present, drawn);
        }),
      );
    }
  }

  /** Mixing weights of the current α, as numbers; decided edges one-hot. */
  mixture(): Mixture {
    const own = ([name, alpha]: [string, Tensor]): [string, CellMixture] => {
      const values = rows(this.relaxation.weights(alpha));
      return [name, decidedMixture({ values }, this.decisions[name] as CellDecisions)];
    };
    return noGrad(() => scope(() => Object.fromEntries(Object.entries(this.alpha).map(own))));
  }

  /** α and the state of its generator. The tensors are the model's own. */
  save(): { tensors: Record<string, Tensor>; generator: string } {
    const tensors = Object.fromEntries(Object.entries(this.alpha).map(([name, alpha]) => [`alpha.${name}`, alpha]));
    return { tensors, generator: Buffer.from(this.#alphaGenerator.save()).toString("base64") };
  }

  restore(tensors: Readonly<Record<string, Tensor>>, generator: string): void {
    for (const cell of this.context.space.cells) {
      const saved = tensors[`alpha.${cell.name}`];
      const present = this.alpha[cell.name] as Tensor;
      if (saved === undefined || `${saved.shape}` !== `${present.shape}`) {
        throw new ArchwrightError(
          "run",
          `the saved state is not of ${this.context.space.name}: cell ${cell.name} has α of ${present.shape.join("×")}, the state ${saved === undefined ? "none" : saved.shape.join("×")}`,
        );
      }
      noGrad(() => copy_(present, saved));
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

/** The rows of a matrix as numbers. */
export function rows(matrix: Tensor): number[][] {
  const [count = 0, width = 0] = matrix.shape;
  const values = matrix.toArray();
  return Array.from({ length: count }, (_, e) => values.slice(e * width, (e + 1) * width));
}
