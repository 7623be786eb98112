/** Lends 1,000 one-megabyte arrays to tensors that are freed at once, and prints how far memory grew. */
import { tensor } from "../../../src/index.ts";

const start = process.memoryUsage.rss();
let peak = 0;
for (let i = 0; i < 1000; i++) {
  tensor(new Float32Array(2 ** 18).fill(1), [512, 512], { share: true }).dispose();
  if (i % 50 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}
console.log(JSON.stringify({ growth: peak - start }));
