/** `archwright evaluate` */
import { ArchwrightError } from "../../errors.ts";
import type { EvaluationOpened, EvaluationResult } from "../../runs/evaluate/perform-evaluation.ts";
import { evaluate as evaluateInThread } from "../../runs/evaluate/run-evaluation.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import { checkDevice } from "../../runs/search-request.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { longWork } from "../long-work.ts";
import { noteTeller } from "../notes.ts";
import type { Given } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { deviceOption, downloadOption, quietOption, weightsOf, weightsOption } from "../request-options.ts";
import { aligned } from "../table.ts";
import { accuracyText } from "../text.ts";

export const evaluate: Command = {
  positional: "MODEL",
  options: [
    {
      name: "data",
      value: "D",
      about: "images that the model has not seen; default the test images of what it was trained on",
    },
    downloadOption,
    weightsOption,
    deviceOption,
    quietOption,
  ],
  notes: ["MODEL is the directory of a training, or its folder `model`."],
  run,
};

async function run(given: Given): Promise<number> {
  const [model] = given.positionals;
  if (model === undefined) throw new ArchwrightError("usage", "give the directory of a training");
  const data = given.text("data");
  const weights = weightsOf(given);
  const request = {
    model,
    ...(data === undefined ? {} : { data }),
    ...(weights === undefined ? {} : { weights }),
    device: checkDevice(given.text("device") ?? "cpu"),
    download: given.has("download"),
  };
  return longWork("stopping", async ({ clear, interrupt, onProgress, say }) => {
    const tell = noteTeller(say);
    const options = {
      signal: interrupt.signal,
      onOpened: ({ notes }: EvaluationOpened) => tell(notes),
      ...(given.has("quiet") ? {} : { onProgress }),
    };
    const result = await evaluateInThread(request, options);
    clear();
    if (result.status === "interrupted") {
      note("stopped; nothing was written");
      return interrupt.exitStatus;
    }
    if (given.has("json")) printJson(result);
    else print(describe(result));
    return exitStatus.done;
  });
}

function describe({ evaluation, report }: EvaluationResult): string {
  if (evaluation === undefined) return "";
  const { overall, weights, parameters, macs, speed, classes, confusion } = evaluation;
  const rows = columns([
    ["accuracy", accuracyText(overall)],
    ["images", `${formatCount(overall.images)} (${evaluation.data})`],
    ["loss", overall.loss.toFixed(4)],
    ["calibration error", `${(100 * overall.calibrationError).toFixed(2)} %`],
    ["weights", weights],
    ["parameters", formatCount(parameters)],
    ["multiply-adds", formatCount(macs)],
    ["one image", `${speed.latency.toFixed(2)} ms (${speed.device})`],
    ["throughput", `${speed.throughput.toFixed(0)} images/s in batches of ${speed.batch}`],
    ["report", report ?? ""],
  ]);
  const share = (part: number, whole: number): string => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(2)} %`);
  const table = aligned([
    ["class", "images", "found", "right when named"],
    ...classes.map((name, k) => {
      const own = confusion[k] as number[];
      const right = own[k] as number;
      const images = own.reduce((a, b) => a + b, 0);
      const named = confusion.reduce((sum, row) => sum + (row[k] as number), 0);
      return [name, formatCount(images), share(right, images), share(right, named)];
    }),
  ]);
  return [...rows, "", ...table].join("\n");
}
