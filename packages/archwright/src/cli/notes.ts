/** What a person should know, on stderr. */
import type { Note } from "../notes.ts";

/** A function that tells notes, those of the same words once: the runs of a comparison have the same images. */
export function noteTeller(say: (text: string) => void): (notes: readonly Note[]) => void {
  const told = new Set<string>();
  return (notes) => {
    for (const { message } of notes) {
      if (!told.has(message)) say(`note: ${message}`);
      told.add(message);
    }
  };
}
