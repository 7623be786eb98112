/** Graphs drawn from the decoder at points of the latent space (svge §3, generation). */
import { narrow, noGrad, scope, type Tensor } from "@archwright/torch";
import type { Random } from "../random.ts";
import type { Autoencoder } from "./autoencoder.ts";
import { INPUT, type LabelledGraph, OUTPUT } from "./graphs/labelled-graph.ts";
import { type GrowthOptions, grow } from "./growth.ts";

export interface GenerationOptions extends GrowthOptions {
  /**
   * Adds an edge of the backward graph only where its source has no edge forward and its target none that leads to it, as
   * the released code does (svge §8.2). @default false: every one of them
   */
  readonly danglingOnly?: boolean;
}

/** Points that are decoded at a time. */
const CHUNK = 256;

/**
 * `draws` graphs at each of the points [points, latent], by point. Each is generated from its input and from its output, and
 * has the edges of both; the labels are those that were generated from the input.
 */
export function generate(model: Autoencoder, z: Tensor, options: GenerationOptions, random: Random): LabelledGraph[][] {
  const points = z.shape[0] as number;
  const found: LabelledGraph[][] = [];
  for (let first = 0; first < points; first += CHUNK) {
    const count = Math.min(CHUNK, points - first);
    scope(() =>
      noGrad(() => {
        const some = narrow(z, 0, first, count);
        const steps = model.decoder.prepare();
        const forward = grow(steps, some, { start: INPUT, end: OUTPUT }, options, random);
        const backward = grow(steps, some, { start: OUTPUT, end: INPUT }, options, random);
        for (const [point, own] of forward.entries()) {
          found.push(own.map((graph, draw) => united(graph, backward[point]?.[draw] as LabelledGraph, options)));
        }
      }),
    );
  }
  return found;
}

/**
 * Node i of the backward graph is node n − 1 − i of the forward one, which has n nodes, and its edges lead the other way;
 * those of further nodes are left out.
 */
export function united(
  forward: LabelledGraph,
  backward: LabelledGraph,
  { danglingOnly = false }: Pick<GenerationOptions, "danglingOnly"> = {},
): LabelledGraph {
  const last = forward.labels.length - 1;
  const sources = forward.sources.map((own) => new Set(own));
  const read = new Set(forward.sources.flat());
  for (const [i, own] of backward.sources.entries()) {
    for (const j of own) {
      const [u, v] = [last - i, last - j];
      if (u < 0 || v < 0) continue;
      const dangling = !read.has(u) && forward.sources[v]?.length === 0;
      if (!danglingOnly || dangling) sources[v]?.add(u);
    }
  }
  return { labels: forward.labels, sources: sources.map((own) => [...own].sort((a, b) => a - b)) };
}
