/** `scores.csv`, a line for each architecture in order, and beside it `scores.csv.json`, which says what was asked. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { splitFields } from "../../benchmarks/importers/csv-records.ts";
import { ArchwrightError } from "../../errors.ts";
import { csvLine } from "../csv.ts";
import { readableJson, replaceFile } from "../files.ts";
import { scoringOfFirstFormat } from "../first-format.ts";
import { runFile } from "../run-files.ts";
import { architectureSource } from "./request.ts";

const count = z.int().nonnegative();
const { dataset, notes, versions, machine } = runFile.shape;

/** `scores.csv.json` */
export const scoringFile = z.object({
  /** 1: some proxies had other names. */
  format: z.union([z.literal(1), z.literal(2)]),
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  request: z.object({
    /** The command line, as it can be given again. */
    command: z.string(),
    space: z.string(),
    proxies: z.array(z.string()).min(1).readonly(),
    data: z.string(),
    architectures: architectureSource,
    seed: count,
    batch: count,
    imageSize: count,
    network: z.string().exactOptional(),
    device: z.string(),
    workers: count,
  }),
  /** Which scores mean the better network. */
  directions: z.record(z.string(), z.enum(["higher", "lower"])),
  /** SHA-256 of the file that the architectures come from. */
  sha256: z.string().exactOptional(),
  dataset: dataset.unwrap(),
  notes,
  versions,
  machine,
  /** ISO 8601. */
  startedAt: z.string(),
  /** Time spent scoring, summed over resumes. */
  elapsedSeconds: z.number().nonnegative(),
  /** Architectures in all, and lines so far. */
  total: count,
  done: count,
  error: z.string().exactOptional(),
});

export type ScoringFile = Readonly<z.infer<typeof scoringFile>>;

/** A line of the table. */
export interface ScoreRow {
  /** From 0. */
  readonly index: number;
  readonly architecture: string;
  /** In the order of the proxies; undefined where a proxy failed. */
  readonly scores: readonly (number | undefined)[];
  /** What was wrong, or which earlier line has the same network. */
  readonly note?: string;
}

/** Where the description of a table lies. */
export const descriptionOf = (path: string): string => `${path}.json`;

export const writeScoringFile = (path: string, scoring: ScoringFile): void =>
  replaceFile(descriptionOf(path), readableJson(scoring));

/** Throws `ArchwrightError("run")` if there is none beside the table, or a damaged one. */
export function readScoringFile(path: string): ScoringFile {
  const description = descriptionOf(path);
  if (!existsSync(description)) {
    const why = existsSync(path) ? `has no ${description} beside it` : "does not exist";
    throw new ArchwrightError("run", `${path} ${why}; give a table that \`archwright score\` has written`);
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(description, "utf8"));
  } catch (cause) {
    throw new ArchwrightError("run", `${description} is damaged: it is not JSON`, { cause });
  }
  const checked = scoringFile.safeParse(value);
  if (checked.success) return checked.data.format === 1 ? scoringOfFirstFormat(checked.data, path) : checked.data;
  const issue = checked.error.issues[0];
  throw new ArchwrightError("run", `${description} is damaged: ${issue?.path.join(".")}: ${issue?.message}`, {
    cause: checked.error,
  });
}

export const headerOf = (proxies: readonly string[]): string => csvLine(["index", "architecture", ...proxies, "note"]);

/** Throws `ArchwrightError("run")` if there is something at `path` or its description. */
export function requireFreeTable(path: string): void {
  const description = descriptionOf(path);
  const found = [path, description].find((one) => existsSync(one));
  if (found === undefined) return;
  const go = existsSync(description) ? `continue it with \`archwright score --resume ${path}\`, or ` : "";
  throw new ArchwrightError("run", `${found} exists; ${go}choose another --out`, { details: { path: found } });
}

export interface WrittenScores {
  readonly rows: readonly ScoreRow[];
  /** Bytes up to the end of the last whole line. */
  readonly length: number;
}

/**
 * The whole lines of a table; what a kill left of the last one is passed over. Throws `ArchwrightError("run")` for a table
 * that is damaged or of other proxies.
 */
export function readScores(path: string, proxies: readonly string[]): WrittenScores {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw damaged(path, `it cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  const length = content.lastIndexOf("\n") + 1;
  if (length === 0 && headerOf(proxies).startsWith(content.toString("utf8"))) return { rows: [], length };
  const [header, ...lines] = content.toString("utf8", 0, length).split("\n").slice(0, -1);
  if (header !== headerOf(proxies)) throw damaged(path, `its first line is not ${headerOf(proxies)}`);
  return { rows: lines.map((line, index) => parseRow(path, line, index, proxies.length)), length };
}

export const lineOf = ({ index, architecture, scores, note }: ScoreRow): string =>
  csvLine([index, architecture, ...scores, note]);

function parseRow(path: string, line: string, index: number, proxies: number): ScoreRow {
  const place = `line ${index + 2}`;
  const fields = splitFields(line, { path, place });
  const [number, architecture = "", ...rest] = fields;
  if (fields.length !== proxies + 3) {
    throw damaged(path, `${place}: expected ${proxies + 3} fields, found ${fields.length}`);
  }
  if (number !== String(index)) throw damaged(path, `${place} has the index ${number} instead of ${index}`);
  const scores = rest.slice(0, proxies).map((text) => {
    const score = Number(text);
    if (text === "") return undefined;
    if (Number.isNaN(score) && text !== "NaN") throw damaged(path, `${place}: "${text}" is no score`);
    return score;
  });
  const note = rest.at(-1) as string;
  return { index, architecture, scores, ...(note === "" ? {} : { note }) };
}

/** The error for a table that cannot be continued. */
export const damaged = (path: string, why: string, cause?: unknown): ArchwrightError =>
  new ArchwrightError("run", `${path} is damaged: ${why}; restore it from a copy, or score again`, {
    cause,
    details: { path },
  });
