/** az_expressivity: how evenly the feature maps use their channels. */
import { type BlockFeatures, blockFeatures } from "../observation/block-features.ts";
import { sharedProxy } from "../observation/observation.ts";
import type { ProxyFacts } from "../proxy.ts";

/** What AZ-NAS's scores of feature maps have in common. */
export const featureFacts: Omit<ProxyFacts, "name" | "title" | "needs"> = {
  source: "Lee and Ham, CVPR 2024",
  direction: "higher",
  mode: "train",
  weights: "redrawn",
  input: "noise",
  batch: 64,
};

/** Σ_l E_l over the stem's and every block's feature map (zero-cost-proxies §4.3). */
export const expressivity = sharedProxy(
  {
    ...featureFacts,
    name: "az_expressivity",
    title: "entropy of the feature maps' channels (AZ-NAS)",
    needs: { images: false, labels: false, gradients: false },
  },
  {
    observation: blockFeatures,
    wanted: ["entropies"],
    score: ({ entropies }: BlockFeatures) => worstIfNaN(entropies.reduce((total, entropy) => total + entropy, 0)),
  },
);

/** AZ-NAS counts a score that is not a number as the worst. */
export const worstIfNaN = (score: number): number => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score);
