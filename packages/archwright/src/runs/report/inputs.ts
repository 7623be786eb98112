/** What a report is made from: the files of a run directory, read as they are, complete or not. */
import { readFile } from "node:fs/promises";
import { ArchwrightError } from "../../errors.ts";
import type { SearchEvent } from "../../search/events.ts";
import { readArchitectureFile, readRunFile, runPaths } from "../run-directory.ts";
import type { ArchitectureFile, RunFile } from "../run-files.ts";

export type { ArchitectureFile, RunFile } from "../run-files.ts";

export interface ReportInputs {
  readonly run: RunFile;
  /** Absent while the run has no answer. */
  readonly architecture?: ArchitectureFile;
  /** The events this version knows, in order. */
  readonly events: readonly SearchEvent[];
  /** How many events of other types there were. */
  readonly unknownEvents: number;
}

const knownTypes: ReadonlySet<string> = new Set<SearchEvent["type"]>([
  "operation-decision",
  "topology-decision",
  "proposal",
  "validation",
  "epoch",
  "candidate",
  "answer",
]);

/** Reads a run directory. Only `run.json` has to be there; the rest is what the run got to. */
export async function readInputs(runDirectory: string): Promise<ReportInputs> {
  const run = readRunFile(runDirectory);
  const architecture = readArchitectureFile(runDirectory);
  const eventsPath = runPaths(runDirectory).events;
  const all = parseEvents((await readIfThere(eventsPath)) ?? "", eventsPath);
  const events = all.filter((event): event is SearchEvent => knownTypes.has(event.type));
  const inputs = { run, events, unknownEvents: all.length - events.length };
  return architecture === undefined ? inputs : { ...inputs, architecture };
}

/**
 * The events of `events.jsonl`, one a line. A last line without its line end is what a killed run leaves behind: it
 * is ignored unless it is complete. Any other line that is no event is damage, and named.
 */
export function parseEvents(text: string, path: string): { readonly type: string }[] {
  const lines = text.split("\n");
  const last = lines.length - 1;
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    const event = parseJson(line);
    if (typeof event === "object" && event !== null && "type" in event && typeof event.type === "string") {
      return [event as { readonly type: string }];
    }
    if (i === last) return [];
    throw new ArchwrightError("run", `${path}, line ${i + 1} is not an event: the file is damaged`, {
      details: { path, line: i + 1 },
    });
  });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ArchwrightError("run", `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
