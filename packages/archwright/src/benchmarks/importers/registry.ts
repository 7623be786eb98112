/** The file formats that `archwright import` reads. */
import { unknownName } from "../../errors.ts";
import type { TableFormat } from "./format.ts";
import { nasbenchMacroCsv } from "./nasbench-macro-csv.ts";
import { nasbench101Csv } from "./nasbench101-csv.ts";
import { nasbench101Tfrecord } from "./nasbench101-tfrecord.ts";
import { naslib } from "./naslib.ts";
import { nds } from "./nds.ts";
import { plainCsv } from "./plain-csv.ts";
import { transnasbench101Csv } from "./transnasbench101-csv.ts";

export const tableFormats: readonly TableFormat[] = [
  nasbench101Csv,
  nasbench101Tfrecord,
  transnasbench101Csv,
  nasbenchMacroCsv,
  nds,
  naslib,
  plainCsv,
];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findTableFormat(name: string): TableFormat {
  const found = tableFormats.find((format) => format.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    "format",
    name,
    tableFormats.map((format) => format.name),
  );
}
