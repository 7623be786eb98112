/** Isomorphism by trying: whether some renaming of vertices makes one labelled graph the other. */

export interface LabelledGraph {
  readonly labels: readonly string[];
  /** What stands on the edge u→v, `edges[u][v]`; "" for none. */
  readonly edges: readonly (readonly string[])[];
}

/** Vertices are given partners one after the other, as long as labels and edges so far agree. */
export function isomorphic(a: LabelledGraph, b: LabelledGraph): boolean {
  const size = a.labels.length;
  if (size !== b.labels.length) return false;
  const edge = (graph: LabelledGraph, u: number, v: number): string => graph.edges[u]?.[v] ?? "";
  const extended = (partners: readonly number[]): boolean => {
    const u = partners.length;
    if (u === size) return true;
    return a.labels.some((_, partner) => {
      if (partners.includes(partner) || a.labels[u] !== b.labels[partner]) return false;
      const all = [...partners, partner];
      const agrees = all.every(
        (other, v) => edge(a, u, v) === edge(b, partner, other) && edge(a, v, u) === edge(b, other, partner),
      );
      return agrees && extended(all);
    });
  };
  return extended([]);
}

/** Joins what stands on parallel edges, in an order of its own. */
export function labelledGraph(
  labels: readonly string[],
  edges: readonly (readonly [u: number, v: number, text: string])[],
): LabelledGraph {
  const texts = labels.map(() => labels.map((): string[] => []));
  for (const [u, v, text] of edges) texts[u]?.[v]?.push(text);
  return { labels, edges: texts.map((row) => row.map((parallel) => parallel.sort().join(" "))) };
}

/** Every order of the items. */
export const orders = <T>(items: readonly T[]): T[][] =>
  items.length === 0 ? [[]] : items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
