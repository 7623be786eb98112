/** Turns the rows of a file into a table: every architecture checked, known once, and counted against what the file says. */
import { ArchwrightError, unknownName } from "../../errors.ts";
import { type ArchitectureSpace, architectureCost, identityOf } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import type { Metric } from "../benchmark.ts";
import { encodeTableFile } from "../tables/write.ts";
import { faulty, type ImportedRow, type ImportOptions, type TableFormat, type TableMetrics } from "./format.ts";
import { RowStore } from "./rows.ts";

/** One architecture. */
interface Entry {
  readonly architecture: string;
  readonly place: string;
  /** Numbers of its rows. */
  readonly rows: number[];
}

export interface ImportRequest extends ImportOptions {
  readonly format: TableFormat;
  readonly path: string;
  /** @default the format's space, if it has only one */
  readonly space?: string;
}

/** A metric of a table that was made. `why`: what gave it its direction, in files of the user's own. */
export type ImportedMetric = Metric & { readonly why?: string };

export interface ImportedTable {
  readonly bytes: Buffer;
  readonly space: string;
  readonly architectures: number;
  /** Rows of the file that are of the space; more than architectures where some have several. */
  readonly rows: number;
  /** Those that have values. */
  readonly metrics: readonly ImportedMetric[];
  /** Columns of a file of the user's own that are no metrics. */
  readonly passedOver: TableMetrics["passedOver"];
}

/**
 * The bytes of a table file. Throws `ArchwrightError("benchmark")` on the first row that is wrong, `("usage")` for a
 * space that the format does not have.
 */
export function importTable({ format, path, space: wanted, ...options }: ImportRequest): ImportedTable {
  requireOwnFile(format, options);
  const name = chosenSpace(format, wanted);
  const space = findArchitectureSpace(name);
  const entries = new Map<string, Entry>();
  const { metrics, passedOver } =
    typeof format.metrics === "function" ? format.metrics(path, options) : { metrics: format.metrics, passedOver: [] };
  const store = new RowStore(metrics.map(({ name, title, unit, larger }) => ({ name, title, unit, larger })));
  let rows = 0;
  for (const row of format.read(path, name, options)) {
    addRow(entries, space, { format, path }, row, store.rows);
    store.push(row);
    rows += row.rows ?? 1;
  }
  if (store.rows === 0) throw faulty({ path, message: "the file holds no rows" });
  const found = [...entries.values()];
  const columns = store.columns(found.map(({ rows }) => rows));
  const measured = new Set(columns.map(({ metric }) => metric.name));
  const bytes = encodeTableFile({
    name: `${format.prefix ?? ""}${name}`,
    title: `${space.title}: ${format.contents}`,
    source: format.source,
    space: name,
    architectures: found.map(({ architecture }) => architecture),
    identities: [...entries.keys()],
    columns,
  });
  const kept = metrics.filter((metric) => measured.has(metric.name));
  return { bytes, space: name, architectures: found.length, rows, metrics: kept, passedOver };
}

/** Published formats say themselves what their columns are. */
function requireOwnFile({ name, metrics }: TableFormat, { column, lower, higher }: ImportOptions): void {
  if (typeof metrics === "function") return;
  const given = Object.entries({ "--arch-column": column, "--lower": lower, "--higher": higher }).find(
    ([, value]) => value !== undefined,
  );
  if (given === undefined) return;
  throw new ArchwrightError("usage", `${given[0]} goes with --format csv; the columns of ${name} are known`);
}

function chosenSpace({ name, spaces }: TableFormat, wanted: string | undefined): string {
  if (wanted === undefined) {
    const [only] = spaces;
    if (only !== undefined && spaces.length === 1) return only;
    throw new ArchwrightError(
      "usage",
      `${name} files hold one of several spaces; say which: --space ${spaces.join("|")}`,
    );
  }
  if (!spaces.includes(wanted)) throw unknownName(`space of ${name}`, wanted, spaces);
  return wanted;
}

function addRow(
  entries: Map<string, Entry>,
  space: ArchitectureSpace,
  { format, path }: ImportRequest,
  row: ImportedRow,
  number: number,
): void {
  const { place } = row;
  const { identity, architecture } = checked(space, path, row);
  const known = entries.get(identity);
  if (known === undefined) entries.set(identity, { architecture, place, rows: [number] });
  else if (format.repeated === "run") known.rows.push(number);
  else throw faulty({ path, place, message: `the architecture stands in ${known.place} already: ${architecture}` });
}

function checked(space: ArchitectureSpace, path: string, row: ImportedRow): { identity: string; architecture: string } {
  const { place, claims = [] } = row;
  let parsed: unknown;
  try {
    parsed = space.parse(row.architecture);
  } catch (cause) {
    if (!(cause instanceof ArchwrightError)) throw cause;
    throw faulty({ path, place, message: cause.message });
  }
  const identity = identityOf(space, parsed);
  const needsCost = claims.some(({ of }) => of !== "identity");
  const cost = needsCost ? architectureCost(space, parsed) : undefined;
  for (const { of, column, value } of claims) {
    const actual = of === "identity" ? identity : cost?.[of];
    if (actual === value) continue;
    const message = `found ${value}, but the architecture's is ${actual}: this is another version of the table`;
    throw faulty({ path, place, column, message });
  }
  return { identity, architecture: space.format(parsed) };
}
