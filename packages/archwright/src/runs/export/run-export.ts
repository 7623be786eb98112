/** Exporting in a thread of its own: what `archwright export` does, for programs. */
import { besideModule, inThread, type ThreadOptions } from "../thread.ts";
import type { ExportRequest, ExportResult } from "./perform-export.ts";

/**
 * Writes a trained model as a file that other programs run, and runs it first: nothing is left behind that does not give our
 * logits. Throws {@link ArchwrightError}: `run` for a directory without a model and for a difference above its bound.
 *
 * @example
 * ```ts
 * import { exportModel } from "archwright";
 *
 * const { path, agreement } = await exportModel({ model: "runs/trained", format: "onnx", preprocess: true });
 * console.log(path, agreement?.largest);
 * ```
 */
export const exportModel = (
  request: ExportRequest,
  options: Pick<ThreadOptions<never, never>, "signal" | "onProgress"> = {},
): Promise<ExportResult> => inThread(besideModule("export-worker", import.meta.url), request, options);
