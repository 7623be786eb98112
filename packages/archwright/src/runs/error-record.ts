/** Errors as data, on their way between threads and processes. */
import { ArchwrightError, type ErrorCode } from "../errors.ts";
import type { ErrorRecord } from "./messages.ts";

export function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  const code = (error as Error & { code?: string }).code;
  const details = error instanceof ArchwrightError ? { details: plain(error.details) } : {};
  return { name, message, stack, code, ...details };
}

/** Without what cannot be cloned. */
const plain = (details: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(details)) as Record<string, unknown>;

export function revived({ name, message, stack, code, details = {} }: ErrorRecord): Error {
  const error =
    name === "ArchwrightError"
      ? new ArchwrightError(code as ErrorCode, message, { details })
      : Object.assign(new Error(message), { name, code });
  if (stack !== undefined) error.stack = stack;
  return error;
}
