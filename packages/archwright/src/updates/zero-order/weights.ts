/** How much each candidate counts: maximum-likelihood guided parameter search (Welleck and Cho 2020; zarts §3.1). */

/** What importance weights need to know of a candidate. */
export interface Sampled {
  /** F̂(α + u) − L₀. */
  readonly rise: number;
  /** ‖u + g‖² and ‖u‖². */
  readonly fromGradient: number;
  readonly fromZero: number;
}

/** c_i ∝ exp(−rise_i/τ): what the released code amounts to, where its densities are all the same number. */
export const lossWeights = (candidates: readonly Sampled[], temperature: number): number[] =>
  softmax(candidates.map(({ rise }) => -rise / temperature));

/** c_i ∝ exp(−rise_i/τ) / q(u_i), q = (1−λ)·N(−g, σ²I) + λ·N(0, σ²I), in logarithms. */
export const importanceWeights = (
  candidates: readonly Sampled[],
  temperature: number,
  { mixing, deviation }: { readonly mixing: number; readonly deviation: number },
): number[] =>
  softmax(
    candidates.map(({ rise, fromGradient, fromZero }) => {
      const scale = 2 * deviation ** 2;
      const density = logSum(Math.log(1 - mixing) - fromGradient / scale, Math.log(mixing) - fromZero / scale);
      return -rise / temperature - density;
    }),
  );

/** √(mean (N·c_i − 1)²): 0 where all candidates count alike, √(N − 1) where one alone does. */
export function dispersion(weights: readonly number[]): number {
  const count = weights.length;
  return Math.sqrt(weights.reduce((sum, c) => sum + (count * c - 1) ** 2, 0) / count);
}

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const logSum = (a: number, b: number): number => {
  const highest = Math.max(a, b);
  return highest === Number.NEGATIVE_INFINITY
    ? highest
    : highest + Math.log(Math.exp(a - highest) + Math.exp(b - highest));
};
