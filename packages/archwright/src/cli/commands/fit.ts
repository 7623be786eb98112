/** `archwright fit` */
import { ArchwrightError } from "../../errors.ts";
import {
  type FitOptions,
  type FitRequest,
  type FitResult,
  fit as fitImages,
  resumeFit,
} from "../../runs/fit/run-fit.ts";
import { formatCount, formatDuration } from "../../runs/report/numbers.ts";
import { shellWord } from "../../runs/search-request.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { longWork } from "../long-work.ts";
import { type Given, largeNumber, milliseconds, type Option, wholeNumber } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { assignment, dataOption, quietOption, refuseBesideResume } from "../request-options.ts";
import { accuracyText } from "../text.ts";

const requestOptions: readonly Option[] = [
  dataOption("images"),
  { name: "minutes", value: "N", about: "time for everything, about; default 30" },
  { name: "max-params", value: "N", about: "most parameters of the model, as in 60k or 1M" },
  { name: "max-macs", value: "N", about: "most multiply-adds for one image, as in 20M" },
  { name: "max-latency", value: "MS", about: "most milliseconds for one image on this machine" },
  { name: "space", value: "S", about: "a space of cells; default by the size of the images" },
  { name: "image-size", value: "N", about: "pixels along a side; default by the size of the images" },
  { name: "set", value: "key=value", repeatable: true, about: "one hyperparameter of the training" },
  { name: "seed", value: "N", about: "everything random follows from it; default 0" },
  { name: "out", value: "DIR", about: "directory to make; default model" },
];

export const fit: Command = {
  options: [
    ...requestOptions,
    { name: "resume", value: "DIR", about: "continue the fit in DIR; everything else is in its fit.json" },
    quietOption,
  ],
  notes: [
    "Images of a folder without `test` are set aside first, so that the accuracy is that of images which nothing has seen.",
    "The size of the network follows from times measured on this machine, so that another run may choose another.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const quiet = given.has("quiet");
  const start = starter(given);
  return longWork("stopping after the present step", async ({ clear, interrupt, onProgress, say }) => {
    const told = quiet ? {} : { onProgress, onStage: (stage: string) => say(stage) };
    const result = await start({ signal: interrupt.signal, ...told });
    clear();
    if (given.has("json")) printJson(result);
    if (result.status === "interrupted") {
      note(`stopped and saved; continue with: archwright fit --resume ${shellWord(result.directory)}`);
      return interrupt.exitStatus;
    }
    if (!given.has("json")) print(columns(rows(result)).join("\n"));
    return exitStatus.done;
  });
}

function starter(given: Given): (options: FitOptions) => Promise<FitResult> {
  const directory = given.text("resume");
  if (directory === undefined) {
    const asked = request(given);
    return (options) => fitImages(asked, options);
  }
  refuseBesideResume(given, requestOptions, "the fit's fit.json");
  return (options) => resumeFit(directory, options);
}

function request(given: Given): FitRequest {
  const minutes = given.text("minutes");
  if (minutes !== undefined && !(Number(minutes) > 0)) {
    throw new ArchwrightError("usage", `--minutes must be a number above 0, not "${minutes}"`);
  }
  const values = {
    minutes: minutes === undefined ? undefined : Number(minutes),
    maxParams: largeNumber(given, "max-params"),
    maxMacs: largeNumber(given, "max-macs"),
    maxLatency: milliseconds(given, "max-latency"),
    imageSize: wholeNumber(given, "image-size"),
    seed: wholeNumber(given, "seed"),
    space: given.text("space"),
    out: given.text("out"),
  };
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return {
    data: given.required("data"),
    ...Object.fromEntries(known),
    set: Object.fromEntries(given.all("set").map(assignment)),
  };
}

function rows({ page, onnx, plan, test, elapsedSeconds }: FitResult): [string, string][] {
  return [
    ...(test === undefined ? [] : [["test accuracy", accuracyText(test)] as [string, string]]),
    ...(plan === undefined
      ? []
      : ([
          [
            "network",
            `${plan.size.channels} channels, ${plan.size.cells} cells; ${formatCount(plan.parameters)} parameters`,
          ],
          ["trained for", `${plan.epochs} epochs`],
        ] as [string, string][])),
    ["took", formatDuration(elapsedSeconds)],
    ["model", onnx ?? ""],
    ["page", page ?? ""],
  ];
}
