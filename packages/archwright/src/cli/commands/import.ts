/** `archwright import` */
import { statSync } from "node:fs";
import { type ImportedTable, importTable } from "../../benchmarks/importers/build.ts";
import { cannotRead } from "../../benchmarks/importers/files.ts";
import type { ImportOptions } from "../../benchmarks/importers/format.ts";
import { findTableFormat, tableFormats } from "../../benchmarks/importers/registry.ts";
import { isTableFile } from "../../benchmarks/tables/header.ts";
import { ArchwrightError } from "../../errors.ts";
import { replaceFile } from "../../runs/files.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import type { Command } from "../command.ts";
import { requireOwnPlaces } from "../destination.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { type Given, namesOf } from "../options.ts";
import { print, printJson } from "../output.ts";

export const importCommand: Command = {
  options: [
    { name: "format", value: "F", required: true, about: "format of the file, see below" },
    { name: "file", value: "FILE", required: true, about: "the file as its authors publish it, gzipped or not" },
    { name: "space", value: "S", about: "space of the architectures, for formats of several" },
    {
      name: "arch-column",
      value: "NAME",
      about: "of a csv, the column of the architectures, where it has a name of its own",
    },
    { name: "lower", value: "a,b,c", about: "of a csv, columns or metrics in which smaller is better" },
    { name: "higher", value: "a,b,c", about: "of a csv, columns or metrics in which larger is better" },
    { name: "out", value: "FILE", required: true, about: "table to write, such as nasbench101.awt" },
  ],
  notes: [
    "Every row is checked; the first that is wrong is named, and nothing is written.",
    "`archwright lookup --benchmark FILE` reads the table.",
    "",
    "Of a csv, columns named like costs, errors, losses and latencies are better when smaller, and what is printed says why;",
    "`neg` in front turns it round. a;b;c in a field, or rows that differ in a column `seed`, are runs, whose mean counts; a column",
    "`dataset` or `task` makes metrics of each of its values; empty fields, nan and NA are missing values, inf and -inf are kept.",
    "Commas, tabs or semicolons part the fields; with the latter two, numbers may have decimal commas.",
    "",
    "Formats:",
    ...columns(tableFormats.map(({ name, title }) => [name, title])),
  ],
  run: async (given) => {
    const format = findTableFormat(given.required("format"));
    const [path, out, space] = [given.required("file"), given.required("out"), given.text("space")];
    requireOwnPlaces([{ name: "--out", path: out }], [{ name: "--file", path }]);
    requireNoOtherFile(out);
    const table = importTable({ format, path, ...(space === undefined ? {} : { space }), ...ownFile(given) });
    replaceFile(out, table.bytes);
    const { bytes, ...facts } = table;
    if (given.has("json")) printJson({ out, bytes: bytes.length, ...facts });
    else {
      const { architectures, rows } = facts;
      const what = `${formatCount(architectures)} architectures of ${table.space} from ${formatCount(rows)} rows`;
      print([`${out}: ${what}, ${formatCount(bytes.length)} bytes`, ...metricLines(table)].join("\n"));
    }
    return exitStatus.done;
  },
};

/** What is said of a file of the user's own. */
function ownFile(given: Given): ImportOptions {
  const column = given.text("arch-column");
  const lists = (["lower", "higher"] as const).flatMap((name) => {
    const text = given.text(name);
    return text === undefined ? [] : [[name, namesOf(text)] as const];
  });
  return { ...(column === undefined ? {} : { column }), ...Object.fromEntries(lists) };
}

const directions = { better: "larger is better", worse: "smaller is better", neither: "neither good nor bad" } as const;

/** What each metric is, which way is better and why, and which columns are no metrics. */
function metricLines({ metrics, passedOver }: ImportedTable): string[] {
  const rows = metrics.map(({ name, unit, larger, why, title }) => {
    const named = unit === "" ? name : `${name} (${unit})`;
    return [named, `${directions[larger]}: ${why ?? title}`] as const;
  });
  const others = passedOver.map(({ column, why }) => [`"${column}"`, `no metric: ${why}`] as const);
  return columns([...rows, ...others]);
}

/** Throws `ArchwrightError("usage")` for a file that is no table: a swapped argument must not destroy it. */
function requireNoOtherFile(out: string): void {
  const existing = statSync(out, { throwIfNoEntry: false });
  if (existing === undefined || (existing.isFile() && isTable(out))) return;
  const what = existing.isDirectory() ? "is a folder; name a file in it" : "is no benchmark table; give another name";
  throw new ArchwrightError("usage", `--out ${out} ${what}`, { details: { out } });
}

function isTable(path: string): boolean {
  try {
    return isTableFile(path);
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}
