/** Ends in the way that its argument names, with live tensors, views and lent memory about. */
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { grad, ones, scope, square, sum, tensor } from "../../../src/index.ts";

function litter(): unknown[] {
  const x = ones([1000]);
  x.requiresGrad = true;
  const loss = sum(square(x));
  const shared = tensor(new Float32Array(1000), [1000], { share: true });
  return [x, loss, grad(loss, [x], { createGraph: true }), shared, shared.view(), ones([4]).view()];
}

const how = (isMainThread ? process.argv[2] : workerData) as string;
const held = litter();
const report = () => console.log(JSON.stringify({ how }));
const worker = () => new Worker(new URL(import.meta.url), { workerData: how });

if (!isMainThread) {
  if (how === "exit-in-worker") process.exit(0);
  if (how === "terminate") for (;;) litter();
} else if (how === "live") {
  report();
  process.exit(held.length > 0 ? 0 : 1);
} else if (how === "throw-in-scope") {
  try {
    scope(() => {
      litter();
      throw new Error("out");
    });
  } catch {
    report();
  }
} else {
  const started = worker();
  if (how === "terminate") setTimeout(() => started.terminate(), 300);
  await new Promise((resolve) => started.on("exit", resolve));
  report();
}
