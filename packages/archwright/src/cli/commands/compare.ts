/** `archwright compare` */
import { existsSync } from "node:fs";
import { comparisonPaths } from "../../runs/compare/comparison-directory.ts";
import { tableMetrics } from "../../runs/compare/outcomes.ts";
import type { ComparisonRequest } from "../../runs/compare/request.ts";
import {
  type ComparisonOptions,
  type ComparisonResult,
  resumeComparison,
  runComparison,
} from "../../runs/compare/run-comparison.ts";
import { parseSeeds } from "../../runs/compare/seeds.ts";
import { shellWord } from "../../runs/search-request.ts";
import type { Command } from "../command.ts";
import { countedFor, methodsText, runsText } from "../comparison-text.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import type { Interrupt } from "../interrupt.ts";
import { longWork } from "../long-work.ts";
import { noteTeller } from "../notes.ts";
import { type Given, namesOf, type Option } from "../options.ts";
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

/** What a comparison's own compare.json says. */
const requestOptions: readonly Option[] = [
  { name: "space", value: "S", required: "resume", about: "search space (`archwright list spaces`)" },
  {
    name: "methods",
    value: "a,b,c",
    required: "resume",
    about: "search methods (`archwright list methods`), other parts as in darts:update=implicit",
  },
  {
    name: "seeds",
    value: "0-3",
    required: "resume",
    about: "a range, a list as 0,2,5, or both; each with every method",
  },
  dataOption("images"),
  downloadOption,
  { name: "preset", value: "P", about: "of every method: paper (default) or small, for minutes on two cores" },
  setOption("one hyperparameter, which every method must have"),
  imageSizeOption,
  deviceOption,
  benchmarkOption,
  { name: "out", value: "DIR", about: "directory to make; default runs/<time>-compare-<space>" },
];

export const compare: Command = {
  options: [
    ...requestOptions,
    { name: "resume", value: "DIR", about: "continue the comparison in DIR; everything else is in its compare.json" },
    quietOption,
  ],
  notes: [
    "Every method searches with every seed, one run after the other, each in a run directory DIR/<method>-<seed>.",
    "DIR also gets compare.json, results.csv and report.html. A run that fails is recorded and the others go on.",
    "Ctrl-C stops after the present step and saves; `archwright compare --resume DIR` continues, and tries failed runs again.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const start = starter(given);
  const quiet = given.has("quiet");
  let begun: string | undefined;
  return longWork("stopping after the present step", async ({ clear, interrupt, onProgress, say }) => {
    const tell = noteTeller(say);
    try {
      const result = await start({
        signal: interrupt.signal,
        onRun: ({ method, seed }, { directory, number, total }) => {
          if (!quiet && begun === undefined) say(`comparison directory: ${directory}`);
          if (!quiet) say(`run ${number} of ${total}: ${method}, seed ${seed}`);
          begun = directory;
        },
        onNotes: (_, notes) => tell(notes),
        onOutcome: ({ method, seed, status, error, found }) => {
          if (status === "failed") say(`${method}, seed ${seed} failed: ${error}`);
          for (const { message } of found?.notes ?? []) say(`note: ${method}, seed ${seed}: ${message}`);
        },
        ...(quiet ? {} : { onProgress }),
      });
      clear();
      return finish(result, given.has("json"), interrupt);
    } catch (error) {
      if (begun !== undefined && existsSync(comparisonPaths(begun).comparison))
        say(`what was done is kept; continue with: ${resumeCommand(begun)}`);
      throw error;
    }
  });
}

function starter(given: Given): (options: ComparisonOptions) => Promise<ComparisonResult> {
  const directory = given.text("resume");
  if (directory === undefined) {
    const asked = request(given);
    return (options) => runComparison(asked, options);
  }
  refuseBesideResume(given, requestOptions, "the comparison's compare.json");
  return (options) => resumeComparison(directory, options);
}

function request(given: Given): ComparisonRequest {
  const texts = (["preset", "device", "out", "benchmark"] as const).flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    space: given.required("space"),
    methods: namesOf(given.required("methods")),
    seeds: parseSeeds(given.required("seeds")),
    data: given.required("data"),
    set: settingsOf(given),
    ...(given.has("download") ? { download: true } : {}),
    ...Object.fromEntries(texts),
  };
}

const resumeCommand = (directory: string): string => `archwright compare --resume ${shellWord(directory)}`;

function finish(result: ComparisonResult, json: boolean, interrupt: Interrupt): number {
  const { status, directory, report, csv, methods, runs } = result;
  if (json) printJson(result);
  if (status === "interrupted") {
    note(`stopped and saved; continue with: ${resumeCommand(directory)}`);
    return interrupt.exitStatus;
  }
  if (!json) {
    const metrics = tableMetrics(runs);
    const places = columns([...countedFor(runs), ["comparison", directory], ["runs", csv], ["report", report]]);
    print([...methodsText(methods, metrics), "", ...runsText(runs, metrics), "", ...places].join("\n"));
  }
  const failed = runs.filter((run) => run.status === "failed");
  const blind = runs.filter(({ found }) => found?.connected === false);
  if (blind.length > 0) note(`${blind.length} of ${runs.length} runs found an architecture that no image passes`);
  if (failed.length === 0) return blind.length === 0 ? exitStatus.done : exitStatus.failed;
  note(`${failed.length} of ${runs.length} runs failed; try them again with: ${resumeCommand(directory)}`);
  return exitStatus.failed;
}
