/** The rows of a scoring in order, from processes that finish out of order; equal networks are scored once. */
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import type { Scores } from "./messages.ts";
import type { ScoringPool } from "./pool.ts";
import type { ScoreRow } from "./scores-file.ts";

/** Rows that may wait for one before them. */
const MOST_WAITING = 256;

export interface RowsOptions {
  readonly space: ArchitectureSpace;
  /** All architectures, those of `written` too. */
  readonly texts: Iterable<string>;
  /** Rows that are there already: they are not scored again, and not given again. */
  readonly written: readonly ScoreRow[];
  /** Whether to end after the architectures that are being scored. */
  readonly cancelled: () => boolean;
}

/** Throws what the pool rejects with, and `RangeError` if the written rows are not the first of `texts`. */
export async function* scoredRows(pool: ScoringPool, options: RowsOptions): AsyncGenerator<ScoreRow> {
  const { space, texts, written, cancelled } = options;
  const networks = new Networks(space);
  const waiting: Promise<ScoreRow | undefined>[] = [];
  let index = 0;
  try {
    for (const architecture of texts) {
      const own = index++;
      const there = written[own];
      if (there !== undefined) {
        networks.add(there, architecture);
        continue;
      }
      if (cancelled()) break;
      waiting.push(networks.row(own, architecture, (text) => pool.score(text, cancelled)));
      if (waiting.length < MOST_WAITING) continue;
      const row = await waiting.shift();
      if (row === undefined) return;
      yield row;
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const row = await next;
      // What comes after a row that is missing is scored again when the table is continued.
      if (row === undefined) return;
      yield row;
    }
  } finally {
    // Nobody waits for these any more, whatever becomes of them.
    for (const row of waiting) row.catch(() => {});
  }
}

/** The first row of each network. */
class Networks {
  readonly #space: ArchitectureSpace;
  readonly #rows = new Map<string, Promise<ScoreRow | undefined>>();

  constructor(space: ArchitectureSpace) {
    this.#space = space;
  }

  add(row: ScoreRow, architecture: string): void {
    if (row.architecture !== architecture) {
      throw new RangeError(`row ${row.index} is of ${row.architecture}, not of ${architecture}`);
    }
    const key = this.#key(architecture);
    if (!this.#rows.has(key)) this.#rows.set(key, Promise.resolve(row));
  }

  async row(
    index: number,
    architecture: string,
    score: (architecture: string) => Promise<Scores | undefined>,
  ): Promise<ScoreRow | undefined> {
    const key = this.#key(architecture);
    const before = this.#rows.get(key);
    if (before !== undefined) {
      const same = await before;
      return same && { index, architecture, scores: same.scores, note: sameNetwork(same) };
    }
    const own = score(architecture).then((scores) => scores && { index, architecture, ...scores });
    this.#rows.set(key, own);
    return own;
  }

  #key(text: string): string {
    const { parse, format, canonical } = this.#space;
    return canonical === undefined ? text : format(canonical(parse(text)));
  }
}

const sameNetwork = ({ index, note }: ScoreRow): string =>
  `same network as ${index}${note === undefined ? "" : `: ${note}`}`;
