/** What a comparison is asked for: methods and seeds, each pair a search. */

import { ArchwrightError } from "../../errors.ts";
import { findMethod } from "../../methods/registry.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import {
  absoluteData,
  absoluteTable,
  checkDevice,
  checkSeed,
  type SearchRequest,
  shellWord,
} from "../search-request.ts";
import { tableOfSpace } from "../table-values.ts";
import { type ComparedMethod, readMethod, runFolder } from "./methods.ts";

export interface ComparisonRequest {
  /** A name that `archwright list spaces` shows. */
  readonly space: string;
  /** Names of methods, with parts of one's own as in `darts:update=implicit:selection=magnitude`. */
  readonly methods: readonly string[];
  readonly seeds: readonly number[];
  /** As `--data` takes it. */
  readonly data: string;
  /** Of every method. @default "paper" */
  readonly preset?: string;
  /** Hyperparameters that every method has. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** @default "cpu" */
  readonly device?: string;
  /** Fetch CIFAR into its directory if no batch is there. @default false */
  readonly download?: boolean;
  /** As a search takes it. */
  readonly benchmark?: string;
  /** The directory to make. @default `runs/<time>-compare-<space>` */
  readonly out?: string;
}

/** A search of a comparison. */
export interface PlannedRun {
  readonly method: string;
  readonly seed: number;
  /** Of its run directory, inside that of the comparison. */
  readonly folder: string;
}

/** Every run, seed by seed, so that a comparison which is stopped early has the methods at like numbers of seeds. */
export const plannedRuns = ({ methods, seeds }: Pick<ComparisonRequest, "methods" | "seeds">): PlannedRun[] =>
  seeds.flatMap((seed) => methods.map((method) => ({ method, seed, folder: runFolder(method, seed) })));

/**
 * Checks everything that can be checked without images, for every method. Returns the request with the space's own
 * name and absolute folders. Throws `ArchwrightError("usage")`, naming the method where it concerns one.
 */
export async function checkComparison(request: ComparisonRequest): Promise<ComparisonRequest> {
  const space = findArchitectureSpace(request.space);
  const methods = request.methods.map(readMethod);
  const folders = methods.map(({ name }) => runFolder(name, 0));
  const twice = methods.find((_, i) => folders.indexOf(folders[i] as string) !== i);
  if (methods.length === 0) throw new ArchwrightError("usage", "there are no methods to compare; give --methods a,b,c");
  if (twice !== undefined) throw new ArchwrightError("usage", `the method ${twice.name} is given twice`);
  checkSeeds(request.seeds);
  checkDevice(request.device ?? "cpu");
  for (const method of methods) await checkMethod(request, method, space);
  const { benchmark } = request;
  if (benchmark !== undefined) tableOfSpace(benchmark, space);
  const table = benchmark === undefined ? {} : { benchmark: absoluteTable(benchmark) };
  return { ...request, space: space.name, data: absoluteData(request.data), ...table };
}

function checkSeeds(seeds: readonly number[]): void {
  if (seeds.length === 0) throw new ArchwrightError("usage", "there are no seeds; give --seeds 0-3 or 0,2,5");
  for (const [i, seed] of seeds.entries()) {
    checkSeed(seed);
    if (seeds.indexOf(seed) !== i) throw new ArchwrightError("usage", `the seed ${seed} is given twice`);
  }
}

async function checkMethod(
  { preset, set }: ComparisonRequest,
  compared: ComparedMethod,
  space: ArchitectureSpace,
): Promise<void> {
  const { prepareSearch } = await import("../../assembly/prepare.ts");
  const { name, method, parts } = compared;
  try {
    prepareSearch(findMethod(method), { ...parts, ...(preset === undefined ? {} : { preset }), set: set ?? {} }, space);
  } catch (cause) {
    if (!(cause instanceof ArchwrightError)) throw cause;
    throw new ArchwrightError(cause.code, `method ${name}: ${cause.message}`, { cause, details: cause.details });
  }
}

/** The search of a run. */
export function searchRequest(request: ComparisonRequest, run: PlannedRun, out: string): SearchRequest {
  const { space, data, preset, set, device, download, benchmark } = request;
  const { method, parts } = readMethod(run.method);
  const optional = Object.entries({ preset, set, device, download, benchmark }).filter(
    ([, value]) => value !== undefined,
  );
  return { space, method, ...parts, data, seed: run.seed, out, ...Object.fromEntries(optional) };
}

/** The command line that asks for the same again. */
export function comparisonCommand({
  space,
  methods,
  seeds,
  data,
  preset,
  set = {},
  device,
  benchmark,
}: ComparisonRequest): string {
  const options = { space, methods: methods.join(","), seeds: seeds.join(","), data, preset, device, benchmark };
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)}`],
  );
  const sets = Object.entries(set).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--set ${shellWord(`${key}=${text}`)}`;
  });
  return ["archwright compare", ...given, ...sets].join(" ");
}
