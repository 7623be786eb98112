/** logsynflow: synflow with logarithms of the gradients. */
import { dot, log1p, reshape, type Tensor } from "@archwright/torch";
import { sumOfScalars } from "./observation/layers.ts";
import { sharedProxy } from "./observation/observation.ts";
import { type SynapticFlow, synapticFlow } from "./observation/synaptic-flow.ts";

/** Σ |w| · ln(1 + ∂R/∂w), with R of synflow (zero-cost-proxies §2.7). */
export const logSynflow = sharedProxy(
  {
    name: "logsynflow",
    title: "synflow with logarithms of the gradients (FreeREA)",
    source: "Cavagnero et al., WACV 2023",
    direction: "higher",
    needs: { images: false, labels: false, gradients: true },
    mode: "off",
    weights: "absolute",
    input: "ones",
  },
  { observation: synapticFlow, wanted: ["gradients"], score: logSynflowScore },
);

export function logSynflowScore({ weights, gradients }: Pick<SynapticFlow, "weights" | "gradients">): number {
  const flat = (x: Tensor): Tensor => reshape(x, [-1]);
  return sumOfScalars(weights.map((weight, i) => dot(flat(weight), flat(log1p(gradients[i] as Tensor)))));
}
