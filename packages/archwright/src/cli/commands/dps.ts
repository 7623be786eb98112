/** `archwright dps` */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { signed } from "../../runs/correlate/text.ts";
import type { DpsRequest } from "../../runs/dps/request.ts";
import { type DpsOptions, type DpsResult, resumeDps, runDps } from "../../runs/dps/run-dps.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import { shellWord } from "../../runs/search-request.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import type { Interrupt } from "../interrupt.ts";
import { longWork } from "../long-work.ts";
import { type Given, type Option, wholeNumber } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { dataOption, deviceOption, downloadOption, quietOption, refuseBesideResume } from "../request-options.ts";
import { aligned } from "../table.ts";

/** What dps.json says itself. */
const requestOptions: readonly Option[] = [
  { name: "space", value: "S", required: "resume", about: "space of the architectures (`archwright list spaces`)" },
  {
    name: "table",
    value: "F",
    required: "resume",
    about: "results: a benchmark by name or file, or a CSV with a column of architectures and one of results",
  },
  { name: "metric", value: "M", required: "resume", about: "metric of the table, or column of the CSV" },
  dataOption("images, of which 16 are used"),
  { name: "architectures", value: "N", about: "architectures that proxies are chosen by; default 20" },
  { name: "others", value: "N", about: "further architectures, for the report alone; default as many" },
  { name: "evaluations", value: "N", about: "proxies that are tried; default 200" },
  { name: "population", value: "N", about: "proxies that are alive; default 40" },
  { name: "tournament", value: "N", about: "of which the best is the next parent; default 10" },
  { name: "network", value: "SIZE", about: "size of the networks, as `archwright score` takes it" },
  { name: "seed", value: "N", about: "architectures, images, weights and proxies follow from it; default 0" },
  { name: "workers", value: "N", about: "processes that train at the same time; default one for each core" },
  deviceOption,
  downloadOption,
  { name: "out", value: "DIR", about: "directory to make; default runs/<time>-dps-<space>" },
];

export const dps: Command = {
  options: [
    ...requestOptions,
    { name: "resume", value: "DIR", about: "continue the search in DIR; everything else is in its dps.json" },
    quietOption,
  ],
  notes: [
    "Finds settings of Eproxy that order benchmarked architectures as their results do, by evolution. DIR/proxy.json is the",
    "proxy: give its path to `score --proxies`, `search --set fitness=` or zero-cost-pt's `--set score=`. DIR/report.html says how",
    "well it does on architectures that it was not chosen by, beside parameters and multiply-adds.",
    "Ctrl-C ends the present configuration; `archwright dps --resume DIR` goes on, also after a kill.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const start = starter(given);
  return longWork("stopping; what was tried is kept", async ({ clear, interrupt, onProgress }) => {
    const result = await start({ signal: interrupt.signal, ...(given.has("quiet") ? {} : { onProgress }) });
    clear();
    return finish(result, given.has("json"), interrupt);
  });
}

function starter(given: Given): (options: DpsOptions) => Promise<DpsResult> {
  const directory = given.text("resume");
  if (directory !== undefined) {
    refuseBesideResume(given, requestOptions, "its dps.json");
    return (options) => resumeDps(directory, options);
  }
  const request = requestOf(given);
  const out = given.text("out") ?? defaultOut(request.space);
  return (options) => runDps(request, out, options);
}

function requestOf(given: Given): DpsRequest {
  const numbers = ["architectures", "others", "evaluations", "population", "tournament", "seed", "workers"] as const;
  const whole = numbers.flatMap((name) => {
    const value = wholeNumber(given, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const texts = (["network", "device"] as const).flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    space: given.required("space"),
    table: given.required("table"),
    metric: given.required("metric"),
    data: given.required("data"),
    ...(given.has("download") ? { download: true } : {}),
    ...Object.fromEntries([...whole, ...texts]),
  };
}

/** `runs/20261122-070303-dps-nasbench201`, of the time in UTC. */
function defaultOut(space: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  for (let i = 1; ; i++) {
    const path = join("runs", `${stamp}-dps-${space}${i === 1 ? "" : `-${i}`}`);
    if (!existsSync(path)) return path;
  }
}

function finish(result: DpsResult, json: boolean, interrupt: Interrupt): number {
  const { status, directory, evaluations, total, rows = [], proxy = "", report = "" } = result;
  if (json) printJson(result);
  if (status === "interrupted") {
    note(`stopped after ${formatCount(evaluations)} of ${formatCount(total)} proxies`);
    note(`continue with: archwright dps --resume ${shellWord(directory)}`);
    return interrupt.exitStatus;
  }
  if (json) return exitStatus.done;
  const lines = rows.map(({ name, chosen, others }) => [name, signed(chosen), signed(others)]);
  const places = columns([
    ["proxy", proxy],
    ["report", report],
  ]);
  print([...aligned([["Spearman's ρ", "chosen by", "on others"], ...lines]), "", ...places].join("\n"));
  return exitStatus.done;
}
