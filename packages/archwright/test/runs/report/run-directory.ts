/** Fake run directories for the tests of the report. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArchitectureFile, RunFile } from "../../../src/runs/report/inputs.ts";
import type { AnswerEvent, SearchEvent } from "../../../src/search/events.ts";
import type { CellTemplate } from "../../../src/spaces/space.ts";

export const fakeRun = (templates: readonly CellTemplate[], changes: Partial<RunFile> = {}): RunFile => ({
  format: 2,
  status: "finished",
  request: {
    command: "archwright search --space fake --method zero-cost-pt --data demo --seed 3",
    space: "fake",
    method: "zero-cost-pt",
    data: "demo",
    seed: 3,
    device: "cpu",
  },
  templates,
  settings: { proposals: 10, order: "random", validation: { batches: 100, batchSize: 64 } },
  task: { classes: 4, imageSize: 32 },
  versions: { archwright: "0.1.0", libtorch: "2.9.0", node: "24.21.0" },
  machine: { cpu: "a processor", cores: 2, memoryBytes: 16 * 2 ** 30, platform: "linux x64" },
  startedAt: "2026-11-22T06:36:00.000Z",
  elapsedSeconds: 192.3,
  ...changes,
});

export const fakeArchitecture = (answer: AnswerEvent, changes: Partial<ArchitectureFile> = {}): ArchitectureFile => ({
  format: 1,
  space: "fake",
  architecture: answer.architecture,
  forms: { fake: answer.architecture },
  ...(answer.cells === undefined ? {} : { cells: answer.cells }),
  task: { classes: 4, imageSize: 32 },
  parameters: 1073466,
  macs: 153274368,
  ...changes,
});

export const answerOf = (events: readonly SearchEvent[]): AnswerEvent =>
  events.find((event) => event.type === "answer") as AnswerEvent;

export const lines = (events: readonly unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

/** Writes a run directory beneath the system's folder for temporary files; the caller removes it. */
export async function writeRun(run: unknown, events: string, architecture?: unknown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "archwright-report-"));
  await writeFile(join(directory, "run.json"), JSON.stringify(run));
  await writeFile(join(directory, "events.jsonl"), events);
  if (architecture !== undefined) {
    await writeFile(join(directory, "architecture.json"), JSON.stringify(architecture));
  }
  return directory;
}
