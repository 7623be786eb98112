/** Changes of `benchmarks/`. */
import { changesOf } from "../change.ts";

export const benchmarks = [
  ...changesOf(
    "benchmarks/table",
    ["benchmarks/table"],
    [
      ["off-by-one", "distinct.length <= 0x100 ? 1", "distinct.length <= 0x101 ? 1"],
      ["omission", "if (!checksum(file).equals(file.subarray(16, PREFIX)))", "if (false)"],
      ["off-by-one", "(width * firstRow + i)", "(firstRow + i)"],
    ],
  ),
  ...changesOf(
    "benchmarks/mean",
    ["benchmarks/mean"],
    [["omission", "if (values.every((value) => value === first)) return first;", ""]],
  ),
  ...changesOf(
    "benchmarks/sampling",
    ["benchmarks/sampling"],
    [["off-by-one", "const j = i + random.integer(size - i);", "const j = random.integer(size);"]],
  ),
  ...changesOf(
    "benchmarks/nasbench201",
    ["benchmarks/nasbench201"],
    [
      ["off-by-one", "OPERATIONS ** (EDGES - 1 - e)", "OPERATIONS ** e"],
      [
        "direction",
        '{ name: "params", title: "parameters, 10 classes", unit: "M", larger: "worse" },',
        '{ name: "params", title: "parameters, 10 classes", unit: "M", larger: "better" },',
      ],
    ],
  ),
  ...changesOf(
    "benchmarks/importers/rows",
    ["benchmarks/importers/csv", "benchmarks/importers/json"],
    [
      [
        "omission",
        "const varies = repeats.some((measured) => measured.some((value) => value !== measured[0]));",
        "const varies = true;",
      ],
    ],
  ),
  ...changesOf(
    "benchmarks/importers/nds",
    ["benchmarks/importers/json"],
    [
      ["omission", "if (best >= lowest && best <= last) return best;", "return best;"],
      ["omission", "net.aux === true ? [] : ", ""],
    ],
  ),
  ...changesOf(
    "benchmarks/importers/tfrecord",
    ["benchmarks/importers/tfrecord"],
    [["omission", "if (maskedCrc(bytes) !== body.readUInt32LE(length))", "if (false)"]],
  ),
  ...changesOf(
    "benchmarks/importers/nasbench101-metrics",
    ["benchmarks/importers/tfrecord", "benchmarks/importers/csv"],
    [["constant", 'unit: "fraction"', 'unit: "%"']],
  ),
];
