/** The selections that can be asked for by name. */
import { unknownName } from "../errors.ts";
import { greedy } from "./greedy.ts";
import { magnitude } from "./magnitude.ts";
import { perturbation } from "./perturbation.ts";
import type { Selection } from "./selection.ts";
import { zeroCostPerturbation } from "./zero-cost-perturbation.ts";

export const selections: readonly Selection[] = [magnitude, perturbation, greedy, zeroCostPerturbation];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findSelection(name: string): Selection {
  const found = selections.find((selection) => selection.name === name);
  if (found === undefined)
    throw unknownName(
      "selection",
      name,
      selections.map((s) => s.name),
    );
  return found;
}
