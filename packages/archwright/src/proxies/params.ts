/** params: how many trainable weights the network has. */
import { ownProxy } from "./observation/observation.ts";

/** All weights, biases, scales and shifts (zero-cost-proxies §2.1). */
export const params = ownProxy(
  {
    name: "params",
    title: "number of trainable weights",
    source: "baseline",
    direction: "higher",
    needs: { images: false, labels: false, gradients: false },
    mode: "none",
    weights: "kept",
    input: "none",
    noOperationScore: "it would keep the largest operation on every edge, whatever the rest of the supernet",
  },
  ({ network }) => network.parameters().reduce((total, { size }) => total + size, 0),
);
