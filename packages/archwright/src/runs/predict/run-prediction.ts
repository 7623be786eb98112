/** Predicting in a thread of its own: what `archwright predict` does, for programs. */
import { besideModule, inThread, type ThreadOptions } from "../thread.ts";
import type { Prediction, PredictRequest } from "./perform-prediction.ts";

/**
 * The likeliest classes of image files. Throws {@link ArchwrightError}: `run` where there is no model, `data` for a file that
 * is no image.
 *
 * @example
 * ```ts
 * import { predict } from "archwright";
 *
 * const [first] = await predict({ model: "model", images: ["photo.jpg"] });
 * console.log(first?.classes[0]?.name);
 * ```
 */
export const predict = (
  request: PredictRequest,
  options: Pick<ThreadOptions<never, never>, "signal" | "onProgress"> = {},
): Promise<Prediction[]> => inThread(besideModule("predict-worker", import.meta.url), request, options);
