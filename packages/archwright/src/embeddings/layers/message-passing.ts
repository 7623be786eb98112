/** A layer of the graph network: messages along edges, summed, and a GRU cell that takes them in (svge §3). */
import {
  add,
  bmm,
  cat,
  type Generator,
  lerp,
  linear,
  Module,
  matmul,
  mul,
  narrow,
  sigmoid,
  type Tensor,
  tanh,
  unsqueeze,
} from "@archwright/torch";
import { uniformBias, uniformParameter } from "../../networks/initialization.ts";
import type { Edges } from "../graphs/batch.ts";
import { Dense } from "./dense.ts";

/** The layer as a function: `states` and the result are [graphs, nodes, width]; messages follow `edges` to their target. */
export type MessageStep = (states: Tensor, edges: DirectedEdges) => Tensor;

export interface DirectedEdges {
  /** [graphs, nodes, nodes]: 1 at (g, v, u) for a message from u to v. */
  readonly adjacency: Tensor;
  /** [graphs, nodes, 1]: messages that arrive. */
  readonly degree: Tensor;
}

export const along = ({ incoming, inDegree }: Edges): DirectedEdges => ({ adjacency: incoming, degree: inDegree });
export const against = ({ outgoing, outDegree }: Edges): DirectedEdges => ({ adjacency: outgoing, degree: outDegree });

/**
 * A message u→v is W_m[h_u; h_v] + b_m, twice as wide as a state. What arrives is summed and is the input of a GRU cell
 * whose hidden state is h_v. Weights start as PyTorch's do.
 */
export class MessagePassing extends Module {
  readonly width: number;
  readonly message: Dense;
  readonly inputWeight: Tensor;
  readonly hiddenWeight: Tensor;
  readonly inputBias: Tensor;
  readonly hiddenBias: Tensor;

  constructor(width: number, generator: Generator) {
    super();
    this.width = width;
    this.message = new Dense(2 * width, 2 * width, generator);
    this.inputWeight = uniformParameter([3 * width, 2 * width], width, generator);
    this.hiddenWeight = uniformParameter([3 * width, width], width, generator);
    this.inputBias = uniformBias(3 * width, width, generator);
    this.hiddenBias = uniformBias(3 * width, width, generator);
  }

  /**
   * Ready for several steps. The sum of a node's messages is linear in Σ h_u, in d·h_v and in d, its in-degree; so is the
   * GRU's input. Both matrices are multiplied here, once for all steps, instead of one of them for every edge.
   */
  prepare(): MessageStep {
    const { width, message, inputWeight, inputBias, hiddenWeight, hiddenBias } = this;
    const combined = matmul(inputWeight, cat([message.weight, unsqueeze(message.bias, 1)], { dim: 1 }));
    return (states, { adjacency, degree }) => {
      const arriving = cat([bmm(adjacency, states), mul(states, degree), degree], { dim: 2 });
      const input = linear(arriving, combined, { bias: inputBias });
      const hidden = linear(states, hiddenWeight, { bias: hiddenBias });
      const gates = sigmoid(add(narrow(input, 2, 0, 2 * width), narrow(hidden, 2, 0, 2 * width)));
      const reset = narrow(gates, 2, 0, width);
      const update = narrow(gates, 2, width, width);
      const fresh = tanh(add(narrow(input, 2, 2 * width, width), mul(reset, narrow(hidden, 2, 2 * width, width))));
      // (1 − z)·n + z·h
      return lerp(fresh, states, update);
    };
  }
}

/** Two layers along the edges and two against them; a state is what the two give, one after the other. */
export class TwoSidedPassing extends Module {
  readonly forward: readonly MessagePassing[];
  readonly backward: readonly MessagePassing[];

  constructor(width: number, layers: number, generator: Generator) {
    super();
    const stack = () => Array.from({ length: layers }, () => new MessagePassing(width, generator));
    this.forward = stack();
    this.backward = stack();
  }

  /** [graphs, nodes, width] for each side, to [graphs, nodes, 2·width]. */
  prepare(): (forward: Tensor, backward: Tensor, edges: Edges) => Tensor {
    const [ahead, back] = [this.forward, this.backward].map((layers) => layers.map((layer) => layer.prepare()));
    const run = (steps: readonly MessageStep[], states: Tensor, edges: DirectedEdges): Tensor =>
      steps.reduce((now, step) => step(now, edges), states);
    return (forward, backward, edges) =>
      cat([run(ahead as MessageStep[], forward, along(edges)), run(back as MessageStep[], backward, against(edges))], {
        dim: 2,
      });
  }
}
