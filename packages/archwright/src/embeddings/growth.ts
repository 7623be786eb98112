/** A graph grown node by node from one of its ends, for many draws at many points at once (svge §3, generation). */
import { cat, indexSelect, scope, sigmoid, softmax, type Tensor, tensor, unsqueeze } from "@archwright/torch";
import type { Random } from "../random.ts";
import type { DecoderSteps } from "./decoder.ts";
import { edgesAmong } from "./graphs/batch.ts";
import type { LabelledGraph } from "./graphs/labelled-graph.ts";
import { matrixRows } from "./latents.ts";

export interface GrowthOptions {
  /** Nodes of the largest graph: a graph that has not ended by then is ended. */
  readonly mostNodes: number;
  /** Graphs drawn at each point. */
  readonly draws: number;
  /** Takes the likeliest label and every edge that is likelier than not, instead of drawing; one graph a point. */
  readonly greedy?: boolean;
}

/** A beginning of a graph that several draws share: what the decoder makes of it is computed once for all of them. */
interface Prefix {
  /** Row of the point in the latent space. */
  readonly point: number;
  readonly labels: readonly number[];
  readonly sources: readonly (readonly number[])[];
  /** Which draws at its point begin like this. */
  readonly draws: readonly number[];
}

/** Graphs generated from one end: by point, then by draw. */
export function grow(
  steps: DecoderSteps,
  z: Tensor,
  ends: { readonly start: number; readonly end: number },
  options: GrowthOptions,
  random: Random,
): LabelledGraph[][] {
  const points = z.shape[0] as number;
  const draws = Array.from({ length: options.greedy ? 1 : options.draws }, (_, draw) => draw);
  const finished: LabelledGraph[][] = Array.from({ length: points }, () => []);
  let prefixes: Prefix[] = Array.from({ length: points }, (_, point) => ({
    point,
    labels: [ends.start],
    sources: [[]],
    draws,
  }));
  let states = steps.start(labelTensor(prefixes.map(() => ends.start)), z);
  for (let t = 1; t < options.mostNodes && prefixes.length > 0; t++) {
    const { next, kept } = scope(() => {
      const own = rows(
        z,
        prefixes.map(({ point }) => point),
      );
      const passed = t > 1 ? steps.propagate(states, edgesAmong(incomingOf(prefixes), t)) : states;
      const vectors = steps.read(passed);
      const last = t === options.mostNodes - 1;
      const labelled = last
        ? prefixes.map((prefix, from) => ({ prefix, from, label: ends.end, draws: prefix.draws }))
        : labelDraws(prefixes, matrixRows(softmax(steps.nodeLogits(vectors, own), 1)), options, random);
      const from = labelled.map((one) => one.from);
      const some = { graph: rows(vectors.graph, from), node: rows(vectors.node, from) };
      const point = rows(own, from);
      const before = rows(passed, from);
      const newState = steps.newState(labelTensor(labelled.map(({ label }) => label)), some, point);
      const grown =
        t === 1
          ? withFirstEdge(labelled)
          : edgeDraws(labelled, matrixRows(sigmoid(steps.edgeLogits(before, newState, some, point))), options, random);
      const going: { readonly prefix: Prefix; readonly row: number }[] = [];
      for (const { prefix, row } of grown) {
        if (prefix.labels.at(-1) !== ends.end) going.push({ prefix, row });
        else for (const draw of prefix.draws) (finished[prefix.point] as LabelledGraph[])[draw] = prefix;
      }
      const all = cat([before, unsqueeze(newState, 1)], { dim: 1 });
      return {
        next: going.map(({ prefix }) => prefix),
        kept: rows(
          all,
          going.map(({ row }) => row),
        ),
      };
    });
    prefixes = next;
    states = kept;
  }
  return finished.map((own) => own.map(({ labels, sources }) => ({ labels, sources })));
}

interface Labelled {
  readonly prefix: Prefix;
  /** Its row among the prefixes. */
  readonly from: number;
  readonly label: number;
  readonly draws: readonly number[];
}

/** A label for every draw; draws of one beginning that got the same stay together. */
function labelDraws(
  prefixes: readonly Prefix[],
  chances: readonly (readonly number[])[],
  { greedy = false }: GrowthOptions,
  random: Random,
): Labelled[] {
  return prefixes.flatMap((prefix, from) => {
    const own = chances[from] as readonly number[];
    const groups = Map.groupBy(prefix.draws, () => (greedy ? likeliest(own) : drawnFrom(own, random)));
    return Array.from(groups, ([label, draws]) => ({ prefix, from, label, draws }));
  });
}

interface Grown {
  readonly prefix: Prefix;
  /** Its row among the labelled beginnings. */
  readonly row: number;
}

/** The second node always reads the first. */
const withFirstEdge = (labelled: readonly Labelled[]): Grown[] =>
  labelled.map((one, row) => ({ prefix: grown(one, [0], one.draws), row }));

/** Edges for every draw, each by itself. */
function edgeDraws(
  labelled: readonly Labelled[],
  chances: readonly (readonly number[])[],
  { greedy = false }: GrowthOptions,
  random: Random,
): Grown[] {
  return labelled.flatMap((one, row) => {
    const own = chances[row] as readonly number[];
    const drawn = (): number[] =>
      own.flatMap((chance, u) => ((greedy ? chance > 0.5 : random.uniform() < chance) ? [u] : []));
    const groups = new Map<string, { readonly sources: number[]; readonly draws: number[] }>();
    for (const draw of one.draws) {
      const sources = drawn();
      const key = sources.join();
      const group = groups.get(key) ?? { sources, draws: [] };
      group.draws.push(draw);
      groups.set(key, group);
    }
    return Array.from(groups.values(), ({ sources, draws }) => ({ prefix: grown(one, sources, draws), row }));
  });
}

const grown = ({ prefix, label }: Labelled, sources: readonly number[], draws: readonly number[]): Prefix => ({
  point: prefix.point,
  labels: [...prefix.labels, label],
  sources: [...prefix.sources, sources],
  draws,
});

const labelTensor = (labels: readonly number[]): Tensor => tensor(BigInt64Array.from(labels, BigInt));
const rows = (all: Tensor, which: readonly number[]): Tensor => indexSelect(all, 0, labelTensor(which));

/** [graphs, nodes, nodes] of beginnings that have as many nodes. */
function incomingOf(prefixes: readonly Prefix[]): Tensor {
  const nodes = prefixes[0]?.labels.length ?? 0;
  const entries = new Float32Array(prefixes.length * nodes * nodes);
  for (const [p, { sources }] of prefixes.entries()) {
    for (const [v, own] of sources.entries()) for (const u of own) entries[(p * nodes + v) * nodes + u] = 1;
  }
  return tensor(entries, [prefixes.length, nodes, nodes]);
}

const likeliest = (chances: readonly number[]): number =>
  chances.reduce((best, chance, i) => (chance > (chances[best] as number) ? i : best), 0);

function drawnFrom(chances: readonly number[], random: Random): number {
  let rest = random.uniform() * chances.reduce((sum, chance) => sum + chance, 0);
  for (const [i, chance] of chances.entries()) {
    rest -= chance;
    if (rest < 0) return i;
  }
  return likeliest(chances);
}
