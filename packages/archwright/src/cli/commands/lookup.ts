/** `archwright lookup` */
import type { Benchmark, BenchmarkRecord } from "../../benchmarks/benchmark.ts";
import { openBenchmark } from "../../benchmarks/registry.ts";
import { ArchwrightError } from "../../errors.ts";
import { architectureOption, architectureText } from "../architecture-text.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { type Given, wholeNumber } from "../options.ts";
import { print, printJson } from "../output.ts";
import { describeRecord } from "../text.ts";

export const lookup: Command = {
  options: [
    { name: "benchmark", value: "B", required: true, about: "table (`archwright list benchmarks`), or a file" },
    { ...architectureOption, required: "index" },
    {
      name: "index",
      value: "N",
      about: "in place of --arch: an index of the table, as lookup prints it",
    },
  ],
  notes: ["Where architectures are no numbers, --arch takes an index, too."],
  run: async (given) => {
    const benchmark = openBenchmark(given.required("benchmark"));
    const record = recordOf(benchmark, given);
    if (given.has("json")) printJson({ benchmark: benchmark.name, ...record });
    else
      print(
        [`${record.architecture}  (index ${record.index})`, ...describeRecord(record, benchmark.metrics)].join("\n"),
      );
    return exitStatus.done;
  },
};

function recordOf(benchmark: Benchmark, given: Given): BenchmarkRecord {
  const index = wholeNumber(given, "index");
  if (index !== undefined && given.has("arch")) {
    throw new ArchwrightError("usage", "--arch and --index say the same; give one of them");
  }
  if (index !== undefined) return benchmark.record(index);
  const text = architectureText(given.required("arch"));
  const isIndex = /^\d+$/.test(text.trim()) && !numberTexts.includes(benchmark.space);
  return isIndex ? benchmark.record(Number(text)) : benchmark.lookup(text);
}

/** Spaces whose architectures can be written as a number, which then is no index. */
const numberTexts: readonly string[] = ["nasbench-macro", "transnasbench101-macro"];
