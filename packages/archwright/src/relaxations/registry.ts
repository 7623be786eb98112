/** The relaxations that can be asked for by name. */
import { unknownName } from "../errors.ts";
import type { Relaxation } from "./relaxation.ts";
import { softmax } from "./softmax.ts";
import { uniform } from "./uniform.ts";

export const relaxations: readonly Relaxation[] = [softmax, uniform];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findRelaxation(name: string): Relaxation {
  const found = relaxations.find((relaxation) => relaxation.name === name);
  if (found === undefined)
    throw unknownName(
      "relaxation",
      name,
      relaxations.map((r) => r.name),
    );
  return found;
}
