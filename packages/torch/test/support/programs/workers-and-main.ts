/** The main thread and a worker compute at once; what one sets must not show in the other. */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import {
  grad,
  liveTensors,
  mulScalar,
  noGrad,
  ones,
  scope,
  setThreads,
  square,
  sum,
  threads,
} from "../../../src/index.ts";

const compute = (): number =>
  scope(() => {
    const x = ones([7, 7]);
    x.requiresGrad = true;
    const [gradient] = grad(sum(square(x)), [x]);
    return sum(mulScalar(gradient as typeof x, 0.5)).item();
  });

if (isMainThread) {
  setThreads(1);
  const worker = new Worker(new URL(import.meta.url));
  const message = new Promise<number>((resolve) => worker.on("message", resolve));
  const exit = new Promise((resolve) => worker.on("exit", resolve));
  let main = 0;
  for (let i = 0; i < 500; i++) main = compute();
  const x = ones([1]);
  x.requiresGrad = true;
  const mainGrad = scope(() => mulScalar(x, 2).requiresGrad);
  x.dispose();
  const result = { main, worker: await message, mainGrad, mainLive: liveTensors(), mainThreads: threads() };
  await exit;
  console.log(JSON.stringify(result));
} else {
  setThreads(2);
  let value = 0;
  for (let i = 0; i < 500; i++) value = compute();
  // Left with recording off and a live tensor: this thread's own business.
  noGrad(() => {
    ones([3]);
    parentPort?.postMessage(value);
  });
}
