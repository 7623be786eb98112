/** `archwright compare` */
import { existsSync } from "node:fs";
import { ArchwrightError } from "../../errors.ts";
import { comparisonPaths } from "../../runs/compare/comparison-directory.ts";
import { accuracyMetrics } from "../../runs/compare/outcomes.ts";
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
import { methodsText, runsText } from "../comparison-text.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { Interrupt } from "../interrupt.ts";
import { type Given, namesOf, type Option } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { ProgressDisplay } from "../progress.ts";
import { assignment } from "./search.ts";

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
  {
    name: "data",
    value: "D",
    required: "resume",
    about: "images: demo, cifar10:DIR, cifar100:DIR, mnist:DIR, folder:DIR, noise",
  },
  { name: "download", about: "fetch CIFAR into its directory if it is not there yet" },
  { name: "preset", value: "P", about: "of every method: paper (default) or small, for minutes on two cores" },
  { name: "set", value: "key=value", repeatable: true, about: "one hyperparameter, which every method must have" },
  { name: "device", value: "cpu|cuda", about: "where the tensors are; default cpu" },
  { name: "out", value: "DIR", about: "directory to make; default runs/<time>-compare-<space>" },
];

export const compare: Command = {
  options: [
    ...requestOptions,
    { name: "resume", value: "DIR", about: "continue the comparison in DIR; everything else is in its compare.json" },
    { name: "quiet", about: "no progress" },
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
  const display = new ProgressDisplay(process.stderr);
  const say = (text: string): void => {
    display.clear();
    note(text);
  };
  const interrupt = new Interrupt(() => say("stopping after the present step (once more ends at once)"));
  const quiet = given.has("quiet");
  let begun: string | undefined;
  try {
    const result = await start({
      signal: interrupt.signal,
      onRun: ({ method, seed }, { directory, number, total }) => {
        if (!quiet && begun === undefined) say(`comparison directory: ${directory}`);
        if (!quiet) say(`run ${number} of ${total}: ${method}, seed ${seed}`);
        begun = directory;
      },
      onWarning: (_, warning) => say(`warning: ${warning}`),
      onOutcome: ({ method, seed, status, error }) => {
        if (status === "failed") say(`${method}, seed ${seed} failed: ${error}`);
      },
      ...(quiet ? {} : { onProgress: (progress) => display.update(progress) }),
    });
    display.clear();
    return finish(result, given.has("json"), interrupt);
  } catch (error) {
    if (begun !== undefined && existsSync(comparisonPaths(begun).comparison))
      say(`what was done is kept; continue with: ${resumeCommand(begun)}`);
    throw error;
  } finally {
    display.clear();
    interrupt.stopListening();
  }
}

function starter(given: Given): (options: ComparisonOptions) => Promise<ComparisonResult> {
  const directory = given.text("resume");
  if (directory === undefined) {
    const asked = request(given);
    return (options) => runComparison(asked, options);
  }
  const conflict = requestOptions.find(({ name }) => given.has(name));
  if (conflict !== undefined) {
    const message = `--resume takes everything from the comparison's compare.json; leave out --${conflict.name}`;
    throw new ArchwrightError("usage", message);
  }
  return (options) => resumeComparison(directory, options);
}

function request(given: Given): ComparisonRequest {
  const texts = (["preset", "device", "out"] as const).flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    space: given.required("space"),
    methods: namesOf(given.required("methods")),
    seeds: parseSeeds(given.required("seeds")),
    data: given.required("data"),
    set: Object.fromEntries(given.all("set").map(assignment)),
    ...(given.has("download") ? { download: true } : {}),
    ...Object.fromEntries(texts),
  };
}

const resumeCommand = (directory: string): string => `archwright compare --resume ${shellWord(directory)}`;

function finish(result: ComparisonResult, json: boolean, interrupt: Interrupt): number {
  const { status, directory, report, csv, space, methods, runs } = result;
  if (json) printJson(result);
  if (status === "interrupted") {
    note(`stopped and saved; continue with: ${resumeCommand(directory)}`);
    return interrupt.exitStatus;
  }
  if (!json) {
    const metrics = accuracyMetrics(space);
    const places = columns([
      ["comparison", directory],
      ["runs", csv],
      ["report", report],
    ]);
    print([...methodsText(methods, metrics), "", ...runsText(runs, metrics), "", ...places].join("\n"));
  }
  const failed = runs.filter((run) => run.status === "failed");
  if (failed.length === 0) return exitStatus.done;
  note(`${failed.length} of ${runs.length} runs failed; try them again with: ${resumeCommand(directory)}`);
  return exitStatus.failed;
}
