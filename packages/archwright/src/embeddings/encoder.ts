/** From graphs to the mean and the variance of their place in the latent space (svge §3). */
import {
  type Generator,
  indexSelect,
  Module,
  parameter,
  randn,
  reshape,
  type Tensor,
  unsqueeze,
} from "@archwright/torch";
import { edgesAmong, type GraphBatch } from "./graphs/batch.ts";
import { TwoSidedPassing } from "./layers/message-passing.ts";
import { ReadOut } from "./layers/read-out.ts";
import type { EmbeddingSizes } from "./sizes.ts";

/** Normal distributions, one a graph: [graphs, latent] each. */
export interface LatentDistribution {
  readonly mean: Tensor;
  /** log σ² */
  readonly logVariance: Tensor;
}

/** Labels start both sides; two layers each along and against the edges; two gated sums. */
export class Encoder extends Module {
  readonly embedding: Tensor;
  readonly passing: TwoSidedPassing;
  readonly mean: ReadOut;
  readonly logVariance: ReadOut;

  constructor(types: number, { state, latent, layers }: EmbeddingSizes, generator: Generator) {
    super();
    this.embedding = parameter(randn([types, state / 2], generator));
    this.passing = new TwoSidedPassing(state / 2, layers, generator);
    this.mean = new ReadOut(state, latent, generator);
    this.logVariance = new ReadOut(state, latent, generator);
  }

  /** Of all nodes, those that graphs are filled up with too: [graphs, nodes, state]. */
  states({ graphs, nodes, labels, incoming }: GraphBatch): Tensor {
    const start = embedded(this.embedding, labels, [graphs, nodes]);
    return this.passing.prepare()(start, start, edgesAmong(incoming, nodes));
  }

  forward(batch: GraphBatch): LatentDistribution {
    const states = this.states(batch);
    const real = unsqueeze(batch.mask, 2);
    return { mean: this.mean.forward(states, real), logVariance: this.logVariance.forward(states, real) };
  }
}

/** Rows of a table: `labels` of this shape to [...shape, width]. */
export function embedded(table: Tensor, labels: Tensor, shape: readonly number[]): Tensor {
  return reshape(indexSelect(table, 0, reshape(labels, [-1])), [...shape, table.shape[1] as number]);
}
