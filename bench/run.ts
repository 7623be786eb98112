/** `npm run bench`: ours and the stock PyTorch programs in turn, in one run, as ratios. */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { libtorchVersion, setThreads } from "@archwright/torch";
import { type Case, cases } from "./cases.ts";
import { StockProgram } from "./stock.ts";

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    repeats: { type: "string", default: "7" },
    threads: { type: "string", default: String(cpus().length) },
    python: { type: "string", default: process.env.PYTHON ?? "python3" },
    help: { type: "boolean", default: false },
  },
});

const names = cases.map(({ name }) => name);
if (values.help) {
  console.log(
    `node bench/run.ts [--case NAME ...] [--repeats N] [--threads N] [--python PATH]\ncases: ${names.join(", ")}`,
  );
  process.exit(0);
}
const unknown = values.case?.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`unknown case "${unknown}" (known: ${names.join(", ")})`);
  process.exit(2);
}

const threads = Number(values.threads);
const repeats = Number(values.repeats);
if (!Number.isInteger(threads) || threads < 1 || !Number.isInteger(repeats) || repeats < 1) {
  console.error("--threads and --repeats take a whole number of at least 1");
  process.exit(2);
}

setThreads(threads);
console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${threads} threads, ours: libtorch ${libtorchVersion()}`);
for (const entry of cases) {
  if (values.case === undefined || values.case.includes(entry.name)) await compare(entry);
}

/** Times both sides alternately, so that whatever else the machine does meets both. */
async function compare(entry: Case): Promise<void> {
  const ours = await entry.make(threads);
  const stock = await StockProgram.start(values.python, entry.name, threads);
  const times: { ours: number[]; stock: number[] } = { ours: [], stock: [] };
  for (let i = 0; i < 2; i++) await ours.run();
  for (let i = 0; i < repeats; i++) {
    times.stock.push(await stock.repeat());
    const start = performance.now();
    await ours.run();
    times.ours.push((performance.now() - start) / 1000);
  }
  await stock.stop();
  await ours.dispose();
  const ratios = times.stock.map((seconds, i) => seconds / (times.ours[i] as number));
  const line = (label: string, seconds: readonly number[]): string =>
    `  ${label.padEnd(6)} median ${median(seconds).toFixed(3)} s, fastest ${Math.min(...seconds).toFixed(3)} s${rate(seconds)}`;
  console.log(`${entry.name}: ${entry.title}`);
  const rate = (seconds: readonly number[]): string =>
    entry.architectures === undefined ? "" : `, ${(entry.architectures / median(seconds)).toFixed(1)} architectures/s`;
  console.log(`${line("stock", times.stock)} (torch ${stock.version})`);
  console.log(line("ours", times.ours));
  const fastest = Math.min(...times.stock) / Math.min(...times.ours);
  console.log(`  ratio  median ${median(ratios).toFixed(1)}, of the fastest ${fastest.toFixed(1)}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
