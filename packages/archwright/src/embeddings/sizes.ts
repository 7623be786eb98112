/** The widths of the autoencoder. */

export interface EmbeddingSizes {
  /** Of a node's state; half of it along the edges, half against them. */
  readonly state: number;
  /** Dimensions of the latent space, and of a graph's vector in the decoder. */
  readonly latent: number;
  /** Layers of the graph network in each direction. */
  readonly layers: number;
}

/** svge §3. */
export const publishedSizes: EmbeddingSizes = { state: 250, latent: 56, layers: 2 };
