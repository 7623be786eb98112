/** `archwright train` */

import { formatCount, formatDuration } from "../../runs/report/numbers.ts";
import { checkDevice, checkSeed, shellWord } from "../../runs/search-request.ts";
import type { TrainResult } from "../../runs/train/perform-training.ts";
import type { TrainRequest } from "../../runs/train/request.ts";
import { resumeTrainingIn, type TrainOptions, trainNetwork } from "../../runs/train/run-training.ts";
import { architectureText } from "../architecture-text.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { longWork } from "../long-work.ts";
import { noteTeller } from "../notes.ts";
import { type Given, type Option, wholeNumber } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import {
  deviceOption,
  downloadOption,
  imageSizeOption,
  quietOption,
  refuseBesideResume,
  setOption,
  settingsOf,
} from "../request-options.ts";
import { accuracyText } from "../text.ts";

const requestOptions: readonly Option[] = [
  { name: "space", value: "S", about: "without RUN: space of the architecture (`archwright list spaces`)" },
  { name: "arch", value: "A", about: "without RUN: architecture in the space's text form, or @FILE" },
  {
    name: "data",
    value: "D",
    about: "images: demo, cifar10:DIR, cifar100:DIR, mnist:DIR, folder:DIR, labels:FILE.csv; default those of RUN",
  },
  downloadOption,
  {
    name: "preset",
    value: "P",
    about:
      "paper (default: the space's published recipe), quick for two cores, or a recipe (`archwright list recipes`)",
  },
  setOption("one hyperparameter (`archwright list recipes --json`)"),
  imageSizeOption,
  { name: "from", value: "MODEL", about: "begin from the weights of a trained model (transfer)" },
  { name: "seed", value: "N", about: "everything random follows from it; default 0" },
  { name: "out", value: "DIR", about: "directory to make; default runs/<time>-<space>-train-<seed>" },
  deviceOption,
];

export const train: Command = {
  positional: "[RUN]",
  options: [
    ...requestOptions,
    { name: "resume", value: "DIR", about: "continue the training in DIR; everything else is in its train.json" },
    quietOption,
  ],
  notes: [
    "RUN is the directory of a finished search: what it found is trained.",
    "Ctrl-C stops after the present step and saves; `archwright train --resume DIR` continues to the same bits.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const start = starter(given);
  const quiet = given.has("quiet");
  let begun: string | undefined;
  return longWork("stopping after the present step", async ({ clear, interrupt, onProgress, say }) => {
    try {
      const result = await start({
        signal: interrupt.signal,
        onOpened: ({ directory, notes }) => {
          begun = directory;
          noteTeller(say)(notes);
          if (!quiet) say(`directory: ${directory}`);
        },
        ...(quiet ? {} : { onProgress }),
      });
      clear();
      return finish(result, given.has("json"), interrupt.exitStatus);
    } catch (error) {
      if (begun !== undefined) say(`what was saved is kept; continue with: ${resumeCommand(begun)}`);
      throw error;
    }
  });
}

function starter(given: Given): (options: TrainOptions) => Promise<TrainResult> {
  const directory = given.text("resume");
  if (directory === undefined) {
    const asked = request(given);
    return (options) => trainNetwork(asked, options);
  }
  refuseBesideResume(given, requestOptions, "the training's train.json");
  return (options) => resumeTrainingIn(directory, options);
}

function request(given: Given): TrainRequest {
  const texts = (["space", "data", "preset", "from", "out"] as const).flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const [run] = given.positionals;
  const arch = given.text("arch");
  return {
    ...(run === undefined ? {} : { run }),
    ...Object.fromEntries(texts),
    ...(arch === undefined ? {} : { architecture: architectureText(arch) }),
    set: settingsOf(given),
    seed: checkSeed(wholeNumber(given, "seed") ?? 0),
    device: checkDevice(given.text("device") ?? "cpu"),
    download: given.has("download"),
  };
}

const resumeCommand = (directory: string): string => `archwright train --resume ${shellWord(directory)}`;

function finish(result: TrainResult, json: boolean, interrupted: number): number {
  const { status, directory, report, parameters, macs, validation, test, elapsedSeconds } = result;
  if (json) printJson(result);
  if (status === "interrupted") {
    if (directory === undefined) note("stopped before the training began; nothing was written");
    else note(`stopped and saved; continue with: ${resumeCommand(directory)}`);
    return interrupted;
  }
  if (json) return exitStatus.done;
  const rows: [string, string][] = [];
  if (test !== undefined) rows.push(["test accuracy", accuracyText(test)]);
  if (validation !== undefined) {
    rows.push(["held out", `${(100 * validation.accuracy).toFixed(2)} % (best, epoch ${validation.epoch + 1})`]);
  }
  if (parameters !== undefined) rows.push(["parameters", formatCount(parameters)]);
  if (macs !== undefined) rows.push(["multiply-adds", formatCount(macs)]);
  rows.push(["trained for", formatDuration(elapsedSeconds)], ["model", `${directory}/model`], ["report", report ?? ""]);
  print(columns(rows).join("\n"));
  return exitStatus.done;
}
