/** Locks a run directory and waits to be killed: `hold-lock.ts DIRECTORY`. */
import { lockRun } from "../../src/runs/run-lock.ts";

lockRun(process.argv[2] as string);
process.stdout.write("locked\n");
setInterval(() => {}, 1000);
