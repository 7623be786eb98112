/** Fields of JSON objects, checked. */
import { describeRange, inRange, type NumberRange } from "./csv.ts";
import { faulty, quoted } from "./format.ts";

export interface Place {
  readonly path: string;
  readonly place?: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function asObject(value: unknown, at: Place, column?: string): JsonObject {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as JsonObject;
  throw faulty({
    ...at,
    ...(column === undefined ? {} : { column }),
    message: `expected an object, found ${quoted(value)}`,
  });
}

export function asNumber(value: unknown, at: Place, column: string, range: NumberRange = {}): number {
  if (inRange(value, range)) return value as number;
  throw faulty({ ...at, column, message: `expected ${describeRange(range)}, found ${quoted(value)}` });
}
