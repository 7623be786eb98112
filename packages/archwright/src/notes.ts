/** Remarks: what a person should know, though it is no error. Data, which runs keep and the command line says. */

export interface Note {
  /** What it is about, for programs: `repeated-images`, `unread-files`, ... */
  readonly kind: string;
  /** One line for people. */
  readonly message: string;
  /** Everything of which the message names the first few. */
  readonly items?: readonly string[];
}

/** As many are named in a message. */
const FEW = 3;

/** `a, b, c and 5 more` */
export function firstFew(items: readonly string[]): string {
  const more = items.length - FEW;
  return items.slice(0, FEW).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** `1 image`, `2 images`, `3 minibatches` */
export const counted = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? "" : /(s|ch)$/.test(thing) ? "es" : "s"}`;
