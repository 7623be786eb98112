/** Runs workers one after the other and together, without loading the addon itself. */
import { Worker } from "node:worker_threads";

const count = Number(process.argv[2]);
const file = new URL("./worker-sum.ts", import.meta.url);

async function start(value: number): Promise<{ sum: number; exit: number }> {
  const worker = new Worker(file, { workerData: value });
  let sum = Number.NaN;
  worker.on("message", (message: number) => {
    sum = message;
  });
  const exit = await new Promise<number>((resolve, reject) => worker.on("error", reject).on("exit", resolve));
  return { sum, exit };
}

// The addon is loaded, its last user ends, and it is loaded again.
await start(1);
await start(1);
const done = await Promise.all(Array.from({ length: count }, (_, i) => start(i + 1)));
console.log(JSON.stringify({ sums: done.map((d) => d.sum), exits: done.map((d) => d.exit) }));
