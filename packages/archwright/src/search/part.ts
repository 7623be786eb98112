/** What can be listed and chosen by name, and its hyperparameters. */
import type { z } from "zod";
import { unknownName } from "../errors.ts";

/** Hyperparameters by name: plain JSON values. */
export type Settings = Readonly<Record<string, unknown>>;

/** Something that can be listed and chosen by name, with hyperparameters of its own. */
export interface Part {
  readonly name: string;
  /** One line for `archwright list`. */
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** Its hyperparameters: every field has a default (the published value) and a description with its meaning and unit. */
  readonly settings: z.ZodObject;
}

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. Case does not matter. */
export function named<T extends { readonly name: string }>(what: string, name: string, known: readonly T[]): T {
  const wanted = name.toLowerCase();
  const found = known.find((item) => item.name === wanted);
  if (found !== undefined) return found;
  throw unknownName(
    what,
    name,
    known.map((item) => item.name),
  );
}
