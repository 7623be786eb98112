/** The directory of a comparison: `compare.json`, the table, the report, and a run directory for each search. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ArchwrightError } from "../../errors.ts";
import { readableJson, replaceFile } from "../files.ts";
import { createRunDirectory, requireFree } from "../run-directory.ts";
import { shellWord } from "../search-request.ts";

/** `compare.json` */
const comparisonFile = z.object({
  format: z.literal(1),
  /** What was asked. */
  request: z.object({
    /** The command line, as it can be given again. */
    command: z.string(),
    space: z.string(),
    methods: z.array(z.string()).min(1).readonly(),
    seeds: z.array(z.number().int().nonnegative()).min(1).readonly(),
    data: z.string(),
    preset: z.string().exactOptional(),
    set: z.record(z.string(), z.unknown()).exactOptional(),
    device: z.string().exactOptional(),
    benchmark: z.string().exactOptional(),
  }),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Why runs failed, by folder. */
  failures: z.record(z.string(), z.string()),
});

export type ComparisonFile = Readonly<z.infer<typeof comparisonFile>>;

/** Where the parts of a comparison lie. */
export const comparisonPaths = (directory: string) => ({
  comparison: join(directory, "compare.json"),
  csv: join(directory, "results.csv"),
  report: join(directory, "report.html"),
});

/** `runs/20261122-070303-compare-nasbench201`, of the time in UTC. */
export function defaultComparisonDirectory(space: string, time: Date): string {
  const stamp = time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  for (let i = 1; ; i++) {
    const directory = join("runs", `${stamp}-compare-${space}${i === 1 ? "" : `-${i}`}`);
    if (!existsSync(directory)) return directory;
  }
}

/** Throws `ArchwrightError("run")` unless a comparison can be made at `directory`: nothing is there, or an empty folder. */
export function requireFreeForComparison(directory: string): void {
  if (existsSync(comparisonPaths(directory).comparison)) {
    throw new ArchwrightError(
      "run",
      `${directory} already holds a comparison; continue it with \`archwright compare --resume ${shellWord(directory)}\`, or choose another --out`,
      { details: { directory } },
    );
  }
  requireFree(directory);
}

/** Makes the directory, with the folders above it. Returns what takes it away again, unless it was there before. */
export function createComparisonDirectory(directory: string): () => void {
  requireFreeForComparison(directory);
  const isNew = !existsSync(directory);
  createRunDirectory(directory);
  const made = isNew ? [directory] : Object.values(comparisonPaths(directory));
  return () => {
    for (const path of made) rmSync(path, { recursive: true, force: true });
  };
}

export const writeComparisonFile = (directory: string, comparison: ComparisonFile): void =>
  replaceFile(comparisonPaths(directory).comparison, readableJson(comparison));

/** `compare.json`, checked. Throws `ArchwrightError("run")` if the directory holds no comparison or a damaged one. */
export function readComparisonFile(directory: string): ComparisonFile {
  const path = comparisonPaths(directory).comparison;
  if (!existsSync(path)) {
    const why = existsSync(directory) ? "holds no comparison: it has no compare.json" : "does not exist";
    throw new ArchwrightError("run", `${directory} ${why}; give the directory of a comparison`);
  }
  const checked = comparisonFile.safeParse(parse(readFileSync(path, "utf8")));
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw new ArchwrightError("run", `${path} is damaged: ${issue?.path.join(".")}: ${issue?.message}`, {
    cause: checked.error,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
