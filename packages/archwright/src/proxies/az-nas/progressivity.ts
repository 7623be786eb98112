/** az_progressivity: whether the entropy of the feature maps grows with depth. */
import { type BlockFeatures, blockFeatures } from "../observation/block-features.ts";
import { sharedProxy } from "../observation/observation.ts";
import { featureFacts, worstIfNaN } from "./expressivity.ts";

/** min_l (E_{l+1} - E_l) (zero-cost-proxies §4.3). */
export const progressivity = sharedProxy(
  {
    ...featureFacts,
    name: "az_progressivity",
    title: "smallest growth of the feature maps' entropy from block to block (AZ-NAS)",
    needs: { images: false, labels: false, gradients: false },
  },
  {
    observation: blockFeatures,
    wanted: ["entropies"],
    score: ({ entropies }: BlockFeatures) => worstIfNaN(smallestStep(entropies)),
  },
);

/** NaN if any value is. */
export const smallestStep = (values: readonly number[]): number =>
  Math.min(...values.slice(1).map((value, l) => value - (values[l] as number)));
