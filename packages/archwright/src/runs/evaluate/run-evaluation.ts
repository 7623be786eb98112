/** Evaluating in a thread of its own: what `archwright evaluate` does, for programs. */
import { besideModule, inThread, type ThreadOptions } from "../thread.ts";
import type { EvaluationOpened, EvaluationRequest, EvaluationResult } from "./perform-evaluation.ts";

/**
 * Evaluates a trained model on images that it was not trained on, and leaves `evaluation.json` and `evaluation.html` in its
 * folder. Throws {@link ArchwrightError}: `run` for a directory without a model, `data` for images that do not fit it.
 *
 * @example
 * ```ts
 * import { evaluate } from "archwright";
 *
 * const { evaluation } = await evaluate({ model: "runs/trained", data: "folder:photos" });
 * console.log(evaluation?.overall.accuracy);
 * ```
 */
export const evaluate = (
  request: EvaluationRequest,
  options: Pick<ThreadOptions<EvaluationOpened, never>, "signal" | "onProgress" | "onOpened"> = {},
): Promise<EvaluationResult> => inThread(besideModule("evaluation-worker", import.meta.url), request, options);
