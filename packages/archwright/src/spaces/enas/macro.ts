/** Architectures of ENAS's macro space: an operation for every layer, and which earlier ones it also reads (space-enas §1). */
import { bareText } from "../codecs/bare-text.ts";
import { plain, readWhole } from "../codecs/literal.ts";
import { notOf } from "../digits.ts";

/** Operations by code. */
export const enasOperations = [
  "conv3x3",
  "sep_conv_3x3",
  "conv5x5",
  "sep_conv_5x5",
  "avg_pool_3x3",
  "max_pool_3x3",
] as const;

/** A layer reads the one before it. */
export interface EnasLayer {
  /** Code of its operation, from 0 to 5. */
  readonly operation: number;
  /** 0 or 1 for the stem and for each earlier layer but the last: whether it is added to what the operation makes. */
  readonly skips: readonly number[];
}

export type EnasMacro = readonly EnasLayer[];

/** `[[5],[3,1],[2,1,0]]`: the operation of each layer, and its skips. */
export const formatEnasMacro = (layers: EnasMacro): string =>
  JSON.stringify(layers.map(({ operation, skips }) => [operation, ...skips]));

/** Reads {@link formatEnasMacro}'s text, also with blanks in it, and the same numbers separated by blanks alone. */
export function parseEnasMacro(space: string, layers: number, text: string): EnasMacro {
  const trimmed = bareText(text).trim();
  const lists = trimmed.startsWith("[") ? nestedLists(space, trimmed) : rowsOf(space, layers, trimmed.split(/\s+/));
  if (lists.length !== layers) throw notOf(space, `expected ${layers} layers, found ${lists.length}`);
  return lists.map((list, i) => checkedLayer(space, list, i));
}

function nestedLists(space: string, text: string): unknown[][] {
  const read = plain(readWhole(text));
  if (Array.isArray(read) && read.every((list) => Array.isArray(list))) return read;
  throw notOf(space, `expected a list of layers such as [[5],[3,1]], found ${JSON.stringify(text.slice(0, 40))}`);
}

/** Layer i has i + 1 of the words. */
function rowsOf(space: string, layers: number, words: readonly string[]): unknown[][] {
  const wanted = (layers * (layers + 1)) / 2;
  if (words.length !== wanted) {
    throw notOf(space, `expected ${wanted} numbers for ${layers} layers, found ${words[0] === "" ? 0 : words.length}`);
  }
  const numbers = words.map((word) => (/^\d$/.test(word) ? Number(word) : word));
  return Array.from({ length: layers }, (_, i) => numbers.slice((i * (i + 1)) / 2, ((i + 1) * (i + 2)) / 2));
}

function checkedLayer(space: string, list: readonly unknown[], i: number): EnasLayer {
  const [operation, ...skips] = list;
  const layer = `layer ${i + 1}`;
  if (skips.length !== i) throw notOf(space, `${layer} has ${skips.length} skips, there must be ${i}`);
  if (typeof operation !== "number" || enasOperations[operation] === undefined) {
    const known = enasOperations.map((name, code) => `${code} ${name}`).join(", ");
    throw notOf(space, `${layer} has the operation ${JSON.stringify(operation)}; operations are ${known}`);
  }
  const wrong = skips.find((skip) => skip !== 0 && skip !== 1);
  if (wrong !== undefined) throw notOf(space, `${layer} has the skip ${JSON.stringify(wrong)} instead of 0 or 1`);
  return { operation, skips: skips as number[] };
}
