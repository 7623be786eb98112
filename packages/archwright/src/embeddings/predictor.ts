/** Accuracy from a point of the latent space (svge §6). */
import { type Generator, Module, relu, reshape, type Tensor } from "@archwright/torch";
import { Dense } from "./layers/dense.ts";

/** Four linear layers with ReLUs between them, each half as wide as the one before: 56→28→14→7→1. */
export class Predictor extends Module {
  readonly layers: readonly Dense[];

  constructor(latent: number, generator: Generator) {
    super();
    const widths = [latent, Math.floor(latent / 2), Math.floor(latent / 4), Math.floor(latent / 8), 1];
    this.layers = widths.slice(1).map((width, i) => new Dense(widths[i] as number, Math.max(1, width), generator));
  }

  /** [graphs, latent] to [graphs]. */
  forward(z: Tensor): Tensor {
    const last = this.layers.length - 1;
    const value = this.layers.reduce((x, layer, i) => (i === last ? layer.forward(x) : relu(layer.forward(x))), z);
    return reshape(value, [-1]);
  }
}
