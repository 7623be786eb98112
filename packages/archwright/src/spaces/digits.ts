/** Architectures that are a word of digits: reading, and all words of a length. */
import { ArchwrightError } from "../errors.ts";
import type { Random } from "../random.ts";
import { changeOne, entryDecision } from "./mutation.ts";

/**
 * `0120`, also as a list or tuple `[0, 1, 2, 0]` or with blanks. Throws `ArchwrightError("architecture")` with the place of the
 * first character that is wrong.
 */
export function parseDigits(space: string, given: string, length: number, base: number): number[] {
  const listed = listedDigits(given);
  const text = listed ?? given.trim();
  const offset = listed === undefined ? given.length - given.trimStart().length : 0;
  const digits = Array.from(text, (character, i) => {
    const digit = /^[0-9]$/.test(character) ? Number(character) : base;
    if (digit < base) return digit;
    throw notOf(
      space,
      `${JSON.stringify(character)} is no choice; choices are 0 to ${base - 1} (character ${offset + i + 1})`,
    );
  });
  if (digits.length === length) return digits;
  const lost = digits.length < length ? "; spreadsheets drop zeros in front: keep the column as text" : "";
  throw notOf(space, `expected ${length} digits, found ${digits.length}${lost}`);
}

/** The digits of `(1, 0, 2)`, `[1 0 2]` or `1 0 2`. */
export function listedDigits(text: string): string | undefined {
  const inner = /^\s*[([]((?:\s*\d\s*,?)+)[)\]]\s*$/.exec(text)?.[1] ?? /^\s*\d(?:[\s,]+\d)+\s*$/.exec(text)?.[0];
  return inner?.replaceAll(/[\s,]/g, "");
}

export const randomDigits = (random: Random, length: number, base: number): number[] =>
  Array.from({ length }, () => random.integer(base));

/** Another digit in one place. */
export function mutatedDigits(digits: readonly number[], base: number, random: Random): number[] {
  const values = Array.from({ length: base }, (_, digit) => digit);
  return changeOne(
    digits.map((_, i) => entryDecision(digits, i, values, (changed) => changed)),
    random,
  );
}

/** All words in ascending order: the last digit changes fastest. */
export function* allDigits(length: number, base: number): Generator<number[]> {
  for (let n = 0; n < base ** length; n++) {
    yield Array.from({ length }, (_, i) => Math.floor(n / base ** (length - 1 - i)) % base);
  }
}

export const notOf = (space: string, message: string): ArchwrightError =>
  new ArchwrightError("architecture", `not an architecture of ${space}: ${message}`, { details: { space } });
