/**
 * Makes the NAS-Bench-201 table that ships with the package from the validation data's CSV:
 * `node --conditions=archwright-source scripts/tables/nasbench201.ts PATH/nasbench201.csv.gz`
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { nasbench201Columns, runsColumn } from "../../packages/archwright/src/benchmarks/nasbench201.ts";
import { type Column, encodeTable } from "../../packages/archwright/src/benchmarks/table.ts";
import { nestedIndex } from "../../packages/archwright/src/spaces/codecs/nasbench201.ts";
import { nasbench201 } from "../../packages/archwright/src/spaces/nasbench201.ts";
import type { CellTemplate } from "../../packages/archwright/src/spaces/space.ts";

/** Single runs in the CSV's `;`-separated column. */
const RUNS = 3;
const OUTPUT = fileURLToPath(new URL("../../packages/archwright/assets/nasbench201.table", import.meta.url));

const [csvPath] = process.argv.slice(2);
if (csvPath === undefined) throw new Error("usage: nasbench201.ts PATH/nasbench201.csv.gz");

// No field of this CSV holds a comma or a quote.
const [head = "", ...lines] = gunzipSync(readFileSync(csvPath)).toString("utf8").trimEnd().split(/\r?\n/);
const names = head.split(",");
const rows = lines.map((line) => line.split(","));
rows.forEach((row, index) => {
  if (row.length !== names.length || row[0] !== String(index)) throw new Error(`row ${index} is malformed`);
});

/** The texts of a CSV column. */
function texts(name: string): string[] {
  const column = names.indexOf(name);
  if (column < 0) throw new Error(`the CSV has no column ${name}`);
  return rows.map((row) => row[column] as string);
}

function number(text: string): number {
  const value = text === "" ? Number.NaN : Number(text);
  if (text !== "" && !Number.isFinite(value)) throw new Error(`"${text}" is no number`);
  return value;
}

/** Given in millions. */
const costs: Readonly<Record<string, string>> = { params: "params_m", macs: "flops_m" };
/** `cifar10-test` is `cifar10_test` in the CSV. */
const csvName = (metric: string) => costs[metric] ?? metric.replaceAll("-", "_");

const template = nasbench201.cells[0] as CellTemplate;
const columns: Column[] = [
  {
    name: nasbench201Columns.cell,
    width: 1,
    values: Float64Array.from(texts("arch"), (text) => nestedIndex(template, nasbench201.parse(text))),
  },
  ...nasbench201Columns.metrics.map((name) => ({
    name,
    width: 1,
    values: Float64Array.from(texts(csvName(name)), number),
  })),
  ...nasbench201Columns.runs.map((name) => ({
    name: runsColumn(name),
    width: RUNS,
    values: Float64Array.from(
      texts(`${csvName(name)}_seeds`).flatMap((text) => {
        const runs = text.split(";").map(number);
        if (runs.length > RUNS) throw new Error(`more than ${RUNS} runs: ${text}`);
        return [...runs, ...Array.from({ length: RUNS - runs.length }, () => Number.NaN)];
      }),
    ),
  })),
];

const bytes = encodeTable(rows.length, columns);
writeFileSync(OUTPUT, bytes);
process.stderr.write(`${OUTPUT}: ${rows.length} rows, ${columns.length} columns, ${bytes.length} bytes\n`);
