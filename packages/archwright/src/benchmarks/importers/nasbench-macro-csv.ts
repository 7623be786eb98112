/** NAS-Bench-Macro as CSV. */
import { mean } from "../mean.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { faulty, type ImportedRow, type TableFormat } from "./format.ts";

const columns = ["arch", "test_acc_mean", "test_acc_std", "test_acc_seeds", "params", "flops"].map((name) => ({
  name,
}));
const percent = { min: 0, max: 100 };
const count = { min: 1, whole: true };

export const nasbenchMacroCsv: TableFormat = {
  name: "nasbench-macro-csv",
  title: "NAS-Bench-Macro, CSV with arch and test_acc_mean",
  contents: "CIFAR-10 test accuracies of three seeds",
  source: "Su et al., CVPR 2021, arXiv 2103.11922; xiusu/NAS-Bench-Macro, Apache-2.0",
  spaces: ["nasbench-macro"],
  metrics: [
    { name: "cifar10-test", title: "CIFAR-10 test accuracy, 50 epochs, mean over seeds", unit: "%", larger: "better" },
    { name: "cifar10-test-std", title: "its standard deviation over seeds", unit: "%", larger: "neither" },
    { name: "params", title: "parameters, 10 classes", unit: "", larger: "worse" },
    { name: "macs", title: "multiply-adds at 32×32", unit: "", larger: "worse" },
  ],
  repeated: "refused",
  *read(path): Generator<ImportedRow> {
    for (const row of readCsv(path, columns)) {
      const params = row.number("params", count) as number;
      const macs = row.number("flops", count) as number;
      const accuracies = accuraciesOf(row, path);
      yield {
        place: row.place,
        architecture: row.text("arch"),
        values: { "cifar10-test": accuracies.mean, "cifar10-test-std": accuracies.std, params, macs },
        runs: { "cifar10-test": accuracies.seeds },
        claims: [
          { of: "parameters", column: "params", value: params },
          { of: "macs", column: "flops", value: macs },
        ],
      };
    }
  },
};

/** Mean and deviation may be rounded to two digits, as the seeds are. */
const ROUNDED = 0.0051;

/** What the seeds decide is compared with them. */
function accuraciesOf(row: CsvRow, path: string): { mean: number; std: number; seeds: number[] } {
  const seeds = row.numbers("test_acc_seeds", percent);
  const found = {
    mean: row.number("test_acc_mean", percent) as number,
    std: row.number("test_acc_std", { min: 0 }) as number,
  };
  const center = mean(seeds);
  const expected = { mean: center, std: Math.sqrt(mean(seeds.map((seed) => (seed - center) ** 2))) };
  for (const statistic of ["mean", "std"] as const) {
    if (Math.abs(found[statistic] - expected[statistic]) <= ROUNDED) continue;
    const message = `found ${found[statistic]}, but that of the seeds is ${expected[statistic].toFixed(4)}`;
    throw faulty({ path, place: row.place, column: `test_acc_${statistic}`, message });
  }
  return { ...found, seeds };
}
