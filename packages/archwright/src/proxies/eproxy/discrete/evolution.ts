/** Regularized evolution of proxy settings: the oldest leave (eproxy-dps §5.2). */
import type { Random } from "../../../random.ts";

export interface EvolutionOptions<G> {
  readonly random: (random: Random) => G;
  readonly mutate: (own: G, random: Random) => G;
  /** Random ones at first, and as many as are alive later. @default 40 */
  readonly population?: number;
  /** Members of which the best becomes the next parent. @default 10 */
  readonly tournament?: number;
}

export interface Evaluated<G> {
  readonly genes: G;
  /** Larger is better; a number, never NaN. */
  readonly fitness: number;
}

/** What to evaluate next, after all that was evaluated, oldest first; `parent` is the index of what it was made from. */
export function nextGenes<G>(
  history: readonly Evaluated<G>[],
  { population = 40, tournament = 10, ...make }: EvolutionOptions<G>,
  random: Random,
): { readonly genes: G; readonly parent?: number } {
  if (history.length < population) return { genes: make.random(random) };
  const oldest = history.length - population;
  const drawn = [...random.permutation(population)].slice(0, tournament).map((member) => oldest + member);
  const fitness = (index: number): number => (history[index] as Evaluated<G>).fitness;
  const parent = drawn.reduce((best, member) => (fitness(member) > fitness(best) ? member : best));
  return { genes: make.mutate((history[parent] as Evaluated<G>).genes, random), parent };
}
