/** How much better than the best so far a point may be expected to be (Jones, Schonlau and Welch 1998). */

const ROOT_2PI = Math.sqrt(2 * Math.PI);

/**
 * log E[max(f − best, 0)] for f ~ N(mean, variance), larger being better: log σ + log(uΦ(u) + φ(u)), u = (mean − best)/σ. −∞ where
 * the variance is 0 and nothing is gained. Far below the best, uΦ + φ is φ/u² times a series, since both terms cancel.
 */
export function logExpectedImprovement(mean: number, variance: number, best: number): number {
  const deviation = Math.sqrt(variance);
  if (deviation === 0) return mean > best ? Math.log(mean - best) : Number.NEGATIVE_INFINITY;
  const u = (mean - best) / deviation;
  if (u < -25) {
    const inverse = 1 / (u * u);
    const series = 1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse * (1 - 9 * inverse)));
    return Math.log(deviation) - (u * u) / 2 - Math.log(ROOT_2PI) + Math.log(inverse) + Math.log(series);
  }
  return Math.log(deviation) + Math.log(u * normalDistribution(u) + Math.exp(-(u * u) / 2) / ROOT_2PI);
}

/** Φ(u), to about fifteen digits relative in the lower tail too. */
export function normalDistribution(u: number): number {
  return u > 0 ? 1 - upperTail(u) : upperTail(-u);
}

/** 1 − Φ(x) for x ≥ 0: a series near 0, else a continued fraction (Abramowitz and Stegun 26.2.11, 26.2.14). */
function upperTail(x: number): number {
  const density = Math.exp(-(x * x) / 2) / ROOT_2PI;
  if (x < 3) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total) && n < 200; n++) {
      term *= (x * x) / (2 * n + 1);
      total += term;
    }
    return 0.5 - density * total;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / fraction;
  return density / fraction;
}
