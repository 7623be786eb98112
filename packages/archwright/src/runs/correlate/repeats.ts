/** Architectures that stand in a table of scores more than once count once. */
import { faulty } from "../../benchmarks/importers/format.ts";
import { ArchwrightError } from "../../errors.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import type { ScoreTable } from "./score-table.ts";

/**
 * The first row of every architecture, however its text is written. Throws `ArchwrightError("benchmark")` for a row whose
 * scores differ from those of an earlier one: which of the two holds is not ours to say.
 */
export function distinctRows(table: ScoreTable, space: ArchitectureSpace): number[] {
  const first = new Map<string, number>();
  for (const [row, { architecture }] of table.rows.entries()) {
    const text = textIn(space, architecture);
    const earlier = first.get(text);
    if (earlier === undefined) first.set(text, row);
    else requireSameScores(table, earlier, row);
  }
  return [...first.values()];
}

/** Text that the space does not read stays as it is: a table may know it, or says what is wrong with it. */
function textIn(space: ArchitectureSpace, text: string): string {
  try {
    return space.format(space.parse(text));
  } catch (error) {
    if (error instanceof ArchwrightError) return text;
    throw error;
  }
}

function requireSameScores({ path, rows, columns, members }: ScoreTable, earlier: number, row: number): void {
  const other = [...columns, ...members].find(({ scores }) => !Object.is(scores[earlier], scores[row]));
  if (other === undefined) return;
  const message = `the architecture stands in ${rows[earlier]?.place} already, with another ${other.name}; keep one of the two lines`;
  throw faulty({ path, place: rows[row]?.place ?? "", message });
}
