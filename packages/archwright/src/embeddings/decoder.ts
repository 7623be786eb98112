/** From a point of the latent space to a graph, node by node (svge §3); the same weights generate it from either end. */
import {
  add,
  cat,
  type Generator,
  indexSelect,
  linear,
  Module,
  narrow,
  parameter,
  randn,
  relu,
  reshape,
  type Tensor,
  unsqueeze,
} from "@archwright/torch";
import type { Edges } from "./graphs/batch.ts";
import { Dense, TwoLayers } from "./layers/dense.ts";
import { TwoSidedPassing } from "./layers/message-passing.ts";
import { ReadOut } from "./layers/read-out.ts";
import type { EmbeddingSizes } from "./sizes.ts";

/** What is read from a graph that is being generated: [graphs, latent] each. */
export interface GraphVectors {
  /** For the next node's label and its edges: a. */
  readonly graph: Tensor;
  /** For the next node's state: a′. */
  readonly node: Tensor;
}

/** The decoder's parts, ready for several steps. States are [graphs, nodes, state]; points z [graphs, latent]. */
export interface DecoderSteps {
  /** The state of the first node, whose label is given: [graphs, 1, state]. */
  start(labels: Tensor, z: Tensor): Tensor;
  /** States after messages along the edges so far. */
  propagate(states: Tensor, edges: Edges): Tensor;
  /** Of a graph with one node there is no gate. */
  read(states: Tensor): GraphVectors;
  /** Logits of the next node's label: [graphs, types]. */
  nodeLogits(vectors: GraphVectors, z: Tensor): Tensor;
  /** Its state: [graphs, state]. */
  newState(labels: Tensor, vectors: GraphVectors, z: Tensor): Tensor;
  /** Logits of its edges from each node there is: [graphs, nodes]. */
  edgeLogits(states: Tensor, newState: Tensor, vectors: GraphVectors, z: Tensor): Tensor;
}

export class Decoder extends Module {
  readonly #sizes: EmbeddingSizes;
  readonly embedding: Tensor;
  readonly startState: TwoLayers;
  readonly passing: TwoSidedPassing;
  readonly graphVector: ReadOut;
  readonly nodeVector: ReadOut;
  readonly node: TwoLayers;
  readonly nodeState: TwoLayers;
  readonly edge: EdgeScorer;

  constructor(types: number, sizes: EmbeddingSizes, generator: Generator) {
    super();
    const { state, latent, layers } = sizes;
    const hidden = state + latent;
    this.#sizes = sizes;
    this.embedding = parameter(randn([types, state], generator));
    this.startState = new TwoLayers(hidden, hidden, state, generator);
    this.passing = new TwoSidedPassing(state / 2, layers, generator);
    this.graphVector = new ReadOut(state, latent, generator);
    this.nodeVector = new ReadOut(state, latent, generator);
    this.node = new TwoLayers(2 * latent, latent, types, generator);
    this.nodeState = new TwoLayers(state + 2 * latent, hidden, state, generator);
    this.edge = new EdgeScorer(sizes, generator);
  }

  prepare(): DecoderSteps {
    const half = this.#sizes.state / 2;
    const pass = this.passing.prepare();
    const labelled = (labels: Tensor): Tensor => indexSelect(this.embedding, 0, labels);
    return {
      start: (labels, z) => unsqueeze(this.startState.forward(beside(labelled(labels), z)), 1),
      propagate: (states, edges) => pass(narrow(states, 2, 0, half), narrow(states, 2, half, half), edges),
      read: (states) =>
        states.shape[1] === 1
          ? { graph: this.graphVector.ungated(onlyNode(states)), node: this.nodeVector.ungated(onlyNode(states)) }
          : { graph: this.graphVector.forward(states), node: this.nodeVector.forward(states) },
      nodeLogits: ({ graph }, z) => this.node.forward(beside(graph, z)),
      newState: (labels, { node }, z) => this.nodeState.forward(beside(labelled(labels), node, z)),
      edgeLogits: (states, newState, { graph }, z) => this.edge.forward(states, beside(newState, graph, z)),
    };
  }
}

/** W₂ ReLU(W₁[h_u; h_new; a; z] + b₁) + b₂ for every node u; what does not depend on u is multiplied once a graph. */
class EdgeScorer extends Module {
  readonly first: Dense;
  readonly second: Dense;
  readonly #state: number;

  constructor({ state, latent }: EmbeddingSizes, generator: Generator) {
    super();
    this.#state = state;
    this.first = new Dense(2 * (state + latent), state + latent, generator);
    this.second = new Dense(state + latent, 1, generator);
  }

  /** [graphs, nodes, state] and [graphs, state + 2·latent] to [graphs, nodes]. */
  forward(states: Tensor, common: Tensor): Tensor {
    const { weight, bias } = this.first;
    const ofNode = narrow(weight, 1, 0, this.#state);
    const ofGraph = narrow(weight, 1, this.#state, (weight.shape[1] as number) - this.#state);
    const shared = unsqueeze(linear(common, ofGraph, { bias }), 1);
    const scores = this.second.forward(relu(add(linear(states, ofNode), shared)));
    return reshape(scores, states.shape.slice(0, 2));
  }
}

const beside = (...parts: readonly Tensor[]): Tensor => cat(parts, { dim: 1 });
const onlyNode = (states: Tensor): Tensor => reshape(states, [states.shape[0] as number, states.shape[2] as number]);
