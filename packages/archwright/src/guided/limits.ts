/** What a network may cost, and what is said where none costs so little. */
import { ArchwrightError } from "../errors.ts";
import { type ImageTask, taskText } from "../spaces/architecture-space.ts";

/** What a network may cost at most; null or absent: no limit. Only proxy-guided methods keep limits. */
export interface Limits {
  /** Parameters of the network that is trained. */
  readonly maxParams?: number | null;
  /** Its multiply-adds for one image. */
  readonly maxMacs?: number | null;
  /** Milliseconds of its forward pass with one image, measured on this machine. */
  readonly maxLatency?: number | null;
}

/** The options of the command line that set the limits. */
export const limitOptions = {
  maxParams: "--max-params",
  maxMacs: "--max-macs",
  maxLatency: "--max-latency",
} as const satisfies Record<keyof Limits, string>;

/** Costs of an architecture; its latency where that was measured. */
export interface Costs {
  readonly parameters: number;
  readonly macs: number;
  readonly latency?: number;
}

/** The least of each cost among the architectures that were looked at; null where there is none. */
export interface LeastCosts {
  readonly parameters: number | null;
  readonly macs: number | null;
  readonly latency: number | null;
}

export const nothingSeen: LeastCosts = { parameters: null, macs: null, latency: null };

export function leastOf(least: LeastCosts, { parameters, macs, latency }: Costs): LeastCosts {
  return {
    parameters: Math.min(least.parameters ?? parameters, parameters),
    macs: Math.min(least.macs ?? macs, macs),
    latency: latency === undefined ? least.latency : Math.min(least.latency ?? latency, latency),
  };
}

/** Whether the costs that are known are within the limits. */
export const within = ({ maxParams, maxMacs, maxLatency }: Limits, { parameters, macs, latency }: Costs): boolean =>
  parameters <= (maxParams ?? Number.POSITIVE_INFINITY) &&
  macs <= (maxMacs ?? Number.POSITIVE_INFINITY) &&
  (latency ?? 0) <= (maxLatency ?? Number.POSITIVE_INFINITY);

/** No architecture was found that keeps the limits. `task`: what costs were counted for. */
export function nothingWithin(
  space: string,
  task: ImageTask,
  { limits, least, tries }: { readonly limits: Limits; readonly least: LeastCosts; readonly tries: number },
): ArchwrightError {
  const { maxParams, maxMacs, maxLatency } = limits;
  const parts = [
    [maxParams, "--max-params", counted(maxParams), least.parameters, "parameters", counted(least.parameters)],
    [maxMacs, "--max-macs", counted(maxMacs), least.macs, "multiply-adds", counted(least.macs)],
    [maxLatency, "--max-latency", `${maxLatency}`, least.latency, "ms", least.latency?.toFixed(2)],
  ] as const;
  const given = parts.filter(([limit]) => limit !== null && limit !== undefined);
  const asked = given.map(([, option, limit]) => `${option} ${limit}`).join(", ");
  const seen = given.flatMap(([, , , value, unit, text]) => (value === null ? [] : [`${text} ${unit}`])).join(", ");
  return new ArchwrightError(
    "usage",
    `no architecture of ${space} within ${asked} was found among ${counted(tries)}; the least seen, for ${taskText(task)}: ${seen}; raise the limits`,
    { details: { space, task, limits, least, tries } },
  );
}

const counted = (value: number | null | undefined): string => (value ?? 0).toLocaleString("en-US");
