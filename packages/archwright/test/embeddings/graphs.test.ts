/** Graphs of architectures: there and back, turned round, taken apart and put together, and what is no graph (svge §2, §9). */

import { scope } from "@archwright/torch";
import { describe, expect, it } from "vitest";
import { united } from "../../src/embeddings/generation.ts";
import { graphBatch } from "../../src/embeddings/graphs/batch.ts";
import { graphKey, graphProblem, type LabelledGraph, reversed } from "../../src/embeddings/graphs/labelled-graph.ts";
import { graphCodecOf, graphCodecs } from "../../src/embeddings/graphs/registry.ts";
import { Random } from "../../src/random.ts";
import { graphsOf } from "./support.ts";

describe.each(graphCodecs.map((codec) => [codec.space.name, codec] as const))("%s", (name, codec) => {
  const { space } = codec;

  it("architectures are read back from their graphs, which are valid", () => {
    const random = Random.stream(2, name);
    for (let i = 0; i < 50; i++) {
      const architecture = space.random(random);
      const graph = codec.toGraph(architecture);
      expect(graphProblem(graph)).toBeUndefined();
      expect(graph.labels.length).toBeLessThanOrEqual(codec.mostNodes);
      expect(Math.max(...graph.labels)).toBeLessThan(codec.labels.length);
      expect(space.format(codec.toArchitecture(graph))).toBe(space.format(architecture));
    }
  });

  it("turned round twice a graph is itself; both directions hold all of its edges", () => {
    for (const graph of graphsOf(name, 30)) {
      expect(reversed(reversed(graph))).toEqual(graph);
      expect(graphKey(reversed(graph))).not.toBe(graphKey(graph));
      expect(united(graph, reversed(graph))).toEqual(graph);
      const none = graph.sources.map(() => []);
      expect(united({ labels: graph.labels, sources: none }, reversed(graph))).toEqual(graph);
    }
  });

  it("a batch holds the labels and the edges of every step: reading them back gives the graphs", () => {
    const graphs = graphsOf(name, 6);
    for (const some of [graphs, graphs.map(reversed)]) {
      const nodes = codec.mostNodes;
      const { labels, incoming, mask } = scope(() => {
        const batch = graphBatch(some, nodes);
        const { labels, incoming, mask } = batch;
        return { labels: labels.toArray(), incoming: incoming.toArray(), mask: mask.toArray() };
      });
      const again = some.map((_, g): LabelledGraph => {
        const own = mask.slice(g * nodes, (g + 1) * nodes).filter((one) => one === 1).length;
        return {
          labels: labels.slice(g * nodes, g * nodes + own),
          sources: Array.from({ length: own }, (_, v) =>
            Array.from({ length: nodes }, (_, u) => u).filter((u) => incoming[(g * nodes + v) * nodes + u] === 1),
          ),
        };
      });
      expect(again).toEqual(some);
    }
  });
});

it("NAS-Bench-201: labels and edges of a cell (svge §2.3)", () => {
  const codec = graphCodecOf({ name: "nasbench201" });
  const text = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_3x3~0|none~1|nor_conv_1x1~2|";
  expect(codec.toGraph(codec.space.parse(text))).toEqual({
    labels: [1, 4, 2, 5, 3, 6, 2, 0],
    sources: [[], [0], [0], [1], [0], [1], [2, 3], [4, 5, 6]],
  });
});

it("NAS-Bench-101 and ENAS: labels and edges (svge §2.1, §2.2)", () => {
  const cells = graphCodecOf({ name: "nasbench101" });
  const cell = cells.space.parse("0110|0001|0001|0000 input;conv1x1-bn-relu;maxpool3x3;output");
  expect(cells.toGraph(cell)).toEqual({ labels: [1, 2, 4, 0], sources: [[], [0], [0], [1, 2]] });
  const enas = graphCodecOf({ name: "enas-macro6" });
  const best = enas.space.parse("[[2],[5,0],[4,0,0],[0,0,0,1],[5,1,0,0,0],[2,0,0,1,1,0]]");
  expect(enas.toGraph(best)).toEqual({
    labels: [1, 4, 7, 6, 2, 7, 4, 0],
    sources: [[], [0], [1], [2], [2, 3], [0, 4], [2, 3, 5], [6]],
  });
});

describe("what is no graph of a space", () => {
  const chain = (labels: number[], more: [number, number][] = []): LabelledGraph => ({
    labels,
    sources: labels.map((_, v) => [
      ...new Set([...(v > 0 ? [v - 1] : []), ...more.filter(([, target]) => target === v).map(([source]) => source)]),
    ]),
  });

  it.each<[string, string, LabelledGraph, string]>([
    ["nasbench101", "a dangling node", { labels: [1, 2, 3, 0], sources: [[], [0], [0], [1]] }, "nothing reads node 2"],
    [
      "nasbench101",
      "a node that reads nothing",
      { labels: [1, 2, 3, 0], sources: [[], [0], [], [1, 2]] },
      "node 2 reads nothing",
    ],
    ["nasbench101", "two inputs", { labels: [1, 1, 0], sources: [[], [0], [1]] }, "it has 2 inputs, there must be one"],
    ["nasbench101", "two outputs", { labels: [1, 0, 0], sources: [[], [0], [1]] }, "it has 2 outputs"],
    ["nasbench101", "no input", { labels: [2, 3, 0], sources: [[], [0], [1]] }, "it has 0 inputs"],
    [
      "nasbench101",
      "an input that is not first",
      { labels: [2, 1, 0], sources: [[], [0], [1]] },
      "the input is not its first node",
    ],
    ["nasbench101", "a cycle", { labels: [1, 2, 3, 0], sources: [[], [0, 2], [1], [2]] }, "the edge 2→1 leads back"],
    ["nasbench101", "one node", { labels: [1], sources: [[]] }, "it has 1 node, there must be an input and an output"],
    ["nasbench101", "eight nodes", chain([1, 2, 2, 2, 2, 2, 2, 0]), "it has 8 nodes, at most 7 are allowed"],
    [
      "nasbench101",
      "ten edges",
      chain(
        [1, 2, 2, 2, 2, 2, 0],
        [
          [0, 2],
          [0, 3],
          [0, 4],
          [0, 5],
        ],
      ),
      "it has 10 edges, at most 9 are allowed",
    ],
    [
      "enas-macro6",
      "a missing edge of the chain",
      { labels: [1, 2, 2, 2, 2, 2, 2, 0], sources: [[], [0], [1], [0, 1], [2, 3], [4], [5], [6]] },
      "the edge 2→3 is missing",
    ],
    ["enas-macro6", "an output that reads two", chain([1, 2, 2, 2, 2, 2, 2, 0], [[2, 7]]), "its output reads 2 nodes"],
    ["enas-macro6", "seven nodes", chain([1, 2, 2, 2, 2, 2, 0]), "it has 7 nodes, there must be 8"],
    [
      "nasbench201",
      "another edge",
      { labels: [1, 2, 3, 4, 5, 6, 2, 0], sources: [[], [0], [0], [1], [0], [1], [2, 3], [0, 4, 5, 6]] },
      "its edges are not those of the cell",
    ],
  ])("%s: %s", (space, _, graph, problem) => {
    expect(() => graphCodecOf({ name: space }).toArchitecture(graph)).toThrow(`not a graph of ${space}: ${problem}`);
  });

  it("nine edges are allowed, and the released rule of NAS-Bench-201 does not look at the cell's edges", () => {
    const nine = chain(
      [1, 2, 2, 2, 2, 2, 0],
      [
        [0, 2],
        [0, 3],
        [0, 4],
      ],
    );
    expect(() => graphCodecOf({ name: "nasbench101" }).toArchitecture(nine)).not.toThrow();
    const { releasedValidity } = graphCodecOf({ name: "nasbench201" });
    expect(releasedValidity?.(chain([1, 2, 0]))).toBe(true);
    expect(releasedValidity?.({ labels: [1, 2, 3, 0], sources: [[], [0], [0], [1]] })).toBe(false);
  });

  it("spaces without graphs are named", () => {
    expect(() => graphCodecOf({ name: "darts" })).toThrow("the architectures of darts have no graphs to embed");
  });
});

describe("the union of a graph generated from its input and one generated from its output (svge §8.2)", () => {
  // 0→1→2→3 forward; backward 3←2, 2←0, 1←0 in the forward graph's numbers.
  const forward = { labels: [1, 2, 3, 0], sources: [[], [0], [1], [2]] };
  const backward = { labels: [0, 3, 2, 1], sources: [[], [0], [], [1, 2]] };

  it("has every edge of both", () => {
    expect(united(forward, backward).sources).toEqual([[], [0], [0, 1], [2]]);
  });

  it("as released has a backward edge only from a node that nothing reads to one that reads nothing", () => {
    expect(united(forward, backward, { danglingOnly: true })).toEqual(forward);
    const open = { labels: [1, 2, 3, 0], sources: [[], [0], [], [1]] };
    // 2→3 is refused because 3 reads 1; 0→2 because 1 reads 0.
    expect(united(open, backward, { danglingOnly: true })).toEqual(open);
    const apart = { labels: [1, 2, 3, 0], sources: [[], [0], [0], []] };
    expect(united(apart, backward, { danglingOnly: true }).sources).toEqual([[], [0], [0], [2]]);
  });

  it("leaves out nodes that the forward graph does not have, and keeps its labels", () => {
    const short = { labels: [1, 4, 0], sources: [[], [0], [1]] };
    const long = { labels: [0, 2, 2, 2, 1], sources: [[], [0], [0, 1], [0, 1, 2], [3]] };
    // Backward node i is forward node 2 − i: 0→2 and 1→2, 0→1 remain.
    expect(united(short, long)).toEqual({ labels: [1, 4, 0], sources: [[], [0], [0, 1]] });
  });
});
