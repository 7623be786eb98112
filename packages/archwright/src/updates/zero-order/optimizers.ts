/** The three ways from values of candidates to a move of α: MGS, random search, gradient-less descent (zarts §3). */
import type { Generator } from "@archwright/torch";
import { norm, plus, times, type Vector } from "../../training/vectors.ts";
import { ballMove, dimension, direction, normalMove, uniform } from "./draws.ts";
import { dispersion, importanceWeights, lossWeights, type Sampled } from "./weights.ts";

/** F̂(α + u) of a move u. */
export type Worth = (move: Vector) => number;

/** A move of α, and what is worth reporting of how it came about. */
export interface Proposed {
  readonly move: Vector;
  readonly facts: Readonly<Record<string, number>>;
}

export interface MgsOptions {
  /** N. */
  readonly candidates: number;
  /** σ. */
  readonly deviation: number;
  /** λ: how much of the proposals is drawn around 0 instead of −g. */
  readonly mixing: number;
  /** τ. */
  readonly temperature: number;
  /** `loss`: as released, proposals drawn as a mean of both normal distributions; `exact`: from their mixture, with its density. */
  readonly importance: "loss" | "exact";
}

/** Σ c_i u_i with u_i drawn around −g (zarts §3.1). `gradient`: g, the first-order one; `base`: L₀. */
export function guidedMove(
  worth: Worth,
  { gradient, base }: { readonly gradient: Vector; readonly base: number },
  { candidates, deviation, mixing, temperature, importance }: MgsOptions,
  random: Generator,
): Proposed {
  const down = times(gradient, -1);
  const moves = Array.from({ length: candidates }, () => {
    const noise = normalMove(gradient, deviation, random);
    if (importance === "exact") return uniform(random) < mixing ? noise : plus(noise, down);
    const other = normalMove(gradient, deviation, random);
    return plus(times(plus(down, noise), 1 - mixing), other, mixing);
  });
  const sampled = moves.map(
    (move): Sampled => ({
      rise: worth(move) - base,
      fromGradient: norm(plus(move, gradient)) ** 2,
      fromZero: norm(move) ** 2,
    }),
  );
  const weights =
    importance === "exact"
      ? importanceWeights(sampled, temperature, { mixing, deviation })
      : lossWeights(sampled, temperature);
  const move = total(moves.map((own, i) => times(own, weights[i] as number)));
  const lowest = Math.min(...sampled.map(({ rise }) => rise));
  return { move, facts: { dispersion: dispersion(weights), bestRise: lowest } };
}

export interface RandomSearchOptions {
  readonly candidates: number;
  /** μ. */
  readonly radius: number;
  readonly directions: "gaussian" | "sphere";
  readonly symmetric: boolean;
  /** ξ. */
  readonly rate: number;
}

/** −ξĝ, ĝ = φ/(μN) Σ [F̂(α + μu_i) − F̂(α)] u_i; symmetric: ½[F̂(α + μu_i) − F̂(α − μu_i)] in the bracket (zarts §3.2). */
export function randomSearchMove(
  worth: Worth,
  like: Vector,
  { candidates, radius, directions, symmetric, rate }: RandomSearchOptions,
  random: Generator,
): Proposed {
  const base = symmetric ? 0 : worth(times(like, 0));
  const scale = directions === "sphere" ? dimension(like) : 1;
  const terms = Array.from({ length: candidates }, () => {
    const u = directions === "sphere" ? direction(like, random) : normalMove(like, 1, random);
    const rise = symmetric ? (worth(times(u, radius)) - worth(times(u, -radius))) / 2 : worth(times(u, radius)) - base;
    return times(u, (-rate * scale * rise) / (radius * candidates));
  });
  const move = total(terms);
  return { move, facts: { moveNorm: norm(move) } };
}

/** The best of staying and of a point in each of the balls of radius R, R/2, R/4, ... down to about r (zarts §3.3). */
export function descentMove(
  worth: Worth,
  like: Vector,
  { largest, smallest }: { readonly largest: number; readonly smallest: number },
  random: Generator,
): Proposed {
  const steps = Math.ceil(Math.log2(largest / smallest));
  let best: Vector = times(like, 0);
  const before = worth(best);
  let value = before;
  for (let k = 0; k <= steps; k++) {
    const move = ballMove(like, largest / 2 ** k, random);
    const own = worth(move);
    if (own < value) [best, value] = [move, own];
  }
  return { move: best, facts: { moveNorm: norm(best), fall: before - value } };
}

const total = (moves: readonly Vector[]): Vector => moves.reduce((sum, move) => plus(sum, move));
