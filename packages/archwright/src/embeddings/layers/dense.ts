/** Layers of vectors: linear ones, and two of them with a ReLU between. */
import { type Generator, linear, Module, relu, type Tensor } from "@archwright/torch";
import { uniformBias, uniformWeight } from "../../networks/initialization.ts";

/** y = xWᵀ + b along the last dimension; W and b start uniform in ±1/√inputs. */
export class Dense extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;

  constructor(inputs: number, outputs: number, generator: Generator) {
    super();
    this.weight = uniformWeight([outputs, inputs], generator);
    this.bias = uniformBias(outputs, inputs, generator);
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, { bias: this.bias });
  }
}

/** W₂ ReLU(W₁ x + b₁) + b₂. */
export class TwoLayers extends Module {
  readonly first: Dense;
  readonly second: Dense;

  constructor(inputs: number, hidden: number, outputs: number, generator: Generator) {
    super();
    this.first = new Dense(inputs, hidden, generator);
    this.second = new Dense(hidden, outputs, generator);
  }

  forward(x: Tensor): Tensor {
    return this.second.forward(relu(this.first.forward(x)));
  }
}
