/** `archwright export` */
import { ArchwrightError } from "../../errors.ts";
import type { ExportResult } from "../../runs/export/perform-export.ts";
import { exportModel } from "../../runs/export/run-export.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { longWork } from "../long-work.ts";
import type { Given } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { quietOption, weightsOf, weightsOption } from "../request-options.ts";

export const exportCommand: Command = {
  positional: "MODEL",
  options: [
    {
      name: "format",
      value: "onnx|pytorch",
      required: true,
      about: "a file for onnxruntime and its kin, or a PyTorch program",
    },
    { name: "out", value: "PATH", about: "file (onnx) or folder (pytorch); default in the model's folder" },
    { name: "preprocess", about: "onnx: takes RGB pixels as bytes, gives probabilities too" },
    { name: "int8", about: "onnx: 8-bit integers, calibrated on training images, with its accuracy measured" },
    { name: "data", value: "D", about: "images to check on; default those that it was trained on" },
    { name: "python", value: "PATH", about: "pytorch: the Python that checks the program; default python3" },
    weightsOption,
    quietOption,
  ],
  notes: [
    "MODEL is the directory of a training, or its folder `model`.",
    "Every export is run on real images before it is reported, and the largest difference from the network's logits is shown.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const [model] = given.positionals;
  if (model === undefined) throw new ArchwrightError("usage", "give the directory of a training");
  const format = given.required("format");
  if (format !== "onnx" && format !== "pytorch") {
    throw new ArchwrightError("usage", `--format must be onnx or pytorch, not "${format}"`);
  }
  const weights = weightsOf(given);
  const texts = (["out", "data", "python"] as const).flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const request = {
    model,
    format,
    ...Object.fromEntries(texts),
    ...(weights === undefined ? {} : { weights }),
    preprocess: given.has("preprocess"),
    int8: given.has("int8"),
  } as const;
  return longWork("stopping", async ({ clear, interrupt, onProgress }) => {
    const options = { signal: interrupt.signal, ...(given.has("quiet") ? {} : { onProgress }) };
    const result = await exportModel(request, options);
    clear();
    if (result.status === "interrupted") {
      note("stopped; nothing was written");
      return interrupt.exitStatus;
    }
    if (given.has("json")) printJson(result);
    else print(columns(rows(result)).join("\n"));
    return exitStatus.done;
  });
}

function rows({ path, bytes, agreement, unchecked, accuracy }: ExportResult): [string, string][] {
  const all: [string, string][] = [
    ["written", path ?? ""],
    ["size", `${formatCount(bytes ?? 0)} bytes`],
  ];
  if (agreement !== undefined) {
    const { images, largest, bound } = agreement;
    all.push([
      "largest difference",
      `${largest.toExponential(1)} over ${images} images (allowed: ${bound.toExponential(1)})`,
    ]);
  }
  if (unchecked !== undefined) all.push(["not run", unchecked]);
  if (accuracy !== undefined) {
    const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
    all.push([
      "accuracy",
      `${percent(accuracy.int8)} (float: ${percent(accuracy.float)}) on ${formatCount(accuracy.images)} images`,
    ]);
  }
  return all;
}
