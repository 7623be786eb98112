/** `archwright import` */
import { statSync } from "node:fs";
import { importTable } from "../../benchmarks/importers/build.ts";
import { cannotRead } from "../../benchmarks/importers/files.ts";
import { findTableFormat, tableFormats } from "../../benchmarks/importers/registry.ts";
import { isTableFile } from "../../benchmarks/tables/header.ts";
import { ArchwrightError } from "../../errors.ts";
import { replaceFile } from "../../runs/files.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import type { Command } from "../command.ts";
import { requireOwnPlaces } from "../destination.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { print, printJson } from "../output.ts";

export const importCommand: Command = {
  options: [
    { name: "format", value: "F", required: true, about: "format of the file, see below" },
    { name: "file", value: "FILE", required: true, about: "the file as its authors publish it, gzipped or not" },
    { name: "space", value: "S", about: "space of the architectures, for formats of several" },
    { name: "out", value: "FILE", required: true, about: "table to write, such as nasbench101.awt" },
  ],
  notes: [
    "Every row is checked; the first that is wrong is named, and nothing is written.",
    "`archwright lookup --benchmark FILE` reads the table.",
    "",
    "Of a csv, columns named like costs, errors, losses and latencies are better when smaller; a;b;c in a field are runs, whose",
    "mean counts; a column `dataset` or `task` makes metrics of each of its values; empty fields and nan are missing values,",
    "inf and -inf are kept.",
    "",
    "Formats:",
    ...columns(tableFormats.map(({ name, title }) => [name, title])),
  ],
  run: async (given) => {
    const format = findTableFormat(given.required("format"));
    const [path, out, space] = [given.required("file"), given.required("out"), given.text("space")];
    requireOwnPlaces([{ name: "--out", path: out }], [{ name: "--file", path }]);
    requireNoOtherFile(out);
    const table = importTable({ format, path, ...(space === undefined ? {} : { space }) });
    replaceFile(out, table.bytes);
    const { bytes, ...facts } = table;
    if (given.has("json")) printJson({ out, bytes: bytes.length, ...facts });
    else {
      const { architectures, rows } = facts;
      const what = `${formatCount(architectures)} architectures of ${table.space} from ${formatCount(rows)} rows`;
      print(`${out}: ${what}, ${formatCount(bytes.length)} bytes`);
    }
    return exitStatus.done;
  },
};

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
