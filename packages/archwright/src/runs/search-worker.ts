/** The thread that searches. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { ArchwrightError } from "../errors.ts";
import type { ErrorRecord, SearchMessage, SearchTask } from "./messages.ts";
import { performSearch } from "./perform-search.ts";

const port = parentPort as MessagePort;
const say = (message: SearchMessage): void => port.postMessage(message);

try {
  say({ type: "result", result: await performSearch(workerData as SearchTask, say) });
} catch (error) {
  say({ type: "error", error: record(error) });
}

function record(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  const code = (error as Error & { code?: string }).code;
  const details = error instanceof ArchwrightError ? { details: plain(error.details) } : {};
  return { name, message, stack, code, ...details };
}

/** Without what cannot be cloned. */
function plain(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
}
