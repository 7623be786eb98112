/** Feature maps of the stem and every block of a freshly drawn network on noise: what AZ-NAS looks at. */
import { type Generator, scope, type Tensor } from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import { entropies } from "./entropy.ts";
import { Kept } from "./kept.ts";
import { scoredLayers } from "./layers.ts";
import { noise } from "./noise.ts";
import type { Observation } from "./observation.ts";
import { forward } from "./training-pass.ts";
import { kaimingFanIn, withGradients, withRandomWeights } from "./weights.ts";

export interface BlockFeatures {
  /** [batch, channels, height, width] each, with the graph between them where `graph` is wanted. */
  readonly features: readonly Tensor[];
  /** E_l of each, where `entropies` are wanted. */
  readonly entropies: readonly number[];
  /** For draws that a score makes. */
  readonly random: Generator;
}

/** Weights ~ Kaiming normal, fan-in; as many noise images as the minibatch has (zero-cost-proxies §4.3). */
export const blockFeatures: Observation<BlockFeatures> = {
  observe: (subject, wanted, body) =>
    scope(() => {
      using kept = new Kept();
      const { network, random, batch } = subject;
      const features: Tensor[] = [];
      return withRandomWeights(network, random, kaimingFanIn, () => {
        const images = noise(subject, batch.images.shape[0] as number);
        const onBlock = (output: Tensor): void => {
          // What a block of zeros makes has no graph; what follows goes back to it all the same.
          if (wanted.has("graph")) output.requiresGrad = true;
          features.push(kept.keep(output));
        };
        const weights = wanted.has("graph") ? scoredLayers(network).map(({ weight }) => weight) : [];
        return withGradients(weights, () => {
          forward(subject, images, { onBlock }, wanted.has("graph"));
          if (features.length < 2) {
            throw new ArchwrightError("usage", "AZ-NAS's scores compare blocks, and this network names none");
          }
          return body({ features, entropies: wanted.has("entropies") ? entropies(features) : [], random });
        });
      });
    }),
};
