/** Names of TransNAS-Bench-101 architectures: `64-41414-1_02_333` and `64-1234-basic` (space-transnasbench101 §1). */
import { bareText } from "../codecs/bare-text.ts";
import { listedDigits, notOf, parseDigits } from "../digits.ts";
import type { MicroCell } from "./cell.ts";
import { BASE_CHANNELS } from "./network.ts";

/** The modules of every micro architecture. */
export const MICRO_MODULES = [4, 1, 4, 1, 4];
const MICRO = "transnasbench101-micro";
const MACRO = "transnasbench101-macro";

export function formatMicro(cell: MicroCell): string {
  const [a, b, c, d, e, f] = cell;
  return `${BASE_CHANNELS}-${MICRO_MODULES.join("")}-${a}_${b}${c}_${d}${e}${f}`;
}

/** Also reads the bare cell `1_02_333` and NASLib's tuple `(1, 0, 2, 3, 3, 3)`. */
export function parseMicro(text: string): MicroCell {
  const trimmed = bareText(text).trim();
  const digits = listedDigits(trimmed);
  if (digits !== undefined) return parseDigits(MICRO, digits, 6, 4);
  const prefix = `${BASE_CHANNELS}-${MICRO_MODULES.join("")}-`;
  const code = trimmed.startsWith(prefix) ? trimmed.slice(prefix.length) : trimmed;
  if (!/^._.._...$/s.test(code)) {
    throw notOf(
      MICRO,
      `expected "${prefix}a_bc_def" with digits from 0 to 3, found ${JSON.stringify(trimmed.slice(0, 40))}`,
    );
  }
  return parseDigits(MICRO, code.replaceAll("_", ""), 6, 4);
}

export const formatMacro = (modules: readonly number[]): string => `${BASE_CHANNELS}-${modules.join("")}-basic`;

/** Also reads the bare modules `1234` and NASLib's tuple, filled up with zeros: `(1, 2, 3, 4, 0, 0)`. */
export function parseMacro(text: string): number[] {
  const trimmed = bareText(text).trim();
  const code = listedDigits(trimmed)?.replace(/0+$/, "") ?? /^64-([0-9]*)-basic$/.exec(trimmed)?.[1] ?? trimmed;
  if (!/^[1-4]+$/.test(code)) {
    const found = JSON.stringify(trimmed.slice(0, 40));
    throw notOf(MACRO, `expected "${BASE_CHANNELS}-1234-basic" with digits from 1 to 4, found ${found}`);
  }
  const modules = Array.from(code, Number);
  const problem = macroProblem(modules);
  if (problem !== undefined) throw notOf(MACRO, problem);
  return modules;
}

/** Four to six modules, of which one to three double the channels and one to four halve the resolution. */
export function macroProblem(modules: readonly number[]): string | undefined {
  if (modules.length < 4 || modules.length > 6) return `${modules.length} modules; there must be 4 to 6`;
  const doubling = modules.filter((type) => type % 2 === 0).length;
  if (doubling < 1 || doubling > 3) return `${doubling} modules double the channels; there must be 1 to 3`;
  const halving = modules.filter((type) => type > 2).length;
  if (halving < 1 || halving > 4) return `${halving} modules halve the resolution; there must be 1 to 4`;
  return undefined;
}
