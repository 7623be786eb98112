/** What a search is asked for, from the command line or a program. */
import { resolve } from "node:path";
import type { MethodRequest } from "../assembly/request.ts";
import { ArchwrightError } from "../errors.ts";

export interface SearchRequest extends MethodRequest {
  /** A name that `archwright list spaces` shows. */
  readonly space: string;
  /** As `--data` takes it: `demo`, `cifar10:DIR`, `folder:DIR`, `noise`, ... */
  readonly data: string;
  /** Everything random follows from it: a whole number from 0. @default 0 */
  readonly seed?: number;
  /** `cpu`, `cuda` or `cuda:N`. @default "cpu" */
  readonly device?: string;
  /** Fetch CIFAR into its directory if no batch is there. @default false */
  readonly download?: boolean;
  /**
   * Name or file of a table whose values of the answer are to be shown. @default the space's own, but none for images of
   * the user's own (`folder`, IDX files that are no known set)
   */
  readonly benchmark?: string;
  /** The run directory to make. @default `runs/<time>-<space>-<method>-<seed>` */
  readonly out?: string;
}

/** Throws `ArchwrightError("usage")` unless it can seed a search. */
export function checkSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ArchwrightError(
    "usage",
    `the seed must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not ${seed}`,
  );
}

/** Throws `ArchwrightError("usage")` unless it has the form of a device. */
export function checkDevice(device: string): string {
  if (/^(cpu|cuda(:\d{1,4})?)$/.test(device)) return device;
  throw new ArchwrightError("usage", `unknown device "${device}"; use cpu, cuda or cuda:N`);
}

/** The text that `--data` takes with its folder made absolute, so that a run can be resumed from anywhere. */
export const absoluteData = (data: string): string =>
  data.replace(/^(\w+):(.+)$/, (text, kind, rest) => (kind === "noise" ? text : `${kind}:${resolve(rest)}`));

/** The path of a table's file made absolute, for the same reason; names stay as they are. */
export const absoluteTable = (table: string): string => (/[\\/.]/.test(table) ? resolve(table) : table);

/** The command line that asks for the same again. */
export function commandLine(request: SearchRequest): string {
  const { space, method, relaxation, update, selection, preset, set = {}, data, seed = 0, device = "cpu" } = request;
  const limits = {
    "max-params": request.maxParams ?? undefined,
    "max-macs": request.maxMacs ?? undefined,
    "max-latency": request.maxLatency ?? undefined,
  };
  const { benchmark } = request;
  const options = { space, method, relaxation, update, selection, preset, data, ...limits, seed, device, benchmark };
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(String(value))}`],
  );
  const sets = Object.entries(set).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--set ${shellWord(`${key}=${text}`)}`;
  });
  return ["archwright search", ...given, ...sets].join(" ");
}

/** Quoted for a POSIX shell where it has to be. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
