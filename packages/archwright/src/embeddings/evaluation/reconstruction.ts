/** Whether graphs come out of the autoencoder as they went in (svge §5). */
import { scope } from "@archwright/torch";
import { Random } from "../../random.ts";
import type { Autoencoder } from "../autoencoder.ts";
import { generate } from "../generation.ts";
import { graphKey, type LabelledGraph } from "../graphs/labelled-graph.ts";

/** Share of the graphs that are equal to what their mean is decoded to with the likeliest choices. */
export const exactShare = (model: Autoencoder, graphs: readonly LabelledGraph[], mostNodes: number): number =>
  reconstructionShare(model, graphs, { mostNodes, draws: 1, greedy: true }, Random.stream(0, "greedy draws nothing"));

/**
 * Share of decodings, `draws` for each graph, that are exactly the graph: the same labels and edges at the same places. In
 * evaluation the point is the mean, so that several encodings would be the same.
 */
export function reconstructionShare(
  model: Autoencoder,
  graphs: readonly LabelledGraph[],
  options: Parameters<typeof generate>[2],
  random: Random,
): number {
  let exact = 0;
  let decoded = 0;
  scope(() => {
    const found = generate(model, model.encode(graphs, options.mostNodes), options, random);
    for (const [g, own] of found.entries()) {
      const wanted = graphKey(graphs[g] as LabelledGraph);
      decoded += own.length;
      exact += own.filter((graph) => graphKey(graph) === wanted).length;
    }
  });
  return exact / decoded;
}
