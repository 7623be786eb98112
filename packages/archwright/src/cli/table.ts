/** Tables as text for people. */

/** Columns below each other: the first to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => width(row[i] ?? ""))));
  return rows.map((row) =>
    row
      .map((text, i) => {
        const space = " ".repeat((widths[i] as number) - width(text));
        return i === 0 ? text + space : space + text;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** In characters, of which some are two units of a string. */
const width = (text: string): number => [...text].length;
