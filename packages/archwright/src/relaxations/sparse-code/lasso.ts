/** LASSO by its homotopy: exact, along the path of solutions that is piecewise linear in λ (Osborne et al. 2000, LARS-lasso). */
import { ArchwrightError } from "../../errors.ts";

/** A matrix as its columns. */
export type Columns = readonly (readonly number[])[];

/** Where the active entries change. */
interface Change {
  readonly lambda: number;
  readonly entry: number;
  /** The sign of the entry that joins; 0 for one that leaves. */
  readonly sign: -1 | 0 | 1;
}

/**
 * argmin_z ½‖Az − b‖² + λ‖z‖₁.
 *
 * Starts where the solution is zero, λ = max|Aᵀb|, and lowers λ from one change of the active entries to the next. Between two
 * changes z_S = (A_SᵀA_S)⁻¹(A_Sᵀb − λσ) with the signs σ of the active entries. No more entries are active than A has rows.
 *
 * @param a the columns of A, all of one length
 * @param lambda above 0
 * @throws ArchwrightError("training") where columns that would be active depend on each other, or numbers are not finite
 */
export function lasso(a: Columns, b: readonly number[], lambda: number): number[] {
  const correlations = a.map((column) => dot(column, b));
  const active: number[] = [];
  const signs: number[] = [];
  let level = Number.POSITIVE_INFINITY;
  // A path changes its active entries a few times for each of them; the bound only keeps a broken input from running for ever.
  for (let changes = 0; changes <= 100 * (a.length + 1); changes++) {
    const segment = new Segment(a, b, active, signs, correlations);
    const next = segment.next(level);
    if (next === undefined || next.lambda <= lambda) return segment.solution(lambda);
    if (next.sign === 0) {
      const at = active.indexOf(next.entry);
      active.splice(at, 1);
      signs.splice(at, 1);
    } else {
      active.push(next.entry);
      signs.push(next.sign);
    }
    level = next.lambda;
  }
  throw unsolvable();
}

/** A stretch of the path on which the same entries are active: z_S = u − λv. */
class Segment {
  readonly #length: number;
  readonly #active: readonly number[];
  readonly #signs: readonly number[];
  readonly #u: readonly number[];
  readonly #v: readonly number[];
  /** Correlations of the columns with the residual: p + λq. */
  readonly #p: readonly number[];
  readonly #q: readonly number[];

  constructor(
    a: Columns,
    b: readonly number[],
    active: readonly number[],
    signs: readonly number[],
    correlations: readonly number[],
  ) {
    const columns = active.map((j) => a[j] as readonly number[]);
    const gram = columns.map((one) => columns.map((other) => dot(one, other)));
    const target = active.map((j) => correlations[j] as number);
    [this.#u, this.#v] = solve(gram, [target, signs]) as [number[], number[]];
    const [fitted, slope] = [this.#u, this.#v].map((z) => combination(columns, z, b.length)) as [number[], number[]];
    this.#length = a.length;
    this.#active = active;
    this.#signs = signs;
    this.#p = a.map((column, j) => (correlations[j] as number) - dot(column, fitted));
    this.#q = a.map((column) => dot(column, slope));
  }

  /** The first change as λ falls from `level`. Only what moves towards its bound can reach it: not what has just changed. */
  next(level: number): Change | undefined {
    const changes: Change[] = [];
    for (const [i, entry] of this.#active.entries()) {
      const [u, v, sign] = [this.#u[i] as number, this.#v[i] as number, this.#signs[i] as number];
      if (sign * v < 0) changes.push({ lambda: u / v, entry, sign: 0 });
    }
    for (let entry = 0; entry < this.#length; entry++) {
      if (this.#active.includes(entry)) continue;
      const [p, q] = [this.#p[entry] as number, this.#q[entry] as number];
      if (q < 1) changes.push({ lambda: p / (1 - q), entry, sign: 1 });
      if (q > -1) changes.push({ lambda: -p / (1 + q), entry, sign: -1 });
    }
    let first: Change | undefined;
    for (const change of changes) {
      if (change.lambda > (first?.lambda ?? 0)) first = change;
    }
    // Of several changes at one λ, rounding may put the later ones above it.
    return first === undefined ? undefined : { ...first, lambda: Math.min(first.lambda, level) };
  }

  solution(lambda: number): number[] {
    const z = new Array<number>(this.#length).fill(0);
    for (const [i, entry] of this.#active.entries()) {
      z[entry] = (this.#u[i] as number) - lambda * (this.#v[i] as number);
    }
    return z;
  }
}

/** Solves a symmetric positive definite system for several right-hand sides, by Cholesky's factors. */
function solve(matrix: readonly (readonly number[])[], targets: readonly (readonly number[])[]): number[][] {
  const factor: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const own: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j === i ? own : (factor[j] as number[]);
      const rest = (row[j] as number) - dot(own.slice(0, j), other.slice(0, j));
      if (j < i) own.push(rest / (other[j] as number));
      else if (rest > 1e-13 * (row[i] as number)) own.push(Math.sqrt(rest));
      else throw unsolvable();
    }
    factor.push(own);
  }
  return targets.map((target) => {
    const forward: number[] = [];
    for (const [i, row] of factor.entries()) {
      forward.push(((target[i] as number) - dot(row.slice(0, i), forward)) / (row[i] as number));
    }
    const back = forward.slice();
    for (let i = back.length - 1; i >= 0; i--) {
      for (let j = i + 1; j < back.length; j++) {
        back[i] = (back[i] as number) - (factor[j]?.[i] as number) * (back[j] as number);
      }
      back[i] = (back[i] as number) / (factor[i]?.[i] as number);
    }
    return back;
  });
}

function combination(columns: Columns, weights: readonly number[], length: number): number[] {
  const sum = new Array<number>(length).fill(0);
  for (const [i, column] of columns.entries()) {
    for (const [r, value] of column.entries()) sum[r] = (sum[r] as number) + value * (weights[i] as number);
  }
  return sum;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

const unsolvable = (): ArchwrightError =>
  new ArchwrightError(
    "training",
    "the sparse code of a node could not be recovered: columns of its sensing matrix depend on each other, or the code is not finite; choose another --seed",
  );
