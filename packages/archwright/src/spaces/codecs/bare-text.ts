/** Text as it is copied from papers, scripts and spreadsheets. */

/**
 * Without quotes around it, and with plain quotes for typographic ones. Blanks take the place of what stood in front, so that
 * places in messages stay right.
 */
export function bareText(text: string): string {
  const plain = text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replaceAll("\u200B", " ");
  const quoted = /^(\s*)(["'`])(.*)\2\s*,?\s*$/s.exec(plain);
  return quoted === null ? plain : `${quoted[1]} ${quoted[3]}`;
}
