/** The scored architectures that a benchmark table holds. */
import type { Benchmark } from "../../benchmarks/benchmark.ts";
import { ArchwrightError } from "../../errors.ts";
import {
  type ArchitectureSpace,
  architectureCost,
  backboneCost,
  networkSpace,
} from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { mostBackboneMacs } from "../../spaces/most-macs.ts";
import { distinctRows } from "./repeats.ts";
import type { ScoredArchitecture, ScoreTable } from "./score-table.ts";

export interface Candidate {
  /** Row of the table of scores, from 0. */
  readonly row: number;
  /** Index in the benchmark table. */
  readonly index: number;
  readonly architecture: string;
}

export interface Candidates {
  /** With networks of the size that was scored. */
  readonly space: ArchitectureSpace;
  readonly rows: readonly Candidate[];
  /** Scored architectures that the table does not hold. */
  readonly notInTable: number;
  /** Positions of those that have a value of a metric, and the values, as the table has them. */
  measured(metric: string): { readonly present: readonly number[]; readonly values: readonly number[] };
  /** Parameters and multiply-adds of the scored networks, in the order of the rows. */
  costs(): { readonly parameters: readonly number[]; readonly macs: readonly number[] };
  /** Multiply-adds of their backbones, as parts of the most that backbones of the space have. */
  macsShares(): readonly number[];
}

/**
 * Throws `ArchwrightError("usage")` if the scores are of another space, `("architecture")` for a line whose architecture is
 * outside the space, `("benchmark")` if the table holds none of them or an architecture has two different scores.
 */
export function candidatesOf(table: ScoreTable, benchmark: Benchmark): Candidates {
  const { space: scored = benchmark.space, network = "evaluation", imageSize } = table.scoring?.request ?? {};
  if (scored !== benchmark.space) {
    const message = `${table.path} has scores of ${scored}, ${benchmark.name} results of ${benchmark.space}; give a table of the same space`;
    throw new ArchwrightError("usage", message);
  }
  const space = networkSpace(findArchitectureSpace(scored), network);
  const rows = distinctRows(table, space);
  const found = rows.flatMap((row): Candidate[] => {
    const { architecture, place } = table.rows[row] as ScoredArchitecture;
    const index = indexOf(benchmark, architecture, `${table.path}, ${place}`);
    return index === undefined ? [] : [{ row, index, architecture }];
  });
  const options: { readonly imageSize?: number; readonly classes?: number } = {
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(table.scoring === undefined ? {} : { classes: table.scoring.dataset.classes }),
  };
  if (found.length === 0) {
    const message = `${benchmark.name} holds none of the ${rows.length} architectures of ${table.path}`;
    throw new ArchwrightError("benchmark", message);
  }
  return {
    space,
    rows: found,
    notInTable: rows.length - found.length,
    measured: (metric) => {
      const column = benchmark.column(metric);
      const all = found.map(({ index }) => column[index] as number);
      const present = all.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
      return { present, values: present.map((i) => all[i] as number) };
    },
    costs: () => {
      const all = found.map(({ architecture }) => architectureCost(space, space.parse(architecture), options));
      return { parameters: all.map(({ parameters }) => parameters), macs: all.map(({ macs }) => macs) };
    },
    macsShares: () => {
      const { classes = space.defaults.classes } = options;
      const most = mostBackboneMacs(space, classes);
      return found.map(({ architecture }) => backboneCost(space, space.parse(architecture), classes).macs / most);
    },
  };
}

function indexOf(
  benchmark: Benchmark,
  architecture: ScoredArchitecture["architecture"],
  place: string,
): number | undefined {
  try {
    return benchmark.indexOf(architecture);
  } catch (cause) {
    if (!(cause instanceof ArchwrightError) || cause.code !== "architecture") throw cause;
    throw new ArchwrightError("architecture", `${place}: ${cause.message}`, { cause, details: cause.details });
  }
}
