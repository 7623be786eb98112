/** The methods that can be asked for by name. */
import { unknownName } from "../errors.ts";
import type { Method } from "./method.ts";
import { zeroCostPT } from "./zero-cost-pt.ts";

export const methods: readonly Method[] = [zeroCostPT];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findMethod(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found === undefined)
    throw unknownName(
      "method",
      name,
      methods.map((m) => m.name),
    );
  return found;
}
