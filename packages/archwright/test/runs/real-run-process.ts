/**
 * Begins or continues a small run on NAS-Bench-201, with a checkpoint after every step:
 * `real-run-process.ts DIRECTORY METHOD SETTINGS`, the hyperparameters as JSON.
 */
import { existsSync } from "node:fs";
import { type RunOptions, resumeSearch, runSearch } from "../../src/runs/run-search.ts";

const [out, method, settings] = process.argv.slice(2) as [string, string, string];
const options: RunOptions = {
  checkpointSeconds: 0,
  onProgress: ({ label }) => {
    if (/^(proposal|validating|epoch|deciding|evaluating)/.test(label)) process.stdout.write("stepping\n");
  },
};
if (existsSync(out)) await resumeSearch(out, options);
else {
  const set = JSON.parse(settings) as Record<string, unknown>;
  await runSearch({ space: "nasbench201", method, preset: "small", data: "noise:16", seed: 7, out, set }, options);
}
