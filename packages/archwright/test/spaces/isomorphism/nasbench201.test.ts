/** Which NAS-Bench-201 cells are the same network, against graphs read from their texts here. */
import { describe, expect, it } from "vitest";
import { architectureCost } from "../../../src/spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { canonicalCells } from "../../../src/spaces/isomorphism/cells.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import { findSpace } from "../../../src/spaces/registry.ts";
import { isomorphic, type LabelledGraph, labelledGraph } from "./labelled-graphs.ts";

const space = findArchitectureSpace("nasbench201");
const canonicalText = (text: string): string => space.format(space.canonical?.(space.parse(text)));
const texts = [...(space.enumerate?.() ?? [])].map((cell) => space.format(cell));
const [identity, zero] = ["skip_connect", "none"];

/** `|op~0|+|op~0|op~1|+...`: operations into each node. */
const incoming = (text: string) =>
  text
    .split("+")
    .map((node) => [...node.matchAll(/([a-z0-9_]+)~(\d)/g)].map(([, operation, source]) => [operation, Number(source)]))
    .map((edges) => edges as [string, number][]);

/** Operations that are run, the input and the output as vertices; parallel edges where one is added twice. */
function networkGraph(text: string): LabelledGraph {
  const labels = ["input", "output"];
  const edges: [number, number, string][] = [];
  const terms: number[][] = [[0]];
  for (const node of incoming(text)) {
    const sum: number[] = [];
    for (const [operation, source] of node) {
      const read = terms[source] as number[];
      if (operation === identity) sum.push(...read);
      if (operation === identity || operation === zero) continue;
      labels.push(operation);
      for (const u of read) edges.push([u, labels.length - 1, "+"]);
      sum.push(labels.length - 1);
    }
    terms.push(sum);
  }
  for (const u of terms.at(-1) as number[]) edges.push([u, 1, "+"]);
  return labelledGraph(labels, edges);
}

/** As the benchmark counts (space-nasbench201 §3). */
function publishedString(text: string): string {
  const values = ["0"];
  for (const node of incoming(text)) {
    const parts = node.map(([operation, source]) => {
      const value = values[source] as string;
      if (operation === zero || value === "#") return "#";
      return operation === identity ? value : `(${value})@${operation}`;
    });
    values.push(parts.sort().join("+"));
  }
  return values.at(-1) as string;
}

/** The output as a sum of what operations make of sums; nothing where no path leads to it. */
function outputTerms(text: string): string[] {
  const values: string[][] = [["x"]];
  for (const node of incoming(text)) {
    const terms = node.flatMap(([operation, source]) => {
      const value = values[source] as string[];
      if (operation === zero || value.length === 0) return [];
      return operation === identity ? value : [`${operation}(${value.join("+")})`];
    });
    values.push(terms.sort());
  }
  return values.at(-1) as string[];
}

const classes = Map.groupBy(texts, canonicalText);

describe("canonical cells", () => {
  it("are in their own class, with the parameters and multiply-adds of all in it", () => {
    for (const [canonical, members] of [...classes].filter((_, i) => i % 16 === 0)) {
      expect(members).toContain(canonical);
      const cost = architectureCost(space, space.parse(canonical));
      for (const member of members) expect(architectureCost(space, space.parse(member))).toEqual(cost);
    }
  });

  it("are equal for cells with isomorphic graphs of operations, and for no others, in the whole space", () => {
    const graphs = new Map([...classes.keys()].map((text) => [text, networkGraph(text)]));
    for (const [canonical, members] of classes) {
      for (const member of members) {
        expect(isomorphic(networkGraph(member), graphs.get(canonical) as LabelledGraph), member).toBe(true);
      }
    }
    // Isomorphic graphs have the same labels and numbers of edges, so only these need be compared.
    const alike = Map.groupBy(graphs.values(), ({ labels, edges }) => {
      const added = edges
        .flat()
        .flatMap((text) => text.split(" "))
        .filter((text) => text !== "");
      return `${labels.toSorted()} ${added.length}`;
    });
    for (const group of alike.values()) {
      for (const [i, graph] of group.entries()) {
        expect(group.slice(0, i).some((other) => isomorphic(other, graph))).toBe(false);
      }
    }
  });

  // The published count is of functions, as far as its rule sees. Ours is of networks: an operation that is fed nothing or
  // read by nobody has weights and is run, and one that is read twice differs from two of a kind.
  it("number 8,050; the published rule, which overlooks dead operations but not sums of zeros, counts 6,466", () => {
    expect(new Set(texts.map(publishedString)).size).toBe(6_466);
    expect(classes.size).toBe(8_050);
  });

  it("compute the same sum in each class", () => {
    for (const members of classes.values()) {
      expect(new Set(members.map((text) => `${outputTerms(text)}`)).size).toBe(1);
    }
  });

  it("pass identities on (§8)", () => {
    const [near, far] = [
      "|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|",
      "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|",
    ];
    expect(canonicalText(near)).toBe(canonicalText(far));
  });
});

describe("what is known of other cells", () => {
  it("nothing where a cell halves the resolution, so that its identities are none", () => {
    const skeleton: typeof nasbench201.skeleton = (options) => {
      const { blocks, ...rest } = nasbench201.skeleton(options);
      return {
        ...rest,
        blocks: blocks.map((block) => (block.kind === "cell" ? { ...block, reduction: true } : block)),
      } as ReturnType<typeof nasbench201.skeleton>;
    };
    expect(canonicalCells({ ...nasbench201, skeleton })).toBeUndefined();
    expect(canonicalCells(nasbench201)).toBeDefined();
    expect(canonicalCells(findSpace("darts"))).toBeDefined();
  });
});
