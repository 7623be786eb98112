/** Cell templates, published architectures and fake events for the tests of the report. */
import { Random } from "../../../src/random.ts";
import type { SearchEvent } from "../../../src/search/events.ts";
import type { Architecture, CellGenotype, CellTemplate, Edge } from "../../../src/spaces/space.ts";

const edgesInto = (targets: readonly number[]): Edge[] =>
  targets.flatMap((target) => Array.from({ length: target }, (_, source) => ({ source, target })));

const dartsOperations = [
  "max_pool_3x3",
  "avg_pool_3x3",
  "skip_connect",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "dil_conv_3x3",
  "dil_conv_5x5",
];

const dartsCell = (name: string): CellTemplate => ({
  name,
  inputs: 2,
  nodes: 6,
  edges: edgesInto([2, 3, 4, 5]),
  operations: Array.from({ length: 14 }, () => dartsOperations),
  output: "concat",
});

/** DARTS without `none`, as Zero-Cost-PT searches it (space S5): 14 edges, 7 operations. */
export const dartsTemplates: readonly CellTemplate[] = [dartsCell("normal"), dartsCell("reduce")];

export const nasBench201Template: CellTemplate = {
  name: "cell",
  inputs: 1,
  nodes: 4,
  edges: edgesInto([1, 2, 3]),
  operations: Array.from({ length: 6 }, () => ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]),
  output: "last",
};

/** Pairs 2i and 2i+1 are the inputs of node i+2. */
const dartsGenotype = (...pairs: readonly (readonly [string, number])[]): CellGenotype => ({
  choices: pairs.map(([operation, source], i) => ({ source, target: 2 + Math.floor(i / 2), operation })),
});

/** DARTS_V2, the published second-order cell (Liu et al., ICLR 2019). */
export const dartsV2: Architecture = {
  normal: dartsGenotype(
    ["sep_conv_3x3", 0],
    ["sep_conv_3x3", 1],
    ["sep_conv_3x3", 0],
    ["sep_conv_3x3", 1],
    ["sep_conv_3x3", 1],
    ["skip_connect", 0],
    ["skip_connect", 0],
    ["dil_conv_3x3", 2],
  ),
  reduce: dartsGenotype(
    ["max_pool_3x3", 0],
    ["max_pool_3x3", 1],
    ["skip_connect", 2],
    ["max_pool_3x3", 1],
    ["max_pool_3x3", 0],
    ["skip_connect", 2],
    ["skip_connect", 2],
    ["max_pool_3x3", 1],
  ),
};

/** The example string of the NAS-Bench-201 paper and its API. */
export const nasBench201Text =
  "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|";

export const nasBench201Example: Architecture = {
  cell: {
    choices: ["nor_conv_3x3", "nor_conv_3x3", "avg_pool_3x3", "skip_connect", "nor_conv_3x3", "skip_connect"].map(
      (operation, i) => ({ ...(nasBench201Template.edges[i] as Edge), operation }),
    ),
  },
};

/** The events of a fake Zero-Cost-PT search: scores are random, everything that follows from them does. */
export function fakeSearch(
  templates: readonly CellTemplate[],
  options: { seed: number; proposals: number; format: (cells: Architecture) => string; order?: "random" | "global" },
): SearchEvent[] {
  const random = Random.stream(options.seed, "fake search");
  const events: SearchEvent[] = [];
  const architectures = new Map<string, { proposal: number; score: number; cells: Architecture }>();
  for (let proposal = 0; proposal < options.proposals; proposal++) {
    let step = 0;
    const cells: Record<string, CellGenotype> = {};
    for (const template of templates) {
      const operationOf = new Map<number, string>();
      const score = (edge: number, o: number): number =>
        1600 + 6 * random.normal() - 4 * (template.operations[edge]?.[o]?.length ?? 0) - edge;
      for (const edge of random.permutation(template.edges.length)) {
        const undecided = template.edges.map((_, i) => i).filter((i) => !operationOf.has(i));
        const edges = options.order === "global" ? undecided : [edge];
        const operations = edges.map((e) => template.operations[e] as string[]);
        const scores = edges.map((e, i) => (operations[i] as string[]).map((_, o) => score(e, o)));
        const lowest = Math.min(...scores.flat());
        const row = scores.findIndex((s) => s.includes(lowest));
        const operation = operations[row]?.[scores[row]?.indexOf(lowest) as number] as string;
        const decided = edges[row] as number;
        operationOf.set(decided, operation);
        const type = "operation-decision";
        const cell = template.name;
        events.push({ type, proposal, step, cell, edges, operations, scores, best: "min", edge: decided, operation });
        step += 1;
      }
      const kept = new Set(template.edges.keys());
      if (template.output === "concat") {
        for (let node = template.inputs + 1; node < template.nodes; node++) {
          const edges = [...template.edges.keys()].filter((i) => template.edges[i]?.target === node);
          const scores = edges.map(() => 1500 + 8 * random.normal());
          const scoreOf = (edge: number): number => scores[edges.indexOf(edge)] as number;
          const ranked = edges.toSorted((a, b) => scoreOf(a) - scoreOf(b));
          for (const edge of ranked.slice(2)) kept.delete(edge);
          const pruned = edges.filter((edge) => kept.has(edge));
          const decision = { type: "topology-decision", proposal, step, cell: template.name } as const;
          events.push({ ...decision, node, edges, scores: [scores], kept: pruned });
          step += 1;
        }
      }
      cells[template.name] = {
        choices: [...kept].map((i) => ({ ...(template.edges[i] as Edge), operation: operationOf.get(i) as string })),
      };
    }
    const architecture = options.format(cells);
    events.push({ type: "proposal", proposal, architecture, cells });
    if (!architectures.has(architecture)) {
      architectures.set(architecture, { proposal, score: 160000 + 400 * random.normal(), cells });
    }
  }
  for (const [architecture, { proposal, score }] of architectures) {
    events.push({ type: "validation", proposal, architecture, batches: 100, score });
  }
  const [best] = [...architectures].sort((a, b) => b[1].score - a[1].score);
  if (best !== undefined) {
    const [architecture, { proposal, cells }] = best;
    events.push({ type: "answer", proposal, architecture, cells });
  }
  return events;
}

export const formatNasBench201 = (cells: Architecture): string => {
  const choices = cells.cell?.choices ?? [];
  return [1, 2, 3]
    .map((node) => `|${choices.flatMap((c) => (c.target === node ? [`${c.operation}~${c.source}|`] : [])).join("")}`)
    .join("+");
};

export const formatDarts = (cells: Architecture): string => {
  const pairs = (name: string): string =>
    (cells[name]?.choices ?? []).map((choice) => `('${choice.operation}', ${choice.source})`).join(", ");
  const concat = "range(2, 6)";
  return `Genotype(normal=[${pairs("normal")}], normal_concat=${concat}, reduce=[${pairs("reduce")}], reduce_concat=${concat})`;
};
