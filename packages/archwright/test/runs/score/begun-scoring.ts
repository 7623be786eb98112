/** The description of a table that was just begun. */
import { currentMachine, currentVersions } from "../../../src/runs/environment.ts";
import type { ScoringFile } from "../../../src/runs/score/scores-file.ts";

export const begunScoring = ({ proxies, total }: { proxies: string[]; total: number }): ScoringFile => ({
  format: 2,
  status: "running",
  request: {
    command: "archwright score",
    space: "nasbench-macro",
    proxies,
    data: "noise",
    architectures: { from: "sample", count: total },
    seed: 0,
    batch: 8,
    imageSize: 16,
    device: "cpu",
    workers: 1,
  },
  directions: Object.fromEntries(proxies.map((name) => [name, "higher"])),
  dataset: { name: "noise", images: 64, classes: 10, sha256: "0".repeat(64) },
  versions: currentVersions("2.6.0"),
  machine: currentMachine(),
  startedAt: "2026-11-22T07:03:05.678Z",
  elapsedSeconds: 0,
  total,
  done: 0,
});
