/** The directory of a discrete proxy search. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ArchwrightError } from "../../errors.ts";
import type { Genes } from "../../proxies/eproxy/discrete/space.ts";
import type { Score } from "../../statistics/score.ts";
import { readableJson, replaceFile, writeFailure } from "../files.ts";
import { runFile } from "../run-files.ts";
import { dpsRequest } from "./request.ts";

export const dpsPaths = (directory: string) => ({
  /** What was asked, and how far it is. */
  description: join(directory, "dps.json"),
  /** A line for each configuration that was tried. */
  evaluations: join(directory, "evaluations.jsonl"),
  /** The table made of a CSV. */
  table: join(directory, "results.table"),
  /** The answer: a configuration that `--proxies` and `--set fitness` take. */
  proxy: join(directory, "proxy.json"),
  report: join(directory, "report.html"),
});

const { dataset, versions } = runFile.shape;

const rows = z.array(z.object({ name: z.string(), chosen: z.number().nullable(), others: z.number().nullable() }));

const dpsFile = z.object({
  format: z.literal(1),
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  command: z.string(),
  request: dpsRequest,
  workers: z.int().positive(),
  /** By which a resumed search knows its architectures and results again. */
  sha256: z.string(),
  dataset: dataset.unwrap(),
  versions,
  startedAt: z.string(),
  elapsedSeconds: z.number().nonnegative(),
  /** Spearman's ρ on the architectures that were chosen and on others, once it is finished. */
  rows: rows.exactOptional(),
});

export type DpsFile = Readonly<z.infer<typeof dpsFile>>;

/** One configuration that was tried. */
export interface Evaluation {
  readonly index: number;
  readonly genes: Genes;
  readonly parent?: number;
  /** Without the FLOPs term. */
  readonly losses: readonly Score[];
  /** ρ with the configuration's own FLOPs weight. */
  readonly rho: number;
}

/** Whether it had to be made. Throws `ArchwrightError("run")` if there is a search in it already. */
export function makeDirectory(directory: string): boolean {
  if (existsSync(dpsPaths(directory).description)) {
    const message = `${directory} exists; continue it with \`archwright dps --resume ${directory}\`, or choose another --out`;
    throw new ArchwrightError("run", message);
  }
  try {
    return mkdirSync(directory, { recursive: true }) !== undefined;
  } catch (cause) {
    throw writeFailure(directory, cause);
  }
}

export const writeDescription = (directory: string, description: DpsFile): void =>
  replaceFile(dpsPaths(directory).description, readableJson(description));

/** Throws `ArchwrightError("run")` if there is none, or a damaged one. */
export function readDescription(directory: string): DpsFile {
  const { description } = dpsPaths(directory);
  if (!existsSync(description)) {
    throw new ArchwrightError("run", `${directory} has no dps.json; give a directory that \`archwright dps\` has made`);
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(description, "utf8"));
  } catch (cause) {
    throw damaged(description, "it is not JSON", cause);
  }
  const checked = dpsFile.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw damaged(description, `${issue?.path.join(".")}: ${issue?.message}`, checked.error);
}

export interface WrittenEvaluations {
  readonly evaluations: readonly Evaluation[];
  /** Bytes up to the end of the last whole line. */
  readonly bytes: number;
}

/** The whole lines; what a kill left of the last one is passed over. Throws `ArchwrightError("run")` if they are damaged. */
export function readEvaluations(directory: string): WrittenEvaluations {
  const { evaluations: path } = dpsPaths(directory);
  if (!existsSync(path)) return { evaluations: [], bytes: 0 };
  const content = readFileSync(path);
  const bytes = content.lastIndexOf("\n") + 1;
  const lines = content.toString("utf8", 0, bytes).split("\n").slice(0, -1);
  const evaluations = lines.map((line, index) => {
    try {
      const evaluation = JSON.parse(line) as Evaluation;
      if (evaluation.index === index) return evaluation;
    } catch {
      // Said below.
    }
    throw damaged(path, `line ${index + 1} is not evaluation ${index}`);
  });
  return { evaluations, bytes };
}

const damaged = (path: string, why: string, cause?: unknown): ArchwrightError =>
  new ArchwrightError("run", `${path} is damaged: ${why}; restore it from a copy, or search again`, {
    cause,
    details: { path },
  });
