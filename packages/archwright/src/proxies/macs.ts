/** macs: how many multiply-adds one image costs. */
import { narrow } from "@archwright/torch";
import { isScored } from "./observation/layers.ts";
import { ownProxy } from "./observation/observation.ts";
import { forward } from "./observation/training-pass.ts";

/** Convolutions and linear layers only, as NAS-Bench-201 counts (zero-cost-proxies §2.1). */
export const macs = ownProxy(
  {
    name: "macs",
    title: "multiply-adds for one image",
    source: "baseline",
    direction: "higher",
    needs: { images: false, labels: false, gradients: false },
    mode: "none",
    weights: "kept",
    input: "minibatch",
    noOperationScore: "it would keep the costliest operation on every edge, whatever the rest of the supernet",
  },
  (subject) => {
    let total = 0;
    const count = {
      // Every element of the output is a product with the weights of one output channel.
      onOutput: (layer: unknown, output: { readonly size: number }) => {
        if (isScored(layer)) total += output.size * (layer.weight.size / (layer.weight.shape[0] as number));
      },
    };
    forward(subject, narrow(subject.batch.images, 0, 0, 1), { mode: "off", ...count }, false);
    return total;
  },
);
