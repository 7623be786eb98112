/** Makes a gigabyte of tensors, in scopes or not, and prints how often the garbage collector looked for more memory. */
import { constants, PerformanceObserver } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { empty, scope } from "../../../src/index.ts";

const make = (): unknown => Array.from({ length: 16 }, () => empty([16 << 20]));
scope(() => void make());
// What loading the library has brought about is over by then.
await setTimeout(500);
let collections = 0;
const { NODE_PERFORMANCE_GC_MAJOR, NODE_PERFORMANCE_GC_INCREMENTAL } = constants;
const counted = [NODE_PERFORMANCE_GC_MAJOR, NODE_PERFORMANCE_GC_INCREMENTAL];
const observer = new PerformanceObserver((list) => {
  const entries = list.getEntries() as unknown as readonly { readonly detail: { readonly kind: number } }[];
  collections += entries.filter(({ detail }) => counted.includes(detail.kind)).length;
});
observer.observe({ entryTypes: ["gc"] });
if (process.argv[2] === "scoped") scope(() => void make());
else make();
await setTimeout(500);
observer.disconnect();
console.log(JSON.stringify({ collections }));
