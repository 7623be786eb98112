/** How well the cells of a network agree on the architecture gradient, and its derivative (lambda-darts §2). */

/** Gradients in the probabilities, flattened: one row for each cell. */
export type CellGradients = readonly (readonly number[])[];

export interface Alignment {
  /** Λ or Λ±, in [−1, 1]: 1 where all cells agree. */
  readonly value: number;
  /** δ_l = ∂Λ/∂g_l, of the shape of the gradients. */
  readonly derivative: readonly (readonly number[])[];
}

/**
 * Λ = 2/(n(n−1)) Σ_{l<m} ⟨u_l, u_m⟩ with u_l = g_l/‖g_l‖; δ_l = 2/(n(n−1)) (I − u_l u_lᵀ) Σ_m u_m / ‖g_l‖.
 * Cells whose gradient is zero take no part.
 */
export function cosineAlignment(gradients: CellGradients): Alignment {
  const norms = gradients.map((g) => Math.sqrt(dot(g, g)));
  const taking = norms.filter((norm) => norm > 0).length;
  const scale = 2 / (taking * (taking - 1));
  if (taking < 2) return none(gradients);
  const units = gradients.map((g, l) => g.map((x) => ((norms[l] as number) > 0 ? x / (norms[l] as number) : 0)));
  const total = sum(units);
  // Σ_{l<m} ⟨u_l,u_m⟩ = (‖Σu‖² − n) / 2
  const value = (scale * (dot(total, total) - taking)) / 2;
  const derivative = units.map((u, l) => {
    const norm = norms[l] as number;
    const along = dot(u, total);
    return u.map((x, i) => (norm > 0 ? (scale * ((total[i] as number) - along * x)) / norm : 0));
  });
  return { value, derivative };
}

/**
 * Λ± = 2/(n(n−1)) Σ_{l<m} r_lm with r_lm = ⟨g_l,g_m⟩ / ⟨|g_l|,|g_m|⟩;
 * δ_l = 2/(n(n−1)) Σ_{m≠l} (g_m − r_lm·sign(g_l)∘|g_m|) / ⟨|g_l|,|g_m|⟩. Pairs without common entries count as 0.
 */
export function signAlignment(gradients: CellGradients): Alignment {
  const n = gradients.length;
  if (n < 2) return none(gradients);
  const scale = 2 / (n * (n - 1));
  const sizes = gradients.map((g) => g.map(Math.abs));
  let value = 0;
  const derivative = gradients.map((g, l) => {
    const row = g.map(() => 0);
    for (const [m, other] of gradients.entries()) {
      const common = dot(sizes[l] as number[], sizes[m] as number[]);
      if (m === l || common === 0) continue;
      const ratio = dot(g, other) / common;
      if (m > l) value += scale * ratio;
      for (const [i, x] of other.entries()) {
        row[i] = (row[i] as number) + (scale * (x - ratio * Math.sign(g[i] as number) * Math.abs(x))) / common;
      }
    }
    return row;
  });
  return { value, derivative };
}

const none = (gradients: CellGradients): Alignment => ({ value: 0, derivative: gradients.map((g) => g.map(() => 0)) });

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * (b[i] as number), 0);

const sum = (rows: CellGradients): number[] =>
  (rows[0] ?? []).map((_, i) => rows.reduce((s, row) => s + (row[i] as number), 0));
