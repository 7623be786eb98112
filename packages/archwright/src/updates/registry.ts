/** The updates that can be asked for by name. */
import { unknownName } from "../errors.ts";
import { none } from "./none.ts";
import type { Update } from "./update.ts";

export const updates: readonly Update[] = [none];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findUpdate(name: string): Update {
  const found = updates.find((update) => update.name === name);
  if (found === undefined)
    throw unknownName(
      "update",
      name,
      updates.map((u) => u.name),
    );
  return found;
}
