/** synflow: how much flows through the weights, without data. */
import { sharedProxy } from "./observation/observation.ts";
import { type SynapticFlow, synapticFlow } from "./observation/synaptic-flow.ts";

/**
 * Σ |w · ∂R/∂w|, R the sum of the outputs for an all-ones image with absolute weights, in double precision and without
 * batch norm (zero-cost-proxies §2.7). Values grow exponentially with depth: compare their logarithms.
 */
export const synflow = sharedProxy(
  {
    name: "synflow",
    title: "sum of weight · flow with absolute weights, synaptic flow",
    source: "Tanaka et al., NeurIPS 2020; Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: false, labels: false, gradients: true },
    mode: "off",
    weights: "absolute",
    input: "ones",
  },
  { observation: synapticFlow, wanted: [], score: ({ total }: SynapticFlow) => total },
);
