/** Points of a latent space as CSV: a column for each dimension, and the architecture where one is known. */
import { readCsv } from "../../benchmarks/importers/csv.ts";
import { readRecords } from "../../benchmarks/importers/csv-records.ts";
import { ArchwrightError } from "../../errors.ts";
import { csvLine } from "../csv.ts";

export interface LatentPoint {
  /** The space's text form. */
  readonly architecture?: string;
  readonly point: readonly number[];
}

const columnsOf = (dimensions: number): string[] => Array.from({ length: dimensions }, (_, d) => `z${d}`);

export function pointsCsv(points: readonly Required<LatentPoint>[]): string {
  const dimensions = points[0]?.point.length ?? 0;
  const lines = points.map(({ architecture, point }) => csvLine([architecture, ...point]));
  return `${[["architecture", ...columnsOf(dimensions)].join(","), ...lines].join("\n")}\n`;
}

/**
 * The points of a file with the columns z0, z1, ... and possibly `architecture`. Throws `ArchwrightError("benchmark")` with line
 * and column for what is no number, and `("usage")` for no points, or ones of another number of dimensions.
 */
export function readPoints(path: string, dimensions: number): LatentPoint[] {
  const named = readRecords(path).names.includes("architecture");
  const columns = [...(named ? ["architecture"] : []), ...columnsOf(dimensions)].map((name) => ({ name }));
  const points: LatentPoint[] = [];
  for (const row of readCsv(path, columns)) {
    const point = columnsOf(dimensions).map((name) => row.number(name) as number);
    points.push({ point, ...(named ? { architecture: row.text("architecture") } : {}) });
  }
  if (points.length === 0) throw new ArchwrightError("usage", `${path} holds no points`);
  return points;
}

/** `0.1,-2,...`. Throws `ArchwrightError("usage")`. */
export function parsePoint(text: string, dimensions: number): number[] {
  const words = text.split(",").map((word) => word.trim());
  const wrong = words.find((word) => word === "" || !Number.isFinite(Number(word)));
  if (wrong !== undefined) {
    throw new ArchwrightError("usage", `--point takes numbers separated by commas, not ${JSON.stringify(wrong)}`);
  }
  if (words.length !== dimensions) {
    throw new ArchwrightError(
      "usage",
      `--point has ${words.length} numbers; the latent space has ${dimensions} dimensions`,
    );
  }
  return words.map(Number);
}
