/** What a discrete proxy search is asked for, and whether it can be done. */
import { existsSync } from "node:fs";
import { z } from "zod";
import type { Benchmark } from "../../benchmarks/benchmark.ts";
import { importTable } from "../../benchmarks/importers/build.ts";
import { findTableFormat } from "../../benchmarks/importers/registry.ts";
import { openBenchmark } from "../../benchmarks/registry.ts";
import { sampleIndices } from "../../benchmarks/sampling.ts";
import { openTable } from "../../benchmarks/tables/read.ts";
import { ArchwrightError, unknownName } from "../../errors.ts";
import { Random } from "../../random.ts";
import { type ArchitectureSpace, networkSpace } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { replaceFile } from "../files.ts";
import { absoluteData, absoluteTable, checkDevice, checkSeed, shellWord } from "../search-request.ts";

const count = z.int().nonnegative();

export const dpsRequest = z.object({
  /** A name that `archwright list spaces` shows. */
  space: z.string(),
  /** A benchmark table by name or path, or a CSV with a column of architectures and one of results. */
  table: z.string(),
  /** The table's metric, or the CSV's column. */
  metric: z.string(),
  /** As `--data` takes it. */
  data: z.string(),
  /** Architectures that configurations are chosen by. @default 20 */
  architectures: count.exactOptional(),
  /** Further ones, which only the report looks at. @default as many again, or what is left of the table */
  others: count.exactOptional(),
  /** Configurations that are tried. @default 200 */
  evaluations: count.exactOptional(),
  /** @default 40 */
  population: count.exactOptional(),
  /** @default 10 */
  tournament: count.exactOptional(),
  /** As `archwright score` takes it. @default "evaluation" */
  network: z.string().exactOptional(),
  /** @default 0 */
  seed: count.exactOptional(),
  device: z.string().exactOptional(),
  workers: count.exactOptional(),
  download: z.boolean().exactOptional(),
});

export type DpsRequest = Readonly<z.infer<typeof dpsRequest>>;

export interface Measured {
  readonly architecture: string;
  /** Turned so that larger is better. */
  readonly result: number;
}

/** A request whose parts have been found and checked. */
export interface CheckedDps {
  readonly request: DpsRequest &
    Required<Pick<DpsRequest, "evaluations" | "population" | "tournament" | "seed" | "network" | "device">>;
  readonly space: ArchitectureSpace;
  readonly chosen: readonly Measured[];
  readonly others: readonly Measured[];
}

const FEWEST = 3;

/**
 * Draws the architectures. - `scratch`: where a CSV is kept as a table. Throws `ArchwrightError("usage")` for a wrong request, a
 * missing metric, too few architectures, or results that are all the same; `("benchmark")` for the first bad line of a CSV.
 */
export function checkDps(asked: DpsRequest, scratch: string): CheckedDps {
  const { network = "evaluation", evaluations = 200, population = 40, tournament = 10 } = asked;
  const space = networkSpace(findArchitectureSpace(asked.space), network);
  between("architectures", asked.architectures ?? 20, FEWEST, 10_000);
  between("evaluations", evaluations, 1, 100_000);
  between("population", population, 1, 100_000);
  between("tournament", tournament, 1, population);
  if (asked.workers !== undefined) between("workers", asked.workers, 1, 256);
  const seed = checkSeed(asked.seed ?? 0);
  const all = measuredIn(asked, space, scratch, seed);
  const wanted = asked.architectures ?? 20;
  if (all.length < wanted) {
    throw new ArchwrightError(
      "usage",
      `${asked.table} has ${asked.metric} of ${all.length} architectures, and --architectures asks for ${wanted}; ask for fewer`,
    );
  }
  const chosen = all.slice(0, wanted);
  if (chosen.every(({ result }) => result === chosen[0]?.result)) {
    throw new ArchwrightError(
      "usage",
      `${asked.metric} is ${chosen[0]?.result} for all ${wanted} architectures: there is no order to reproduce`,
    );
  }
  const request = {
    ...asked,
    space: space.name,
    table: absoluteTable(asked.table),
    data: absoluteData(asked.data),
    ...{ evaluations, population, tournament, seed, network },
    device: checkDevice(asked.device ?? "cpu"),
  };
  return { request, space, chosen, others: all.slice(wanted, wanted + (asked.others ?? wanted)) };
}

function between(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArchwrightError("usage", `--${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

/** All architectures that have the metric, in the seed's order. */
function measuredIn(
  { table: path, metric }: DpsRequest,
  space: ArchitectureSpace,
  scratch: string,
  seed: number,
): Measured[] {
  const table = openedTable(path, space, scratch);
  if (table.space !== space.name) {
    throw new ArchwrightError("usage", `${path} is a table of ${table.space}, not of ${space.name}`);
  }
  const known = table.metrics.filter(({ larger }) => larger !== "neither");
  const found = known.find(({ name }) => name === asColumn(metric));
  if (found === undefined) {
    throw unknownName(
      `metric of ${path}`,
      metric,
      known.map(({ name }) => name),
    );
  }
  const sign = found.larger === "worse" ? -1 : 1;
  const column = table.column(found.name);
  const order = sampleIndices(table, table.size, Random.stream(seed, `dps/architectures/${table.name}`));
  return order.flatMap((index) => {
    const value = column[index] as number;
    return Number.isFinite(value) ? [{ architecture: table.architecture(index), result: sign * value }] : [];
  });
}

/** As columns of a CSV are called in a table. */
const asColumn = (name: string): string => name.trim().toLowerCase().replaceAll("_", "-");

function openedTable(path: string, space: ArchitectureSpace, scratch: string): Benchmark {
  if (!/\.csv(\.gz)?$/i.test(path)) return openBenchmark(path);
  if (!existsSync(path)) throw new ArchwrightError("usage", `--table: there is no file ${path}`);
  const { bytes } = importTable({ format: findTableFormat("csv"), path, space: space.name });
  replaceFile(scratch, bytes);
  return openTable(scratch);
}

/** The command line that asks for the same again. */
export function dpsCommand(request: DpsRequest): string {
  const { download: _, ...options } = request;
  const given = Object.entries(options).map(([name, value]) => `--${name} ${shellWord(String(value))}`);
  return ["archwright dps", ...given].join(" ");
}
