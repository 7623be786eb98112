/** The size of the network and the length of its training, from times measured on this machine. In the calling thread. */
import { performance } from "node:perf_hooks";
import { noiseDataset } from "../../data/noise.ts";
import { ArchwrightError } from "../../errors.ts";
import { finalCost, finalNetwork } from "../../networks/final-network.ts";
import { measureSpeed } from "../../networks/predict.ts";
import { checkSettings } from "../../search/settings.ts";
import { NetworkTrainer } from "../../training/networks/network-trainer.ts";
import { recipePreset } from "../../training/networks/presets.ts";
import { recipe, recipeSettings } from "../../training/networks/recipe.ts";
import type { Teller, ThreadTask } from "../thread.ts";
import { chooseBatch, fitSpace, type Size, sizesOf } from "./choose.ts";
import type { FitPlan } from "./fit-file.ts";

export interface SizingTask {
  readonly space: string;
  readonly architecture: string;
  readonly classes: number;
  readonly imageSize: number;
  /** Images that an epoch trains on. */
  readonly images: number;
  /** Time for the training. */
  readonly seconds: number;
  readonly maxParams?: number;
  readonly maxMacs?: number;
  readonly maxLatency?: number;
}

/** Fewer epochs than this leave a network unfinished; more than this many give nothing. */
const LEAST_EPOCHS = 15;
const MOST_EPOCHS = 200;
/** Steps that are timed, after one that is not. */
const TIMED = 2;

/** The largest network within the limits that can be trained for 15 epochs in the time; the smallest where none can. */
export async function performSizing(
  { start }: ThreadTask<SizingTask>,
  { progress }: Pick<Teller<never, never>, "progress">,
): Promise<Omit<FitPlan, "balanced">> {
  const { architecture, maxLatency } = start;
  const candidates = fitting(start);
  const batch = chooseBatch(start.images);
  let chosen: Omit<FitPlan, "balanced"> | undefined;
  let seconds = Number.POSITIVE_INFINITY;
  for (const [i, { size, parameters, macs }] of candidates.entries()) {
    progress({ done: i, total: candidates.length, label: "measuring sizes" });
    const last = i === candidates.length - 1;
    // A pass takes longer than its multiply-adds say, so what cannot be trained by these alone is not built.
    if (!last && macs * 3 * start.images * LEAST_EPOCHS > start.seconds * FASTEST) continue;
    const { latency, secondsPerEpoch } = measured(start, size, batch);
    if (maxLatency !== undefined && latency > maxLatency) {
      if (last) throw tooSlow(maxLatency, latency);
      continue;
    }
    const epochs = Math.max(1, Math.min(MOST_EPOCHS, Math.floor(start.seconds / secondsPerEpoch)));
    if (secondsPerEpoch < seconds) {
      chosen = { architecture, size, parameters, macs, latency, secondsPerEpoch, epochs, batch };
      seconds = secondsPerEpoch;
    }
    if (epochs >= LEAST_EPOCHS) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (chosen === undefined) throw tooSlow(maxLatency ?? 0, Number.NaN);
  return chosen;
}

/** Multiply-adds a second that no machine of today reaches with small networks. */
const FASTEST = 2e11;

/** Sizes within the limits on parameters and multiply-adds, the largest first, a quarter apart. */
function fitting(task: SizingTask): { size: Size; parameters: number; macs: number }[] {
  const { classes, imageSize, maxParams = Number.POSITIVE_INFINITY, maxMacs = Number.POSITIVE_INFINITY } = task;
  const space = fitSpace(task.space);
  const architecture = space.parse(task.architecture);
  const all = sizesOf(space).map((size) => ({ size, ...finalCost({ space, architecture, classes, imageSize, size }) }));
  const within = all.filter(({ parameters, macs }) => parameters <= maxParams && macs <= maxMacs);
  if (within.length === 0) {
    const smallest = all.reduce((least, one) => (one.parameters < least.parameters ? one : least));
    throw new ArchwrightError(
      "usage",
      `no network is within the limits: the smallest has ${smallest.parameters.toLocaleString("en-US")} parameters and ${smallest.macs.toLocaleString("en-US")} multiply-adds; raise --max-params or --max-macs, or lower --image-size`,
    );
  }
  const sorted = within.sort((a, b) => b.macs - a.macs);
  return sorted.filter(({ macs }, i) => i === 0 || i === sorted.length - 1 || macs < 0.8 * (sorted[i - 1]?.macs ?? 0));
}

/** Times of one image forward, and of an epoch of training, on noise. */
function measured(task: SizingTask, size: Size, batch: number): { latency: number; secondsPerEpoch: number } {
  const { classes, imageSize, images } = task;
  const space = fitSpace(task.space);
  const description = { space, architecture: space.parse(task.architecture), classes, imageSize, size };
  using network = finalNetwork(description, { seed: 0 });
  const { latency } = measureSpeed(network, imageSize, "cpu", 2);
  const noise = noiseDataset({ count: 2 * batch, size: imageSize, classes });
  const settings = checkSettings([recipe], recipePreset("quick", space), { batch, network: size });
  using trainer = new NetworkTrainer({
    network,
    recipe: recipeSettings.parse(settings),
    train: noise.train,
    normalization: noise,
    classes,
    seed: 0,
    device: "cpu",
  });
  trainer.step();
  const began = performance.now();
  for (let i = 0; i < TIMED; i++) trainer.step();
  const step = (performance.now() - began) / TIMED / 1000;
  return { latency, secondsPerEpoch: step * Math.ceil(images / batch) };
}

const tooSlow = (limit: number, latency: number): ArchwrightError =>
  new ArchwrightError(
    "usage",
    `no network takes ${limit} ms or less for one image on this machine: the smallest takes ${latency.toFixed(1)} ms; raise --max-latency, or lower --image-size`,
  );
