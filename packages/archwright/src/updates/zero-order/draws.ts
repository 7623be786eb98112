/** Moves of α as lists of tensors of its shapes: normal ones, and points of a ball. */
import { type Generator, mulScalar, noGrad, rand, randn, scope, to } from "@archwright/torch";
import { norm, times, type Vector } from "../../training/vectors.ts";

/** ε ~ N(0, deviation²·I). */
export const normalMove = (like: Vector, deviation: number, random: Generator): Vector =>
  noGrad(() =>
    like.map(({ shape, dtype, device }) =>
      to(mulScalar(randn(shape, random, { dtype: "float64" }), deviation), { dtype, device }),
    ),
  );

/** Numbers in α: D. */
export const dimension = (v: Vector): number => v.reduce((sum, { size }) => sum + size, 0);

/** Uniform on the sphere of radius 1. */
export function direction(like: Vector, random: Generator): Vector {
  const normal = normalMove(like, 1, random);
  return times(normal, 1 / norm(normal));
}

/** Uniform in the ball: a direction, and the length radius·U^(1/D). */
export function ballMove(like: Vector, radius: number, random: Generator): Vector {
  const length = radius * uniform(random) ** (1 / dimension(like));
  return times(direction(like, random), length);
}

export const uniform = (random: Generator): number =>
  noGrad(() => scope(() => rand([1], random, { dtype: "float64" }).item()));
