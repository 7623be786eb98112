/** A change of a single line that a test should notice. */

/** What is changed: which of these kinds go unnoticed says where tests are missing. */
export type Kind =
  | "constant"
  | "default"
  | "direction"
  | "half"
  | "mode"
  | "off-by-one"
  | "omission"
  | "order"
  | "setting"
  | "sign";

export interface Change {
  readonly kind: Kind;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands exactly once in the file, within one line. */
  readonly from: string;
  readonly to: string;
  /** The test files nearest to it, the nearest first, from the root of the repository. */
  readonly tests: readonly string[];
  /** Why no test can notice it, where none can. */
  readonly equivalent?: string;
}

/** One change of a file: its kind, the old text and the new, and why no test can notice it where none can. */
export type Line = readonly [kind: Kind, from: string, to: string, equivalent?: string];

const SOURCES = "packages/archwright/src/";
const TESTS = "packages/archwright/test/";

/** Changes of the source file `file`, with the tests nearest to it; both by their names below `src` and `test`, without ending. */
export const changesOf = (file: string, tests: readonly string[], lines: readonly Line[]): Change[] =>
  lines.map(([kind, from, to, equivalent]) => ({
    kind,
    file: `${SOURCES}${file}.ts`,
    from,
    to,
    tests: tests.map((name) => `${TESTS}${name}.test.ts`),
    ...(equivalent === undefined ? {} : { equivalent }),
  }));

/** `text` with the change made. Throws an error that names the change where its old text does not stand there once. */
export function changed(text: string, change: Change): string {
  const { file, from, to } = change;
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`${describe(change)}: the old text stands ${count} times in ${file}, not once`);
  if (from.includes("\n") || to.includes("\n")) throw new Error(`${describe(change)}: more than one line`);
  if (from === to) throw new Error(`${describe(change)}: old and new text are the same`);
  return text.replace(from, () => to);
}

export const describe = ({ kind, file, from, to }: Change): string => `${file} (${kind}): ${from} → ${to}`;
