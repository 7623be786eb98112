/** Checks the numbers that configure optimizers and schedules. */
import { TorchError } from "../errors.ts";

/** Returns `value` if it is a finite number in [least, most]; throws a TorchError that names the option otherwise. */
export function requireBetween(what: string, option: string, value: number, least: number, most = Infinity): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `at least ${least}` : `between ${least} and ${most}`;
  throw new TorchError("argument", `${what}: argument '${option}' must be a number ${range}, got ${value}`, {
    operator: what,
    argument: option,
  });
}
