/** NAS-Bench-101 cells as CSV: one training run at each of four budgets. */
import type { Metric } from "../benchmark.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { faulty, type ImportedRow, type TableFormat } from "./format.ts";
import { budgets, nasbench101Metrics, nasbench101Source } from "./nasbench101-metrics.ts";

const columns = [
  "hash",
  "num_vertices",
  "adjacency",
  "ops",
  ...budgets.map((epochs) => `valid_acc_${epochs}ep`),
  "train_seconds_108ep",
  "params",
].map((name) => ({ name }));

const metrics: readonly Metric[] = nasbench101Metrics.filter(
  ({ name }) => name.startsWith("valid-") || name === "seconds-108ep" || name === "params",
);

export const nasbench101Csv: TableFormat = {
  name: "nasbench101-csv",
  title: "NAS-Bench-101, CSV with adjacency, ops and valid_acc_108ep",
  contents: "validation accuracies of one run at four budgets",
  source: nasbench101Source,
  spaces: ["nasbench101"],
  metrics,
  repeated: "refused",
  *read(path): Generator<ImportedRow> {
    for (const row of readCsv(path, columns)) {
      const accuracies = budgets.map((epochs) => [
        `valid-${epochs}ep`,
        row.number(`valid_acc_${epochs}ep`, { min: 0, max: 1 }) as number,
      ]);
      const params = row.number("params", { min: 1, whole: true }) as number;
      const seconds = row.number("train_seconds_108ep", { min: 0 }) as number;
      requireVertices(row, path);
      yield {
        place: row.place,
        architecture: `${row.text("adjacency")} ${row.text("ops")}`,
        values: { ...Object.fromEntries(accuracies), "seconds-108ep": seconds, params },
        claims: [
          { of: "identity", column: "hash", value: row.text("hash") },
          { of: "parameters", column: "params", value: params },
        ],
      };
    }
  },
};

/** The text of a matrix is n² digits, with or without bars between its rows. */
function requireVertices(row: CsvRow, path: string): void {
  const column = "num_vertices";
  const vertices = row.number(column, { min: 1, whole: true }) as number;
  if (row.text("adjacency").replaceAll("|", "").length === vertices ** 2) return;
  const message = `found ${vertices}, but the adjacency matrix is not ${vertices}×${vertices}`;
  throw faulty({ path, place: row.place, column, message });
}
