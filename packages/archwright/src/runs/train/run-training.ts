/** Training in a thread of its own: what `archwright train` does, for programs. */
import type { TrainedEpoch } from "../../training/networks/events.ts";
import { besideModule, inThread, type ThreadOptions } from "../thread.ts";
import type { TrainOpened, TrainResult, TrainStart } from "./perform-training.ts";
import type { TrainRequest } from "./request.ts";

export type TrainOptions = ThreadOptions<TrainOpened, TrainedEpoch>;

/**
 * Trains a network, keeps its weights, evaluates it on the test images, and leaves a directory behind. Everything is
 * checked before the directory is made.
 *
 * Throws {@link ArchwrightError}: `usage` for a wrong request, `data` for images that cannot be read, `device`, `run`
 * if the directory exists, `training` if the loss diverges, `io` if it cannot be written.
 *
 * @example
 * ```ts
 * import { trainNetwork } from "archwright";
 *
 * const { directory, test } = await trainNetwork({ run: "runs/first", preset: "quick", set: { epochs: 2 } });
 * console.log(directory, test?.accuracy);
 * ```
 */
export const trainNetwork = (request: TrainRequest, options: TrainOptions = {}): Promise<TrainResult> =>
  train({ request: JSON.parse(JSON.stringify(request)) as TrainRequest }, options);

/**
 * Continues the training in `directory`, whatever stopped it, to the weights of one never stopped. A finished one only
 * gives its result again. Throws {@link ArchwrightError} `run` if it is damaged, in use, or if its images have changed.
 */
export const resumeTrainingIn = (directory: string, options: TrainOptions = {}): Promise<TrainResult> =>
  train({ resume: directory }, options);

const train = (start: TrainStart, options: TrainOptions): Promise<TrainResult> =>
  inThread(besideModule("train-worker", import.meta.url), start, options);
