/** The two-sided variational autoencoder of graphs (Lukasik et al., IJCNN 2021; svge §3). */
import {
  add,
  cat,
  exp,
  type Generator,
  Module,
  mean,
  mul,
  mulScalar,
  noGrad,
  randn,
  type Tensor,
} from "@archwright/torch";
import { Decoder } from "./decoder.ts";
import { Encoder, type LatentDistribution } from "./encoder.ts";
import { type GraphBatch, graphBatch } from "./graphs/batch.ts";
import { type LabelledGraph, reversed } from "./graphs/labelled-graph.ts";
import { divergence, generationLosses } from "./losses.ts";
import { type EmbeddingSizes, publishedSizes } from "./sizes.ts";

/** Of the noise that is added to the mean in training, in standard deviations. */
const NOISE = 0.01;

export interface AutoencoderLoss {
  /** Mean over the graphs, both directions together. */
  readonly reconstruction: Tensor;
  /** Sum over the graphs. */
  readonly divergence: Tensor;
}

/** Graphs for training: as they are, and turned round. */
export interface GraphPair {
  readonly forward: GraphBatch;
  /** The graphs, then the same ones turned round. */
  readonly both: GraphBatch;
}

/** `nodes`: to which the graphs are filled up. */
export function graphPair(graphs: readonly LabelledGraph[], nodes: number): GraphPair {
  return {
    forward: graphBatch(graphs, nodes),
    both: graphBatch([...graphs, ...graphs.map(reversed)], nodes),
  };
}

export class Autoencoder extends Module {
  readonly types: number;
  readonly sizes: EmbeddingSizes;
  readonly encoder: Encoder;
  readonly decoder: Decoder;

  /** - `types`: of node labels, input and output among them. */
  constructor(types: number, generator: Generator, sizes: EmbeddingSizes = publishedSizes) {
    super();
    this.types = types;
    this.sizes = sizes;
    this.encoder = new Encoder(types, sizes, generator);
    this.decoder = new Decoder(types, sizes, generator);
  }

  /** The means, without gradients: [graphs, latent]. */
  encode(graphs: readonly LabelledGraph[], nodes = Math.max(...graphs.map(({ labels }) => labels.length))): Tensor {
    return noGrad(() => this.encoder.forward(graphBatch(graphs, nodes)).mean);
  }

  /** Of a batch, with noise from `generator`; without it z is the mean. Both directions are generated side by side. */
  loss(graphs: GraphPair, generator: Generator | undefined): AutoencoderLoss & { readonly latent: LatentDistribution } {
    const latent = this.encoder.forward(graphs.forward);
    const z = sampled(latent, generator);
    const losses = generationLosses(this.decoder.prepare(), graphs.both, cat([z, z], { dim: 0 }));
    return { latent, reconstruction: mulScalar(mean(losses), 2), divergence: divergence(latent) };
  }
}

/** μ + 0.01·ε⊙σ */
function sampled({ mean, logVariance }: LatentDistribution, generator: Generator | undefined): Tensor {
  if (generator === undefined) return mean;
  const noise = mulScalar(randn(mean.shape, generator), NOISE);
  return add(mean, mul(noise, exp(mulScalar(logVariance, 0.5))));
}
