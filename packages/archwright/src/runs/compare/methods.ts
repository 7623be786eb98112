/** The methods of a comparison: names as `--method` takes them, with other parts where that is asked. */
import { ArchwrightError, unknownName } from "../../errors.ts";
import { findMethod } from "../../methods/registry.ts";

/** A method, and the parts that take the place of its own. */
export interface ComparedMethod {
  /** As it was given: `darts`, `darts:update=implicit`. */
  readonly name: string;
  readonly method: string;
  readonly parts: Readonly<Partial<Record<Slot, string>>>;
}

type Slot = (typeof slots)[number];
const slots = ["relaxation", "update", "selection"] as const;

/**
 * Reads `METHOD`, or with parts of one's own `METHOD:SLOT=PART`, repeated for several slots.
 * Throws `ArchwrightError("usage")` for a method or slot that does not exist; parts are checked with their settings.
 */
export function readMethod(name: string): ComparedMethod {
  const [method = "", ...given] = name.split(":");
  findMethod(method);
  const parts: Partial<Record<Slot, string>> = {};
  for (const text of given) {
    const [slot = "", part = ""] = text.split("=");
    if (!isSlot(slot)) throw unknownName("slot", slot, slots);
    if (part === "") throw new ArchwrightError("usage", `${name}: "${slot}" needs a part, as ${slot}=NAME`);
    if (parts[slot] !== undefined) throw new ArchwrightError("usage", `${name}: "${slot}" is given twice`);
    parts[slot] = part;
  }
  return { name, method, parts };
}

const isSlot = (text: string): text is Slot => (slots as readonly string[]).includes(text);

/** The folder of a run: `darts-0`, `darts-update-implicit-0`. */
export const runFolder = (name: string, seed: number): string => `${name.replaceAll(/[:=]/g, "-")}-${seed}`;
