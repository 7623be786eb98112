/** The table of what was noticed: written after every change, so that a run that was stopped goes on. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { splitFields } from "../../packages/archwright/src/benchmarks/importers/csv-records.ts";
import { csvLine } from "../../packages/archwright/src/runs/csv.ts";
import type { Change } from "./change.ts";

export type Outcome = "noticed" | "unnoticed" | "equivalent";

const COLUMNS = ["outcome", "kind", "file", "from", "to", "reason", "state"];

const key = ({ file, from, to }: Pick<Change, "file" | "from" | "to">): string => JSON.stringify([file, from, to]);

/** Tells whether the changed file or its tests are others than when the change was tried. */
export function stateOf({ file, tests }: Change, read: (path: string) => string): string {
  const hash = createHash("sha256");
  for (const path of [file, ...tests]) hash.update(read(path)).update("\0");
  return hash.digest("hex").slice(0, 12);
}

export class Results {
  readonly #path: string;
  readonly #found = new Map<string, { outcome: Outcome; state: string }>();

  constructor(path: string) {
    this.#path = path;
    if (!existsSync(path)) return;
    const [, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
    for (const [i, line] of lines.entries()) {
      const [outcome, , file = "", from = "", to = "", , state = ""] = splitFields(line, {
        path,
        place: `line ${i + 2}`,
      });
      this.#found.set(key({ file, from, to }), { outcome: outcome as Outcome, state });
    }
  }

  /** What came of the change, if file and tests are still those of then. */
  of(change: Change, state: string): Outcome | undefined {
    const found = this.#found.get(key(change));
    return found?.state === state ? found.outcome : undefined;
  }

  add(change: Change, state: string, outcome: Outcome): void {
    this.#found.set(key(change), { outcome, state });
  }

  /** Writes the rows of `changes` that were tried, in their order. */
  write(changes: readonly Change[]): void {
    const rows = changes.flatMap((change) => {
      const found = this.#found.get(key(change));
      if (found === undefined) return [];
      const { kind, file, from, to, equivalent = "" } = change;
      return [csvLine([found.outcome, kind, file, from, to, equivalent, found.state])];
    });
    writeFileSync(`${this.#path}.new`, `${[csvLine(COLUMNS), ...rows].join("\n")}\n`);
    renameSync(`${this.#path}.new`, this.#path);
  }
}
