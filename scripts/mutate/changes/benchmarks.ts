/** Changes of `benchmarks/`. */
import { changesOf } from "../change.ts";

export const benchmarks = [
  ...changesOf(
    "benchmarks/table",
    ["benchmarks/table"],
    [
      ["off-by-one", "distinct.length <= 0x100 ? 1", "distinct.length <= 0x101 ? 1"],
      ["off-by-one", "distinct.length <= 0x10000 ? 2 : 4", "distinct.length <= 0x10001 ? 2 : 4"],
      ["omission", "if (!checksum(file).equals(file.subarray(16, PREFIX)))", "if (false)"],
      ["off-by-one", "(width * firstRow + i)", "(firstRow + i)"],
    ],
  ),
  ...changesOf(
    "benchmarks/mean",
    ["benchmarks/importers/csv", "benchmarks/importers/plain-csv"],
    [
      ["omission", "if (values.every((value) => value === first)) return first;", ""],
      ["off-by-one", "/ values.length;", "/ (values.length - 1);"],
    ],
  ),
  ...changesOf(
    "benchmarks/sampling",
    ["benchmarks/sampling"],
    [
      ["off-by-one", "const j = i + random.integer(size - i);", "const j = random.integer(size);"],
      ["off-by-one", "count > size", "count >= size"],
    ],
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
      ["off-by-one", "index >= 0 && index < SIZE", "index >= 0 && index <= SIZE"],
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
      ["omission", ".filter((value) => !Number.isNaN(value)));", ");"],
    ],
  ),
  ...changesOf(
    "benchmarks/importers/nds",
    ["benchmarks/importers/json"],
    [
      ["omission", "if (best >= lowest && best <= last) return best;", "return best;"],
      ["order", "const last = asNumber(errors.at(-1),", "const last = asNumber(errors.at(0),"],
      ["omission", "net.aux === true ? [] : ", ""],
    ],
  ),
  ...changesOf(
    "benchmarks/importers/tfrecord",
    ["benchmarks/importers/tfrecord"],
    [
      ["constant", "0xa282ead8", "0xa282ead9"],
      ["omission", "if (maskedCrc(bytes) !== body.readUInt32LE(length))", "if (false)"],
    ],
  ),
  ...changesOf(
    "benchmarks/importers/nasbench101-metrics",
    ["benchmarks/importers/tfrecord", "benchmarks/importers/csv"],
    [
      ["constant", "[4, 12, 36, 108]", "[4, 12, 36, 109]"],
      ["constant", 'unit: "fraction"', 'unit: "%"'],
    ],
  ),
];
