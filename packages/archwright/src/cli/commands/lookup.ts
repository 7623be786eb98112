/** `archwright lookup` */
import { openBenchmark } from "../../benchmarks/registry.ts";
import { architectureOption, architectureText } from "../architecture-text.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { print, printJson } from "../output.ts";
import { describeRecord } from "../text.ts";

export const lookup: Command = {
  options: [
    { name: "benchmark", value: "B", required: true, about: "table (`archwright list benchmarks`), or a file" },
    architectureOption,
  ],
  run: async (given) => {
    const benchmark = openBenchmark(given.required("benchmark"));
    const record = benchmark.lookup(architectureText(given.required("arch")));
    if (given.has("json")) printJson({ benchmark: benchmark.name, ...record });
    else
      print(
        [`${record.architecture}  (index ${record.index})`, ...describeRecord(record, benchmark.metrics)].join("\n"),
      );
    return exitStatus.done;
  },
};
