/** Making and driving runs of the fake search. */
import { existsSync } from "node:fs";
import { createRunDirectory, readRunFile, runPaths, writeRunFile } from "../../src/runs/run-directory.ts";
import type { RunFile } from "../../src/runs/run-files.ts";
import { type DriveSearchOptions, driveSearch } from "../../src/runs/runner.ts";
import { cellArchitectures } from "../../src/spaces/architecture-space.ts";
import { nasbench201 as space } from "../../src/spaces/nasbench201.ts";
import { FakeSearch } from "./fake-search.ts";

export const newRunFile = (): RunFile => ({
  format: 2,
  status: "running",
  request: {
    command: "archwright search --space nasbench201 --method zero-cost-pt --data noise --seed 5 --device cpu",
    space: space.name,
    method: "zero-cost-pt",
    data: "noise",
    seed: 5,
    device: "cpu",
  },
  templates: space.cells,
  settings: { proposals: 3 },
  task: { classes: 10, imageSize: 32 },
  versions: { archwright: "0.1.0", libtorch: "1.13.0", node: "24.21.0" },
  machine: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 34, platform: "linux x64" },
  startedAt: "2026-11-22T06:36:00.000Z",
  elapsedSeconds: 0,
});

export interface FakeRunOptions extends Omit<Partial<DriveSearchOptions>, "directory" | "run" | "space" | "search"> {
  readonly steps: number;
  readonly onStep?: (done: number) => void;
}

/** Begins the run in `directory`, or continues it where it was begun. */
export async function fakeRun(directory: string, { steps, onStep, ...options }: FakeRunOptions): Promise<RunFile> {
  if (!existsSync(runPaths(directory).run)) {
    createRunDirectory(directory);
    writeRunFile(directory, newRunFile());
  }
  const run = readRunFile(directory);
  const search = new FakeSearch(space, { seed: 5, steps, ...(onStep === undefined ? {} : { onStep }) });
  try {
    return await driveSearch({
      checkpointSeconds: 0,
      ...options,
      directory,
      run,
      space: cellArchitectures(space),
      search,
    });
  } finally {
    search.dispose();
  }
}
