/** A worker: sums a hundred copies of the number it is given, with gradients and a convolution on the way. */
import { parentPort, workerData } from "node:worker_threads";
import { conv2d, full, grad, mul, ones, scope, sum } from "../../../src/index.ts";

const result = scope(() => {
  conv2d(ones([1, 4, 8, 8]), ones([4, 4, 3, 3]), { padding: 1 });
  const x = full([10, 10], workerData as number, { dtype: "float32" });
  x.requiresGrad = true;
  const [gradient] = grad(sum(mul(x, x)), [x]);
  return sum(gradient as typeof x).item() / 2;
});
parentPort?.postMessage(result);
