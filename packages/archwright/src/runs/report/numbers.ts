/** Numbers, sizes and times as a person reads them. */
import { fromScore, type Score } from "../../statistics/score.ts";

/** A score with as many decimals as tell neighbours apart: six significant digits and never an exponent in the usual range. */
export function formatScore(score: Score): string {
  const value = fromScore(score);
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(4).replace("-", "−");
  const decimals = Math.min(6, Math.max(2, 6 - Math.floor(Math.log10(Math.max(size, 1))) - 1));
  return value.toFixed(decimals).replace("-", "−");
}

/** `1,073,466` */
export const formatCount = (count: number): string => count.toLocaleString("en-US");

/** `1.07 M`, `153 M`, `312`: three significant digits, whole numbers below a thousand. */
export function formatLarge(count: number): string {
  for (const [unit, size] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const) {
    if (count >= size) return `${(count / size).toPrecision(3)} ${unit}`;
  }
  return String(Math.round(count));
}

/** `16 GiB` */
export const formatBytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 33 ? 1 : 0)} GiB`;

/** `2 h 5 min`, `3 min 12 s`, `4.2 s` */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
