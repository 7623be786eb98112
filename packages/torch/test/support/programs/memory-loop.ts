/** Makes 1,500 one-megabyte tensors in a synchronous loop without freeing any, and prints how far memory grew. */
import { add, ones } from "../../../src/index.ts";

const start = process.memoryUsage.rss();
let peak = 0;
const x = ones([512, 256]);
const y = ones([512, 256]);
for (let i = 0; i < 1500; i++) {
  add(x, y, { alpha: i });
  ones([512, 512]);
  if (i % 50 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}
console.log(JSON.stringify({ growth: peak - start, peak }));
