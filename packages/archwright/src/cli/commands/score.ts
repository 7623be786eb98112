/** `archwright score` */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { formatCount, formatDuration, formatScore } from "../../runs/report/numbers.ts";
import type { ScoreRequest } from "../../runs/score/request.ts";
import {
  type ResumeScoringOptions,
  resumeScoring,
  type ScoringResult,
  scoreArchitectures,
} from "../../runs/score/run-scoring.ts";
import type { ScoreRow } from "../../runs/score/scores-file.ts";
import { checkDevice, shellWord } from "../../runs/search-request.ts";
import { toScore } from "../../statistics/score.ts";
import { architectureOptions, architectureSource } from "../architecture-source.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import type { Interrupt } from "../interrupt.ts";
import { longWork } from "../long-work.ts";
import { noteTeller } from "../notes.ts";
import { type Given, namesOf, type Option, wholeNumber } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { dataOption, deviceOption, downloadOption, quietOption, refuseBesideResume } from "../request-options.ts";
import { aligned } from "../table.ts";

/** What the description of a table says itself. */
const requestOptions: readonly Option[] = [
  { name: "space", value: "S", required: "resume", about: "space of the architectures (`archwright list spaces`)" },
  {
    name: "proxies",
    value: "a,b,c",
    required: "resume",
    about: "zero-cost proxies and aggregates (`archwright list proxies`), or all; the passes are shared",
  },
  dataOption("images of the minibatch"),
  ...architectureOptions("score"),
  { name: "seed", value: "N", about: "weights, images and samples follow from it; default 0" },
  { name: "batch", value: "N", about: "images in a minibatch; default 64" },
  { name: "image-size", value: "N", about: "pixels along a side; default the space's own; smaller images are scaled" },
  {
    name: "network",
    value: "SIZE",
    about: "size of the networks of cell spaces: evaluation (default), search, or channels x cells such as 32x8",
  },
  { name: "workers", value: "N", about: "processes that score at the same time; default one for each core" },
  deviceOption,
  downloadOption,
  { name: "out", value: "FILE", about: "table to write; default runs/<time>-scores-<space>.csv, none for --arch" },
];

export const score: Command = {
  options: [
    ...requestOptions,
    { name: "resume", value: "FILE", about: "continue the table in FILE; everything else is in FILE.json" },
    quietOption,
  ],
  notes: [
    "The table has a line for each architecture: index, architecture, a column for each proxy, and a note where something",
    "was wrong or an earlier line has the same network, which is scored once.",
    "Ctrl-C ends after the architectures that are being scored; `archwright score --resume FILE` goes on, also after a kill.",
  ],
  run,
};

/** As many rows are shown. */
const MOST_SHOWN = 20;

async function run(given: Given): Promise<number> {
  const start = starter(given);
  const shown: ScoreRow[] = [];
  return longWork(
    "stopping after the architectures that are being scored",
    async ({ clear, interrupt, onProgress, say }) => {
      const result = await start({
        signal: interrupt.signal,
        onNotes: noteTeller(say),
        onRow: (row) => {
          if (shown.length <= MOST_SHOWN) shown.push(row);
        },
        ...(given.has("quiet") ? {} : { onProgress }),
      });
      clear();
      return finish(result, shown, given.has("json"), interrupt);
    },
  );
}

function starter(given: Given): (options: ResumeScoringOptions) => Promise<ScoringResult> {
  const path = given.text("resume");
  if (path !== undefined) {
    refuseBesideResume(given, requestOptions, `${path}.json`);
    return (options) => resumeScoring(path, options);
  }
  const request = requestOf(given);
  const out = given.text("out") ?? (request.architectures.from === "list" ? undefined : defaultOut(request.space));
  return (options) => scoreArchitectures(request, { ...options, ...(out === undefined ? {} : { out }) });
}

function requestOf(given: Given): ScoreRequest {
  const numbers = { seed: "seed", batch: "batch", imageSize: "image-size", workers: "workers" } as const;
  const whole = Object.entries(numbers).flatMap(([key, name]) => {
    const value = wholeNumber(given, name);
    return value === undefined ? [] : [[key, value] as const];
  });
  const network = given.text("network");
  return {
    space: given.required("space"),
    proxies: namesOf(given.required("proxies")),
    data: given.required("data"),
    architectures: architectureSource(given),
    device: checkDevice(given.text("device") ?? "cpu"),
    download: given.has("download"),
    ...(network === undefined ? {} : { network }),
    ...Object.fromEntries(whole),
  };
}

/** `runs/20261122-070303-scores-nasbench201.csv`, of the time in UTC. */
function defaultOut(space: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  for (let i = 1; ; i++) {
    const path = join("runs", `${stamp}-scores-${space}${i === 1 ? "" : `-${i}`}.csv`);
    if (!existsSync(path)) return path;
  }
}

function finish(result: ScoringResult, rows: readonly ScoreRow[], json: boolean, interrupt: Interrupt): number {
  const { status, out, proxies, done, total } = result;
  const whole = rows.length <= MOST_SHOWN && rows.length === done;
  if (json) printJson({ ...result, ...(whole ? { scores: rows.map((row) => rowAsJson(row, proxies)) } : {}) });
  if (status === "interrupted") {
    note(`stopped after ${formatCount(done)} of ${formatCount(total)} architectures`);
    if (out !== undefined) note(`continue with: archwright score --resume ${shellWord(out)}`);
    return interrupt.exitStatus;
  }
  if (!json) print([...(whole ? scoresText(rows, proxies) : []), ...summary(result)].join("\n"));
  return exitStatus.done;
}

/** Scores by proxy; null where a proxy failed. */
function rowAsJson({ architecture, scores, note }: ScoreRow, proxies: readonly string[]) {
  const values = proxies.map((name, i) => {
    const value = scores[i];
    return [name, value === undefined ? null : toScore(value)] as const;
  });
  return { architecture, ...Object.fromEntries(values), ...(note === undefined ? {} : { note }) };
}

function scoresText(rows: readonly ScoreRow[], proxies: readonly string[]): string[] {
  const lines = rows.map(({ architecture, scores }) => [
    architecture,
    ...scores.map((value) => (value === undefined ? "failed" : formatScore(toScore(value)))),
  ]);
  const notes = rows.flatMap(({ architecture, note }) => (note === undefined ? [] : [`${architecture}: ${note}`]));
  return [...aligned([["architecture", ...proxies], ...lines]), ...notes];
}

function summary({ out, done, failed, elapsedSeconds }: ScoringResult): string[] {
  const rate = elapsedSeconds > 0 ? `, ${(done / elapsedSeconds).toPrecision(2)} a second` : "";
  return columns([
    ["architectures", `${formatCount(done)} in ${formatDuration(elapsedSeconds)}${rate}`],
    ...(failed === 0 ? [] : [["without a number", `${formatCount(failed)}: their notes say why`] as const]),
    ...(out === undefined ? [] : [["scores", out] as const]),
  ]);
}
