/** Bilevel problems from formulas, in double precision, and how their tensors are read and compared. */
import { type Tensor, tensor } from "@archwright/torch";
import type { Bilevel, Objective, TrainObjective } from "../../src/training/supernets/bilevel-problem.ts";

export const constant = (values: readonly number[], shape?: readonly number[]): Tensor =>
  tensor(Float64Array.from(values), shape);

/** A tensor of doubles that gradients are taken in. */
export function leaf(values: readonly number[], shape?: readonly number[]): Tensor {
  const made = constant(values, shape);
  made.requiresGrad = true;
  return made;
}

/** All values of a list of tensors, one after the other; null counts as none. */
export const numbers = (tensors: readonly (Tensor | null)[]): number[] => tensors.flatMap((t) => t?.toArray() ?? []);

/** The very bits of a list of tensors. */
export const bits = (tensors: Iterable<Tensor>): string =>
  Array.from(tensors, (t) => Buffer.from(t.toTypedArray().buffer as ArrayBuffer).toString("base64")).join(" ");

export const objective = (value: Tensor): Objective => ({ value, accuracy: Number.NaN });

export interface Toy<Batch> {
  readonly weights: readonly Tensor[];
  readonly alpha: readonly Tensor[];
  readonly train: (batch: Batch) => Tensor;
  readonly valid: (batch: Batch) => Tensor;
}

/** A bilevel problem from two losses. It has no running statistics. */
export function toy<Batch>({ weights, alpha, train, valid }: Toy<Batch>): Bilevel<Batch> {
  return {
    weights,
    alpha,
    trainLoss: (batch) => objective(train(batch)),
    validLoss: (batch) => objective(valid(batch)),
    keepingStatistics: (body) => body(),
  };
}

/** For problems that need no batches. */
export const NO_BATCHES = { train: undefined, valid: undefined };

export interface CellsToy {
  readonly weights: readonly Tensor[];
  readonly cells: readonly number[];
  /** @default all cells */
  readonly aligned?: readonly number[];
  /** The loss as a function of every cell's own probabilities. */
  readonly loss: (probabilities: readonly Tensor[]) => Tensor;
}

/** A training objective in the probabilities from a loss of cells. */
export function cellsToy({ weights, cells, aligned = cells.map((_, l) => l), loss }: CellsToy): TrainObjective {
  const lossOfCells = (probabilities: readonly Tensor[]): Objective => objective(loss(probabilities));
  return {
    weights,
    cells,
    aligned,
    loss: (probabilities) => lossOfCells(cells.map((kind) => probabilities[kind] as Tensor)),
    lossOfCells,
  };
}

/** Largest difference between two lists of equal length. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} numbers and ${b.length}`);
  return a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] as number))), 0);
}

export const norm = (values: readonly number[]): number => Math.hypot(...values);

/** Mean and standard error of independent draws. */
export function estimate(draws: readonly number[]): { mean: number; error: number } {
  const mean = draws.reduce((total, x) => total + x, 0) / draws.length;
  const variance = draws.reduce((total, x) => total + (x - mean) ** 2, 0) / (draws.length - 1);
  return { mean, error: Math.sqrt(variance / draws.length) };
}

/** (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h for every i: the gradient up to O(h²). */
export function centralDifference(f: (x: readonly number[]) => number, x: readonly number[], h: number): number[] {
  const moved = (i: number, by: number): number[] => x.map((value, j) => (i === j ? value + by : value));
  return x.map((_, i) => (f(moved(i, h)) - f(moved(i, -h))) / (2 * h));
}
