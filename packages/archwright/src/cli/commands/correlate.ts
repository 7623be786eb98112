/** `archwright correlate` */
import { benchmarks } from "../../benchmarks/registry.ts";
import { ArchwrightError } from "../../errors.ts";
import { flopsWeights } from "../../proxies/eproxy/flops-term.ts";
import { type CorrelateRequest, correlate as correlateAll } from "../../runs/correlate/correlate-scores.ts";
import { correlationsCsv } from "../../runs/correlate/csv.ts";
import { makeParents, replaceFile } from "../../runs/files.ts";
import { descriptionOf } from "../../runs/score/scores-file.ts";
import { shellWord } from "../../runs/search-request.ts";
import type { Command } from "../command.ts";
import { correlationsText } from "../correlation-text.ts";
import { requireOwnPlaces } from "../destination.ts";
import { exitStatus } from "../errors.ts";
import { type Given, namesOf, wholeNumber } from "../options.ts";
import { print, printJson } from "../output.ts";
import { ProgressDisplay } from "../progress.ts";

export const correlate: Command = {
  options: [
    {
      name: "scores",
      value: "FILE",
      required: true,
      about: "table of `archwright score`, or any CSV with a column of architectures",
    },
    {
      name: "benchmark",
      value: "B",
      required: true,
      about: "table of results, by name (`archwright list benchmarks`) or file",
    },
    {
      name: "metric",
      value: "M",
      required: true,
      about:
        "metrics of the table, as cifar10-test,latency-ms, or all; latency-ms:lower and :higher say which way is better",
    },
    { name: "proxies", value: "a,b,c", about: "columns of the scores to take; default all" },
    {
      name: "aggregates",
      value: "a+b,...",
      about: "sums of ranks to compare as well; vote and az_nas are, where their scores are there",
    },
    {
      name: "flops-weights",
      value: "a,b|all",
      about: "weights of Eproxy's FLOPs term to compare as well, from the losses that are there; all: -0.5 to 0.5",
    },
    { name: "lower", value: "a,b,c", about: "columns of the scores in which smaller is better" },
    { name: "higher", value: "a,b,c", about: "columns of the scores in which larger is better" },
    { name: "arch-column", value: "NAME", about: "column of the architectures, of a CSV from elsewhere" },
    {
      name: "top",
      value: "PERCENT",
      about: "the best results among which correlations are taken once more; default 10",
    },
    {
      name: "resamples",
      value: "N",
      about: "bootstrap resamples for the intervals, at least 2, or 0 for none; default 1000",
    },
    { name: "seed", value: "N", about: "of the resamples; default 0" },
    { name: "csv", value: "FILE", about: "write the correlations as CSV" },
    {
      name: "report",
      value: "FILE",
      about: "write a page with the tables, every architecture as a dot, and the scores against each other",
    },
  ],
  notes: [
    "Spearman's ρ and Kendall's τ_b, positive where a better score means a better result; parameters (params) and",
    "multiply-adds (macs) stand beside the scores as baselines. Scores that are no number rank last, together.",
    "Of a CSV from elsewhere, columns named like losses and errors are better when smaller, all others when larger; rows that",
    "differ only in a column `seed` are one architecture with the mean of its scores.",
  ],
  run,
};

async function run(given: Given): Promise<number> {
  const request = requestOf(given);
  requireOwnFiles(given);
  const display = new ProgressDisplay(process.stderr);
  const found = correlateAll(request, (progress) => {
    if (progress.total !== 1) display.update(progress);
  });
  display.clear();
  const { correlations } = found;
  const [csv, report] = [given.text("csv"), given.text("report")];
  for (const path of [csv, report]) if (path !== undefined) makeParents(path);
  if (csv !== undefined) replaceFile(csv, correlationsCsv(correlations));
  if (report !== undefined) {
    const { correlationPage } = await import("../../runs/correlate/page.ts");
    replaceFile(report, correlationPage({ ...found, command: commandLine(given) }));
  }
  if (given.has("json")) printJson(correlations);
  else print(correlationsText(correlations).join("\n"));
  return exitStatus.done;
}

/** Throws `ArchwrightError("usage")` where what is written would take the place of what is read, or of each other. */
function requireOwnFiles(given: Given): void {
  const [scores, benchmark] = [given.required("scores"), given.required("benchmark")];
  const shipped = benchmarks.some(({ name }) => name === benchmark.toLowerCase());
  const written = ["csv", "report"].flatMap((name) => {
    const path = given.text(name);
    return path === undefined ? [] : [{ name: `--${name}`, path }];
  });
  requireOwnPlaces(written, [
    { name: "--scores", path: scores },
    { name: "the description of --scores", path: descriptionOf(scores) },
    ...(shipped ? [] : [{ name: "--benchmark", path: benchmark }]),
  ]);
}

function requestOf(given: Given): CorrelateRequest {
  const lists = (["proxies", "aggregates", "lower", "higher"] as const).flatMap((name) => {
    const text = given.text(name);
    return text === undefined ? [] : [[name, namesOf(text)] as const];
  });
  const [resamples, seed] = [wholeNumber(given, "resamples"), wholeNumber(given, "seed")];
  const column = given.text("arch-column");
  return {
    scores: given.required("scores"),
    benchmark: given.required("benchmark"),
    metrics: namesOf(given.required("metric")),
    ...Object.fromEntries(lists),
    ...(column === undefined ? {} : { column }),
    ...flopsWeightsOf(given.text("flops-weights")),
    ...(resamples === undefined ? {} : { resamples }),
    ...(seed === undefined ? {} : { seed }),
    ...topOf(given.text("top")),
  };
}

function flopsWeightsOf(text: string | undefined): Pick<CorrelateRequest, "flopsWeights"> {
  if (text === undefined) return {};
  const weights = text === "all" ? flopsWeights : namesOf(text).map(Number);
  if (weights.length > 0 && weights.every((weight) => Math.abs(weight) <= 1)) return { flopsWeights: weights };
  throw new ArchwrightError("usage", `--flops-weights must be numbers from -1 to 1, or all, not "${text}"`);
}

function topOf(text: string | undefined): Pick<CorrelateRequest, "top"> {
  if (text === undefined) return {};
  const percent = Number(text.replace(/\s*%$/, ""));
  if (percent > 0 && percent <= 100) return { top: percent / 100 };
  throw new ArchwrightError("usage", `--top must be a percentage above 0 and up to 100, not "${text}"`);
}

/** The command line that asks for the same again. */
function commandLine(given: Given): string {
  const names = correlate.options.map(({ name }) => name).filter((name) => given.has(name));
  return ["archwright correlate", ...names.map((name) => `--${name} ${shellWord(given.required(name))}`)].join(" ");
}
