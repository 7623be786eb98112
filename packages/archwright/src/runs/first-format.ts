/**
 * Files of format 1 name some proxies otherwise: `nwot` was then what is `nwot_eval` now. Read by today's names they would
 * go on with another score.
 */
import { ArchwrightError } from "../errors.ts";
import type { RunFile } from "./run-files.ts";
import type { ScoringFile } from "./score/scores-file.ts";

const renamed: Readonly<Record<string, string>> = { nwot: "nwot_eval", naswot: "nwot", flops: "macs" };

const isRenamed = (name: string): boolean => Object.hasOwn(renamed, name);

/** `nwot is nwot_eval now, naswot is nwot` */
const changes = (names: readonly string[]): string =>
  names.map((name, i) => `${name} is ${renamed[name]}${i === 0 ? " now" : ""}`).join(", ");

/**
 * A run by today's names. Throws `ArchwrightError("run")` for a proxy-guided one with a renamed fitness: its events hold
 * scores by their old names.
 */
export function runOfFirstFormat(run: RunFile, directory: string): RunFile {
  const { score, fitness } = run.settings;
  const old = typeof fitness === "string" ? fitness.split("+").filter(isRenamed) : [];
  if (old.length > 0) {
    const message = `${directory} was made by an earlier version that named proxies otherwise: ${changes(old)}; start it again`;
    throw new ArchwrightError("run", message, { details: { directory } });
  }
  const settings =
    typeof score === "string" && isRenamed(score) ? { ...run.settings, score: renamed[score] } : run.settings;
  return { ...run, format: 2, settings };
}

/** Throws `ArchwrightError("run")` for a table with columns that are named otherwise now. */
export function scoringOfFirstFormat(scoring: ScoringFile, path: string): ScoringFile {
  const old = scoring.request.proxies.filter(isRenamed);
  if (old.length > 0) {
    const remedy = `to compare its scores, rename these columns and remove ${path}.json; to go on, score again`;
    const message = `${path} was made by an earlier version that named proxies otherwise: ${changes(old)}; ${remedy}`;
    throw new ArchwrightError("run", message, { details: { path } });
  }
  return { ...scoring, format: 2 };
}
