/** The errors of Archwright: one family, told apart by `code`. */

export type ErrorCode =
  | "usage" // the call was wrong: unknown name, bad option, conflicting flags
  | "architecture" // an architecture text is malformed or outside its space
  | "data" // a dataset file is missing, truncated, oversized or corrupt
  | "run" // a run directory exists, is missing, is damaged or of another version
  | "device" // a device is not available
  | "training" // training failed: a loss became NaN, or memory ran out
  | "benchmark" // a table is damaged or does not hold what was asked for
  | "io"; // the disk is full, a file cannot be written

/**
 * Something a person can put right. The message says what was wrong, where, and what to do, in one line.
 * The command line exits with 2 for `usage` and `architecture`, with 1 for the others.
 */
export class ArchwrightError extends Error {
  override readonly name = "ArchwrightError";
  readonly code: ErrorCode;
  /** Structured facts: paths, names, offsets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** `unknown space "nasbench21"; did you mean "nasbench201"? known: ...` */
export function unknownName(what: string, given: string, known: readonly string[]): ArchwrightError {
  const near = nearest(given, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return new ArchwrightError("usage", `unknown ${what} "${given}"${hint} (known: ${known.join(", ")})`, {
    details: { what, given, known, near },
  });
}

/** The known name with the smallest edit distance, if it is close enough to be meant. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const scored = known.map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  if (best === undefined) return undefined;
  return best.distance <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] as number;
}
