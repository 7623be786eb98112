/** l2_norm: how long the initial weights are. */
import { foreach } from "@archwright/torch";
import { scoredLayers, sumOfScalars } from "./observation/layers.ts";
import { ownProxy } from "./observation/observation.ts";

/** Σ over layers of ‖W‖₂: up to noise a function of the layers' shapes (zero-cost-proxies §2.9). */
export const l2Norm = ownProxy(
  {
    name: "l2_norm",
    title: "sum over layers of the weights' norm",
    source: "Abdelfattah et al., ICLR 2021",
    direction: "higher",
    needs: { images: false, labels: false, gradients: false },
    mode: "none",
    weights: "kept",
    input: "none",
    noOperationScore: "it would keep the largest operation on every edge, whatever the rest of the supernet",
  },
  ({ network }) => sumOfScalars(foreach.norm(scoredLayers(network).map(({ weight }) => weight))),
);
