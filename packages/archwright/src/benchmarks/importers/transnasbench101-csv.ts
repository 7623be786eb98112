/** TransNAS-Bench-101 as CSV: validation results of six tasks, the best epoch's and the last's. */
import type { Metric } from "../benchmark.ts";
import { type NumberRange, readCsv } from "./csv.ts";
import type { ImportedRow, TableFormat } from "./format.ts";

/** What each task measures; for all, larger is better. */
const tasks = {
  class_scene: { best: "top-1 accuracy", final: "top-1 accuracy", unit: "%" },
  room_layout: { best: "negative loss", final: "negative loss", unit: "" },
  jigsaw: { best: "top-1 accuracy", final: "top-1 accuracy", unit: "%" },
  autoencoder: { best: "SSIM", final: "SSIM", unit: "" },
  normal: { best: "SSIM", final: "SSIM", unit: "" },
  segmentsemantic: { best: "mean IoU", final: "pixel accuracy", unit: "%" },
} as const;

/** Every measure's values. */
const ranges: Readonly<Record<string, NumberRange>> = {
  "negative loss": { max: 0 },
  SSIM: { min: 0, max: 1 },
};
const percent: NumberRange = { min: 0, max: 100 };

const results = Object.entries(tasks).flatMap(([task, measures]) =>
  (["best", "final"] as const).map((epoch) => ({
    column: `${task}_valid_${epoch}`,
    range: ranges[measures[epoch]] ?? percent,
    metric: {
      name: `${task.replaceAll("_", "-")}-valid-${epoch}`,
      title: `${task}: ${measures[epoch]} on validation images, ${epoch === "best" ? "best" : "last"} epoch`,
      unit: measures.unit,
      larger: "better",
    } satisfies Metric,
  })),
);

/** A metric that an architecture lacks is an empty field. */
const columns = [{ name: "arch" }, ...results.map(({ column }) => ({ name: column, optional: true }))];

export const transnasbench101Csv: TableFormat = {
  name: "transnasbench101-csv",
  title: "TransNAS-Bench-101, CSV with arch and class_scene_valid_best",
  contents: "validation results of six tasks",
  source: "Duan et al., CVPR 2021, arXiv 2105.11871; yawen-d/TransNASBench, MIT",
  spaces: ["transnasbench101-micro", "transnasbench101-macro"],
  metrics: results.map(({ metric }) => metric),
  repeated: "refused",
  *read(path): Generator<ImportedRow> {
    for (const row of readCsv(path, columns)) {
      const values = results.flatMap(({ column, metric, range }) => {
        const value = row.number(column, range);
        return value === undefined ? [] : [[metric.name, value] as const];
      });
      yield { place: row.place, architecture: row.text("arch"), values: Object.fromEntries(values) };
    }
  },
};
