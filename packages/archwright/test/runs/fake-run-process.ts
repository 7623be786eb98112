/** A fake run in a process of its own, for tests that kill it: `fake-run-process.ts DIRECTORY STEPS`. */
import { fakeRun } from "./fake-run.ts";

const [directory, steps] = process.argv.slice(2) as [string, string];
// A step takes a moment, so that kills fall between and inside of steps, checkpoints and events alike.
const moment = new Int32Array(new SharedArrayBuffer(4));
await fakeRun(directory, {
  steps: Number(steps),
  onStep: (done) => {
    process.stdout.write(`step ${done}\n`);
    Atomics.wait(moment, 0, 0, 1);
  },
});
