/** `archwright doctor` */
import type { Command } from "../command.ts";
import { type Diagnosis, diagnose } from "../doctor/diagnosis.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { print, printJson } from "../output.ts";

export const doctor: Command = {
  options: [],
  notes: ["Exit status 1 where libtorch cannot be used."],
  run: async (given) => {
    const diagnosis = await diagnose();
    if (given.has("json")) printJson(diagnosis);
    else print(describe(diagnosis));
    return diagnosis.ok ? exitStatus.done : exitStatus.failed;
  },
};

function describe(diagnosis: Diagnosis): string {
  const { libtorch, considered, loaded, problems, blas } = diagnosis;
  const found = libtorch === null ? "none built for" : `${libtorch.version} in ${libtorch.lib} (${libtorch.source})`;
  const rows: [string, string][] = [
    ["archwright", diagnosis.archwright],
    ["Node", diagnosis.node],
    ["processor", `${diagnosis.processor}, ${diagnosis.cores} ${diagnosis.cores === 1 ? "core" : "cores"}`],
    ["libtorch", found],
    ["addon", diagnosis.addon ?? "not built"],
    ...(diagnosis.compiler === null ? [] : ([["compiler", diagnosis.compiler]] as [string, string][])),
    ["BLAS", blas === null ? "unknown" : `${blas.name}${blas.fast ? "" : " (slow)"}`],
    ...(loaded === null ? [] : loadedRows(loaded)),
  ];
  return [
    ...columns(rows),
    "",
    "Places looked at for libtorch, the first found is used:",
    ...columns(considered.map(({ source, found, reason }) => [source, `${found ? "found" : "no"}: ${reason}`])),
    "",
    ...(problems.length === 0
      ? ["Nothing is missing."]
      : problems.flatMap(({ problem, remedy }) => [`Problem: ${problem}`, `  put it right with: ${remedy}`])),
  ].join("\n");
}

const loadedRows = (loaded: NonNullable<Diagnosis["loaded"]>): [string, string][] => [
  ["threads", String(loaded.threads)],
  ["devices", ["cpu", ...Array.from({ length: loaded.cudaDevices }, (_, i) => `cuda:${i}`)].join(", ")],
  ["allocator", loaded.allocator],
];
