/** `archwright predict` */
import { ArchwrightError } from "../../errors.ts";
import { predict as predictInThread } from "../../runs/predict/run-prediction.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { longWork } from "../long-work.ts";
import { type Given, wholeNumber } from "../options.ts";
import { print, printJson } from "../output.ts";
import { weightsOf, weightsOption } from "../request-options.ts";

export const predict: Command = {
  positional: "MODEL IMAGE...",
  mostPositionals: Number.POSITIVE_INFINITY,
  options: [{ name: "top", value: "N", about: "classes to show for each image; default 3" }, weightsOption],
  notes: ["MODEL is the directory of a training or of a fit, or an ONNX file that `archwright export` wrote."],
  run,
};

async function run(given: Given): Promise<number> {
  const [model, ...images] = given.positionals;
  if (model === undefined || images.length === 0) {
    throw new ArchwrightError("usage", "give a model and at least one image: archwright predict MODEL IMAGE...");
  }
  const weights = weightsOf(given);
  const top = wholeNumber(given, "top") ?? 3;
  if (top === 0) throw new ArchwrightError("usage", "--top must be at least 1");
  const request = { model, images, top, ...(weights === undefined ? {} : { weights }) };
  const predictions = await longWork("stopping", async ({ interrupt, onProgress }) =>
    predictInThread(request, { signal: interrupt.signal, onProgress }),
  );
  if (given.has("json")) printJson(predictions);
  else {
    const rows = predictions.map(({ image, classes }): [string, string] => [
      image,
      classes.map(({ name, probability }) => `${name} ${(100 * probability).toFixed(1)} %`).join(", "),
    ]);
    print(columns(rows).join("\n"));
  }
  return exitStatus.done;
}
