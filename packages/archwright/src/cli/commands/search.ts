/** `archwright search` */
import type { Limits } from "../../guided/limits.ts";
import type { SearchResult } from "../../runs/messages.ts";
import { type RunOptions, resumeSearch, runSearch } from "../../runs/run-search.ts";
import { checkDevice, checkSeed, type SearchRequest, shellWord } from "../../runs/search-request.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { longWork } from "../long-work.ts";
import { noteTeller } from "../notes.ts";
import { type Given, largeNumber, milliseconds, type Option, wholeNumber } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import {
  benchmarkOption,
  dataOption,
  deviceOption,
  downloadOption,
  imageSizeOption,
  quietOption,
  refuseBesideResume,
  setOption,
  settingsOf,
} from "../request-options.ts";
import { describeFound } from "../text.ts";

/** What a run's own run.json says. */
const requestOptions: readonly Option[] = [
  { name: "space", value: "S", required: "resume", about: "search space (`archwright list spaces`)" },
  { name: "method", value: "M", required: "resume", about: "search method (`archwright list methods`)" },
  dataOption("images"),
  downloadOption,
  { name: "seed", value: "N", about: "everything random follows from it; default 0" },
  { name: "out", value: "DIR", about: "run directory to make; default runs/<time>-<space>-<method>-<seed>" },
  deviceOption,
  benchmarkOption,
  { name: "relaxation", value: "R", about: "in place of the method's own (`archwright list relaxations`)" },
  { name: "update", value: "U", about: "in place of the method's own (`archwright list updates`); U+V adds V" },
  { name: "selection", value: "L", about: "in place of the method's own (`archwright list selections`)" },
  {
    name: "preset",
    value: "P",
    about: "the method's hyperparameters: paper (default) or small, for minutes on two cores",
  },
  setOption("one hyperparameter"),
  imageSizeOption,
  { name: "max-params", value: "N", about: "random, evolution: most parameters, as in 1M or 300k" },
  { name: "max-macs", value: "N", about: "random, evolution: most multiply-adds for one image, as in 300M or 1.5G" },
  {
    name: "max-latency",
    value: "MS",
    about: "random, evolution: most milliseconds for one image, measured here; results then depend on the clock",
  },
];

export const search: Command = {
  options: [
    ...requestOptions,
    { name: "resume", value: "DIR", about: "continue the run in DIR; everything else is in its run.json" },
    quietOption,
  ],
  notes: [
    "random and evolution search in every space, --set fitness=NAME says by what (`archwright list proxies`); the other methods need a space with a supernet.",
    "Ctrl-C stops after the present step and saves; `archwright search --resume DIR` continues to the same bits.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const start = starter(given);
  const quiet = given.has("quiet");
  let begun: string | undefined;
  return longWork("stopping after the present step", async ({ clear, interrupt, onProgress, say }) => {
    const tellNotes = noteTeller(say);
    try {
      const result = await start({
        signal: interrupt.signal,
        onOpened: ({ directory, notes }) => {
          begun = directory;
          tellNotes(notes);
          if (!quiet) say(`run directory: ${directory}`);
        },
        ...(quiet ? {} : { onProgress }),
      });
      clear();
      tellNotes(result.architecture?.notes ?? []);
      return finish(result, given.has("json"), interrupt.exitStatus);
    } catch (error) {
      if (begun !== undefined) say(`what the run had saved is kept; continue with: ${resumeCommand(begun)}`);
      throw error;
    }
  });
}

function starter(given: Given): (options: RunOptions) => Promise<SearchResult> {
  const directory = given.text("resume");
  if (directory === undefined) {
    const asked = request(given);
    return (options) => runSearch(asked, options);
  }
  refuseBesideResume(given, requestOptions, "the run's run.json");
  return (options) => resumeSearch(directory, options);
}

function request(given: Given): SearchRequest {
  const optional = ["relaxation", "update", "selection", "preset", "out", "benchmark"] as const;
  const texts = optional.flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    space: given.required("space"),
    method: given.required("method"),
    data: given.required("data"),
    seed: checkSeed(wholeNumber(given, "seed") ?? 0),
    device: checkDevice(given.text("device") ?? "cpu"),
    download: given.has("download"),
    set: settingsOf(given),
    ...Object.fromEntries(texts),
    ...limits(given),
  };
}

function limits(given: Given): Limits {
  const [maxParams, maxMacs] = [largeNumber(given, "max-params"), largeNumber(given, "max-macs")];
  const maxLatency = milliseconds(given, "max-latency");
  return {
    ...(maxParams === undefined ? {} : { maxParams }),
    ...(maxMacs === undefined ? {} : { maxMacs }),
    ...(maxLatency === undefined ? {} : { maxLatency }),
  };
}

const resumeCommand = (directory: string): string => `archwright search --resume ${shellWord(directory)}`;

function finish(result: SearchResult, json: boolean, interrupted: number): number {
  const { status, directory, report, architecture } = result;
  if (json) printJson(result);
  if (status === "interrupted") {
    if (directory === undefined) note("stopped before the search began; nothing was written");
    else note(`stopped and saved; continue with: ${resumeCommand(directory)}`);
    return interrupted;
  }
  if (!json && architecture !== undefined) {
    print(
      describeFound(architecture, [
        ["run", directory ?? ""],
        ["report", report ?? ""],
      ]),
    );
  }
  return architecture?.connected === false ? exitStatus.failed : exitStatus.done;
}
