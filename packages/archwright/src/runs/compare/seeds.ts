/** The seeds of a comparison as text: `0-3`, `0,2,5`, `0-3,7`. */
import { ArchwrightError } from "../../errors.ts";

/** More runs of a method than this are a slip of the finger. */
const MOST = 10_000;

/** Throws `ArchwrightError("usage")` for what is no list of whole numbers and ascending ranges, or names none. */
export function parseSeeds(text: string): number[] {
  const seeds = text.split(",").flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || !Number.isSafeInteger(to)) throw wrong(text, `"${part}" is no seed`);
    if (to < from) throw wrong(text, `${part} runs backwards`);
    if (to - from >= MOST) throw wrong(text, `${part} are more than ${MOST}`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return seeds;
}

const wrong = (text: string, why: string): ArchwrightError =>
  new ArchwrightError("usage", `--seeds takes 0-3 or 0,2,5, not "${text}": ${why}`);
