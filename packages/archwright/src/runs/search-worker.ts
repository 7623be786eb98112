/** The thread that searches. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { errorRecord } from "./error-record.ts";
import type { SearchMessage, SearchTask } from "./messages.ts";
import { performSearch } from "./perform-search.ts";

const port = parentPort as MessagePort;
const say = (message: SearchMessage): void => port.postMessage(message);

try {
  say({ type: "result", result: await performSearch(workerData as SearchTask, say) });
} catch (error) {
  say({ type: "error", error: errorRecord(error) });
}
