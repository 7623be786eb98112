/** A copy of a network's weights and statistics as they were at their best. */
import { clone, copy_, detachFromScope, type Module, noGrad, type Tensor } from "@archwright/torch";

export class BestWeights {
  readonly #network: Module;
  #weights: Record<string, Tensor> | undefined;
  #accuracy: number | undefined;

  constructor(network: Module) {
    this.#network = network;
  }

  /** Absent until something was offered. */
  get weights(): Readonly<Record<string, Tensor>> | undefined {
    return this.#weights;
  }

  get accuracy(): number | undefined {
    return this.#accuracy;
  }

  /** Keeps the network as it is now if `accuracy` is above that of what is kept; returns whether it was. */
  offer(accuracy: number): boolean {
    if (this.#accuracy !== undefined && accuracy <= this.#accuracy) return false;
    this.restore(this.#network.state(), accuracy);
    return true;
  }

  /** Keeps copies of these. */
  restore(weights: Readonly<Record<string, Tensor>>, accuracy: number): void {
    this.#accuracy = accuracy;
    noGrad(() => {
      this.#weights ??= Object.fromEntries(
        Object.entries(weights).map(([name, value]) => [name, detachFromScope(clone(value))]),
      );
      for (const [name, kept] of Object.entries(this.#weights)) copy_(kept, weights[name] as Tensor);
    });
  }

  dispose(): void {
    for (const tensor of Object.values(this.#weights ?? {})) tensor.dispose();
    this.#weights = undefined;
  }
}
