/** How an error reaches a person: one line that says what is wrong and what to do, and an exit status. */
import { ArchwrightError } from "../errors.ts";
import { note, printJson } from "./output.ts";

export const exitStatus = { done: 0, failed: 1, usage: 2 } as const;

/** Prints an error and returns the exit status that belongs to it. */
export function reportError(error: unknown, { json, verbose }: { json: boolean; verbose: boolean }): number {
  note(`archwright: ${oneLine(error)}`);
  if (verbose && error instanceof Error && error.stack !== undefined) note(error.stack);
  if (json) printJson({ error: errorData(error) });
  return statusOf(error);
}

/** 2 where the call was wrong, 1 for everything else. */
function statusOf(error: unknown): number {
  const isUsage = error instanceof ArchwrightError && (error.code === "usage" || error.code === "architecture");
  return isUsage ? exitStatus.usage : exitStatus.failed;
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split("\n", 1)[0] ?? "";
  const { name, code } = error as { name?: string; code?: string };
  // The native part's own words say how to build it; doctor says what else there is.
  if (name === "TorchError" && code === "setup") return `${line} (\`archwright doctor\` shows what is missing)`;
  if (error instanceof ArchwrightError || name === "TorchError") return line;
  return `${line} (unexpected; --verbose shows where)`;
}

function errorData(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  const details = error instanceof ArchwrightError ? error.details : undefined;
  return { code, message: error.message, details };
}
