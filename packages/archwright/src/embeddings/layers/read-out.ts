/** A graph's vector from its nodes' states: a gated sum (svge §3). */
import { add, type Generator, linear, Module, mul, sigmoid, sumDim, type Tensor } from "@archwright/torch";
import { Dense } from "./dense.ts";

/** r(h) = Σ_v σ(w_gᵀh_v + b_g) · (W_f h_v + b_f), with one gate for a node. */
export class ReadOut extends Module {
  readonly gate: Dense;
  readonly feature: Dense;

  constructor(inputs: number, outputs: number, generator: Generator) {
    super();
    this.gate = new Dense(inputs, 1, generator);
    this.feature = new Dense(inputs, outputs, generator);
  }

  /**
   * [graphs, nodes, inputs] to [graphs, outputs]. `mask` [graphs, nodes, 1]: 0 for nodes that are none. The sum is taken
   * before W_f is applied, which is the same and less work.
   */
  forward(states: Tensor, mask?: Tensor): Tensor {
    const open = sigmoid(this.gate.forward(states));
    const gates = mask === undefined ? open : mul(open, mask);
    const total = sumDim(mul(states, gates), [1]);
    return add(linear(total, this.feature.weight), mul(sumDim(gates, [1]), this.feature.bias));
  }

  /** W_f h + b_f, for a graph of one node: [graphs, inputs] to [graphs, outputs]. */
  ungated(state: Tensor): Tensor {
    return this.feature.forward(state);
  }
}
