/** The updates that can be asked for by name, and what can be added to them: `first-order+random-smoothing`. */
import { ArchwrightError } from "../errors.ts";
import { named } from "../search/part.ts";
import { adversarial } from "./adversarial.ts";
import { alignment } from "./alignment.ts";
import { exponentiatedGradient } from "./exponentiated-gradient.ts";
import { firstOrder } from "./first-order.ts";
import { implicit } from "./implicit.ts";
import { none } from "./none.ts";
import { randomSmoothing } from "./random-smoothing.ts";
import { secondOrder } from "./second-order.ts";
import type { Update, UpdateModifier } from "./update.ts";
import { weights } from "./weights.ts";
import { zeroOrder } from "./zero-order.ts";

export const updates: readonly Update[] = [
  none,
  weights,
  firstOrder,
  secondOrder,
  implicit,
  exponentiatedGradient,
  zeroOrder,
];

export const updateModifiers: readonly UpdateModifier[] = [randomSmoothing, adversarial, alignment];

/** An update and what wraps it, innermost first. */
export interface ComposedUpdate {
  readonly name: string;
  readonly update: Update;
  readonly modifiers: readonly UpdateModifier[];
}

/**
 * Reads `update`, `update+modifier` or `update+modifier+modifier`; the order of the modifiers does not matter.
 * Throws `ArchwrightError("usage")` for unknown names and for modifiers that do not go together.
 */
export function findUpdate(text: string, known: readonly Update[] = updates): ComposedUpdate {
  const [first = "", ...rest] = text.toLowerCase().split("+");
  const update = named("update", first, known);
  const modifiers = rest.map((name) => named("addition to an update", name, updateModifiers));
  const refusal = togetherProblem(update, modifiers);
  if (refusal !== undefined) throw new ArchwrightError("usage", `--update ${text}: ${refusal}`);
  // A perturbation moves the probabilities that a regularizer is taken at, so it is the outer one.
  const ordered = [...modifiers].sort((a, b) => Number(a.kind === "perturbation") - Number(b.kind === "perturbation"));
  return { name: [update, ...ordered].map(({ name }) => name).join("+"), update, modifiers: ordered };
}

function togetherProblem(update: Update, modifiers: readonly UpdateModifier[]): string | undefined {
  if (modifiers.length > 0 && update.rules === undefined) {
    return `${update.name} trains nothing that ${modifiers[0]?.name} could change`;
  }
  for (const kind of ["regularizer", "perturbation"] as const) {
    const [one, other] = modifiers.filter((modifier) => modifier.kind === kind);
    if (other !== undefined) return `${one?.name} and ${other.name} are both a ${kind}; one is allowed`;
  }
  return undefined;
}
