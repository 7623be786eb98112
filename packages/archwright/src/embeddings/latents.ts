/** Where the graphs of a set lie in the latent space. */
import { scope, type Tensor, tensor } from "@archwright/torch";
import type { Autoencoder } from "./autoencoder.ts";
import type { LabelledGraph } from "./graphs/labelled-graph.ts";

/** Graphs that are encoded at a time. */
const CHUNK = 512;

/** Means by graph; rows of `latent` numbers. */
export function encodedPoints(model: Autoencoder, graphs: readonly LabelledGraph[]): number[][] {
  const points: number[][] = [];
  for (let first = 0; first < graphs.length; first += CHUNK) {
    const some = graphs.slice(first, first + CHUNK);
    points.push(...scope(() => matrixRows(model.encode(some))));
  }
  return points;
}

/** Points as [points, latent]. */
export const pointTensor = (points: readonly (readonly number[])[]): Tensor =>
  tensor(Float32Array.from(points.flat()), [points.length, points[0]?.length ?? 0]);

/** The rows of a matrix as numbers. */
export function matrixRows(matrix: Tensor): number[][] {
  const [count = 0, width = 0] = matrix.shape;
  const values = matrix.toArray();
  return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
}

export interface LatentStatistics {
  readonly mean: readonly number[];
  /** Standard deviation, divided by n. */
  readonly deviation: readonly number[];
  readonly least: readonly number[];
  readonly most: readonly number[];
}

/** By dimension. */
export function latentStatistics(points: readonly (readonly number[])[]): LatentStatistics {
  const dimensions = points[0]?.length ?? 0;
  const columns = Array.from({ length: dimensions }, (_, d) => points.map((point) => point[d] as number));
  const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = columns.map(average);
  return {
    mean,
    deviation: columns.map((column, d) =>
      Math.sqrt(average(column.map((value) => (value - (mean[d] as number)) ** 2))),
    ),
    least: columns.map((column) => column.reduce((least, value) => Math.min(least, value))),
    most: columns.map((column) => column.reduce((most, value) => Math.max(most, value))),
  };
}
