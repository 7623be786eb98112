/** The architectures that a scoring goes through, in order. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Benchmark } from "../../benchmarks/benchmark.ts";
import { headerNames } from "../../benchmarks/importers/csv-records.ts";
import { architectureColumns, architectureOf, readUserTable } from "../../benchmarks/importers/user-table.ts";
import { sampleIndices } from "../../benchmarks/sampling.ts";
import { ArchwrightError } from "../../errors.ts";
import { Random } from "../../random.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { tableOfSpace } from "../table-values.ts";
import type { ArchitectureSource } from "./request.ts";

export interface PlannedArchitectures {
  readonly total: number;
  /** The space's own texts. They can be gone through once. */
  readonly texts: Iterable<string>;
  /** SHA-256 of the file they come from, by which a resumed scoring knows it again. */
  readonly sha256?: string;
}

/** Draws that give nothing new, for one that does, before a sample is given up. */
const MOST_REPEATS = 1000;

/**
 * Checks the source. Throws `ArchwrightError("usage")` where the space or the table cannot give what is asked for, and
 * `("architecture")` for a text that is none of the space's, with its place.
 */
export function planArchitectures(
  source: ArchitectureSource,
  space: ArchitectureSpace,
  seed: number,
): PlannedArchitectures {
  switch (source.from) {
    case "list":
      return listed(source.architectures.map((text) => space.format(space.parse(text))));
    case "file":
      return fromFile(source, space);
    case "sample":
      return source.benchmark === undefined
        ? listed(randomSample(space, source.count, seed))
        : sampledTable(tableOfSpace(source.benchmark, space), source.count, seed);
    case "all":
      return source.benchmark === undefined ? wholeSpace(space) : wholeTable(tableOfSpace(source.benchmark, space));
  }
}

const listed = (texts: readonly string[]): PlannedArchitectures => ({ total: texts.length, texts });

function fromFile({ path, column }: FileSource, space: ArchitectureSpace): PlannedArchitectures {
  const bytes = readBytes(path);
  const text = bytes.toString("utf8");
  const isTable = column !== undefined || architectureColumns(headerNames(text)) !== undefined;
  const placed = isTable ? fromTable(path, column) : fromLines(text);
  const texts = placed.map(({ place, text: own }) => parsed(path, place, own, space, isTable));
  if (texts.length === 0) throw new ArchwrightError("usage", `${path} holds no architectures`);
  return { ...listed(texts), sha256: createHash("sha256").update(bytes).digest("hex") };
}

type FileSource = Extract<ArchitectureSource, { from: "file" }>;

interface PlacedText {
  readonly place: string;
  readonly text: string;
}

const fromLines = (text: string): PlacedText[] =>
  text.split(/\r?\n/).flatMap((line, i) => {
    const own = line.trim();
    return own === "" || own.startsWith("#") ? [] : [{ place: `line ${i + 1}`, text: own }];
  });

/** Every architecture of a CSV once. */
function fromTable(path: string, column: string | undefined): PlacedText[] {
  const table = readUserTable(path, column === undefined ? {} : { column });
  const placed = table.rows.map((row) => ({ place: row.place, text: architectureOf(table, row) }));
  const seen = new Set<string>();
  return placed.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function readBytes(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ArchwrightError("usage", `--file: cannot read ${path} (${code ?? message})`, { cause });
  }
}

function parsed(path: string, place: string, text: string, space: ArchitectureSpace, isTable: boolean): string {
  try {
    return space.format(space.parse(text));
  } catch (cause) {
    if (!(cause instanceof ArchwrightError)) throw cause;
    const { code, message, details } = cause;
    const remedy = isTable ? "" : "; a file holds one architecture a line, or is a CSV with a column `architecture`";
    throw new ArchwrightError(code, `${path}: ${place}: ${message}${remedy}`, {
      cause,
      details: { ...details, path, place },
    });
  }
}

/** Different architectures as the space draws them, in the order of the draws. */
function randomSample(space: ArchitectureSpace, count: number, seed: number): string[] {
  if (space.size !== undefined && BigInt(count) > space.size) {
    throw new ArchwrightError("usage", `--sample ${count}: ${space.name} has ${space.size} architectures`);
  }
  const random = Random.stream(seed, `score/sample/${space.name}`);
  const drawn = new Set<string>();
  for (let repeats = 0; drawn.size < count; ) {
    const before = drawn.size;
    drawn.add(space.format(space.random(random)));
    repeats = drawn.size > before ? 0 : repeats + 1;
    if (repeats > MOST_REPEATS) {
      const message = `--sample ${count}: after ${drawn.size} different architectures of ${space.name} hardly a new one is drawn; use --all, or --benchmark with a table`;
      throw new ArchwrightError("usage", message);
    }
  }
  return [...drawn];
}

function wholeSpace(space: ArchitectureSpace): PlannedArchitectures {
  const { enumerate, size, format } = space;
  if (enumerate === undefined || size === undefined || size > Number.MAX_SAFE_INTEGER) {
    const many = size === undefined ? "more architectures than are counted" : `${size} architectures`;
    throw new ArchwrightError("usage", `--all: ${space.name} has ${many}; use --sample N`);
  }
  return { total: Number(size), texts: mapped(enumerate.call(space), (one) => format.call(space, one)) };
}

const wholeTable = (table: Benchmark): PlannedArchitectures => ({
  total: table.size,
  texts: mapped(Array(table.size).keys(), (index) => table.architecture(index)),
});

function sampledTable(table: Benchmark, count: number, seed: number): PlannedArchitectures {
  const indices = sampleIndices(table, count, Random.stream(seed, `score/sample/${table.name}`));
  return { total: count, texts: mapped(indices, (index) => table.architecture(index)) };
}

function* mapped<A, B>(items: Iterable<A>, change: (item: A) => B): Generator<B> {
  for (const item of items) yield change(item);
}
