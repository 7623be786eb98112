/** Comma-separated values (RFC 4180). */

/** A field as it stands in a line. */
export function csvCell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line without its end. */
export const csvLine = (cells: readonly (string | number | null | undefined)[]): string => cells.map(csvCell).join(",");
