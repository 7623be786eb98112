/** The moves of ZARTS and the weights of its candidates, against closed forms (zarts §8). */
import { Generator, noGrad, scope } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { Vector } from "../../../src/training/vectors.ts";
import { ballMove } from "../../../src/updates/zero-order/draws.ts";
import { descentMove, guidedMove, randomSearchMove } from "../../../src/updates/zero-order/optimizers.ts";
import { dispersion, importanceWeights, lossWeights } from "../../../src/updates/zero-order/weights.ts";
import { constant, norm, numbers } from "../support.ts";

const rises = [0, 0.01, -0.005, 0.005];
const weighed = [0.276004, 0.101536, 0.455054, 0.167405];

const inScope = <T>(body: () => T): T => noGrad(() => scope(body));

/** A quadratic bowl around `center`. */
const bowl =
  (at: readonly number[], center = at.map(() => 0)) =>
  (move: Vector): number =>
    numbers(move).reduce((sum, u, i) => sum + ((at[i] as number) + u - (center[i] as number)) ** 2 / 2, 0);

describe("the weights of candidates", () => {
  it("are the softmax of −rise/τ", () => {
    const found = lossWeights(
      rises.map((rise) => ({ rise, fromGradient: 5, fromZero: 7 })),
      0.01,
    );
    for (const [i, c] of weighed.entries()) expect(found[i]).toBeCloseTo(c, 6);
  });

  it("are within 1e-4 those of the released density in 196 dimensions", () => {
    const [sigma, lambda, size] = [0.025, 1e-3, 196];
    const random = new Generator(1);
    const released = inScope(() => {
      const gradient = [constant(Array.from({ length: size }, (_, i) => Math.sin(i) * 0.01))];
      const squares: { fromGradient: number; fromZero: number }[] = [];
      guidedMove(
        (move) => {
          const u = numbers(move);
          const g = numbers(gradient);
          squares.push({ fromGradient: norm(u.map((x, i) => x + (g[i] as number))) ** 2, fromZero: norm(u) ** 2 });
          return 0;
        },
        { gradient, base: 0 },
        { candidates: 4, deviation: sigma, mixing: lambda, temperature: 0.01, importance: "loss" },
        random,
      );
      const raw = squares.map(({ fromGradient, fromZero }, i) => {
        const density =
          (1 - lambda) * Math.exp(-fromGradient / (2 * sigma ** 2)) + lambda * Math.exp((-fromZero / 2) * sigma ** 2);
        return Math.exp(-(rises[i] as number) / 0.01) / (density + 1e-4);
      });
      const total = raw.reduce((sum, value) => sum + value, 0);
      return raw.map((value) => value / total);
    });
    for (const [i, c] of weighed.entries()) expect(Math.abs((released[i] as number) - c)).toBeLessThan(1e-4);
  });

  it("divide by the density of the mixture, also where it is far below the smallest number", () => {
    const [first, second] = importanceWeights(
      [
        { rise: 0, fromGradient: 4000, fromZero: 5000 },
        { rise: 0, fromGradient: 4002, fromZero: 6000 },
      ],
      1,
      { mixing: 0.5, deviation: 1 },
    ) as [number, number];
    // The second is proposed e⁻¹ times as often.
    expect(second / first).toBeCloseTo(Math.E, 9);
  });

  it("are spread from 0 to √(N − 1)", () => {
    expect(dispersion([0.25, 0.25, 0.25, 0.25])).toBe(0);
    expect(dispersion([1, 0, 0, 0])).toBeCloseTo(Math.sqrt(3), 12);
  });
});

it("guided moves by exact importance have the mean of exp(−F/τ): the middle of a bowl", () => {
  const count = 4000;
  // F = ½a(u − m)² with a = 1, m = 0.3: p is N(m, τ/a).
  const move = inScope(
    () =>
      numbers(
        guidedMove(
          bowl([0], [0.3]),
          { gradient: [constant([-0.3])], base: 0.045 },
          { candidates: count, deviation: 0.2, mixing: 0.1, temperature: 0.02, importance: "exact" },
          new Generator(2),
        ).move,
      )[0] as number,
  );
  expect(Math.abs(move - 0.3)).toBeLessThan(0.02);
});

it("guided moves as released lie around −(1 − λ)g", () => {
  const moves: number[] = [];
  inScope(() => {
    guidedMove(
      (move) => {
        moves.push(...numbers(move));
        return 0;
      },
      { gradient: [constant([2])], base: 0 },
      { candidates: 2000, deviation: 0.1, mixing: 0.25, temperature: 1, importance: "loss" },
      new Generator(3),
    );
  });
  const mean = moves.reduce((sum, u) => sum + u, 0) / moves.length;
  const variance = moves.reduce((sum, u) => sum + (u - mean) ** 2, 0) / moves.length;
  expect(Math.abs(mean + 1.5)).toBeLessThan(0.01);
  expect(Math.abs(variance - (0.75 ** 2 + 0.25 ** 2) * 0.01)).toBeLessThan(1e-3);
});

describe("random search", () => {
  const options = { candidates: 2000, radius: 0.01, symmetric: false, rate: 0.5 } as const;

  it.each(["gaussian", "sphere"] as const)("goes against the slope of a plane, with %s directions", (directions) => {
    const slope = [1, -2, 0.5];
    const plane = (move: Vector): number => numbers(move).reduce((sum, u, i) => sum + u * (slope[i] as number), 3);
    const move = inScope(() =>
      numbers(randomSearchMove(plane, [constant([0, 0, 0])], { ...options, directions }, new Generator(4)).move),
    );
    for (const [i, c] of slope.entries()) expect(Math.abs((move[i] as number) + 0.5 * c)).toBeLessThan(0.12);
  });

  it("estimates a bowl's slope without bias from moves and their opposites", () => {
    const at = [0.4, -0.1];
    const found = (symmetric: boolean): number[] =>
      inScope(() =>
        numbers(
          randomSearchMove(
            bowl(at),
            [constant(at)],
            { ...options, radius: 1, symmetric, directions: "gaussian" },
            new Generator(5),
          ).move,
        ),
      );
    for (const [i, x] of found(true).entries()) expect(Math.abs(x + 0.5 * (at[i] as number))).toBeLessThan(0.05);
  });
});

describe("gradient-less descent", () => {
  const at = Array.from({ length: 10 }, (_, i) => Math.cos(i));
  const descend = (worth: (x: readonly number[]) => number, steps: number): { path: number[]; end: number[] } => {
    const random = new Generator(6);
    let x = at;
    const path = [worth(x)];
    for (let n = 0; n < steps; n++) {
      const here = x;
      const moved = (move: Vector): number[] => numbers(move).map((u, i) => (here[i] as number) + u);
      x = inScope(() =>
        moved(descentMove((move) => worth(moved(move)), [constant(here)], { largest: 1, smallest: 0.01 }, random).move),
      );
      path.push(worth(x));
    }
    return { path, end: x };
  };
  const value = (x: readonly number[]): number => x.reduce((sum, own) => sum + own * own, 0);

  it("never rises, and falls by factors", () => {
    const { path } = descend(value, 150);
    for (const [n, own] of path.entries()) if (n > 0) expect(own).toBeLessThanOrEqual(path[n - 1] as number);
    expect(path.at(-1)).toBeLessThan(0.02 * (path[0] as number));
  });

  it("only compares: the same way for exp(F)", () => {
    expect(descend((x) => Math.exp(value(x)), 30).end).toEqual(descend(value, 30).end);
  });

  it("draws from balls, whose mean radius is r·D/(D + 1)", () => {
    const random = new Generator(7);
    const radii = Array.from({ length: 4000 }, () =>
      inScope(() => norm(numbers(ballMove([constant([0, 0, 0])], 2, random)))),
    );
    expect(Math.max(...radii)).toBeLessThanOrEqual(2);
    expect(Math.abs(radii.reduce((sum, r) => sum + r, 0) / radii.length - 1.5)).toBeLessThan(0.04);
  });
});
