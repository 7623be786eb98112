import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import {
  edgeCount,
  type Nasbench101Cell,
  type Nasbench101Operation,
  nasbench101Operations,
  sourcesOf,
  vertexCount,
} from "../../src/spaces/nasbench101/cell.ts";
import { labelledCells, matrixOf, uniqueCells } from "../../src/spaces/nasbench101/enumerate.ts";
import { moduleHash } from "../../src/spaces/nasbench101/hash.ts";
import { vertexChannels } from "../../src/spaces/nasbench101/network.ts";
import { nasbench101 } from "../../src/spaces/nasbench101.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "./shared-data.ts";

const [conv3, conv1, pool] = nasbench101Operations;
const fingerprint = (text: string) => moduleHash(nasbench101.parse(text));
const parameters = (text: string) => architectureCost(nasbench101, nasbench101.parse(text)).parameters;
const chain = `010|001|000 input;${conv3};output`;

/** A matrix from its edges. */
const graph = (vertices: number, ...edges: [number, number][]) =>
  Array.from({ length: vertices }, (_, u) =>
    Array.from({ length: vertices }, (_, v) => (edges.some(([a, b]) => a === u && b === v) ? "1" : "0")).join(""),
  ).join("|");

describe("the fingerprint (space-nasbench101 §2)", () => {
  const diamond = graph(4, [0, 1], [0, 2], [1, 3], [2, 3]);
  const inception = graph(7, [0, 1], [0, 2], [0, 3], [0, 5], [1, 6], [2, 6], [3, 4], [4, 6], [5, 6]);
  const partlyDead = graph(5, [0, 1], [0, 2], [1, 4], [2, 3]);
  it.each([
    ["01|00 input;output", "043721b9c7fe8c5fad811d47d83132ec"],
    [chain, "b49ac8c578b4561d79ac7087988f1c61"],
    [`010|001|000 input;${conv1};output`, "d1269d9156ddc027c40473008192958a"],
    [`010|001|000 input;${pool};output`, "53cee42601ad14d661bb6878031d6acb"],
    [`${diamond} input;${conv1};${pool};output`, "ac9bd0e2514c031187b612db767fb038"],
    [`${diamond} input;${pool};${conv1};output`, "ac9bd0e2514c031187b612db767fb038"],
    [`${inception} input;${conv1};${conv3};${conv3};${conv3};${pool};output`, "28cfc7874f6d200472e1a9dcd8650aa0"],
    [`${partlyDead} input;${conv3};${pool};${conv1};output`, "b49ac8c578b4561d79ac7087988f1c61"],
  ])("of %s", (text, expected) => {
    expect(fingerprint(text)).toBe(expected);
  });

  it("is equal for isomorphic cells and for no others, over all labelled cells of up to five vertices", () => {
    const classes = new Map<string, string>();
    let labelled = 0;
    for (let vertices = 2; vertices <= 5; vertices++) {
      for (const cell of labelledCells(vertices)) {
        labelled++;
        const key = moduleHash(cell);
        const canonical = leastRelabelling(cell);
        expect(classes.get(key) ?? canonical).toBe(canonical);
        classes.set(key, canonical);
      }
    }
    expect(labelled).toBe(3_364);
    expect(new Set(classes.values()).size).toBe(classes.size);
  });
});

/** The smallest text among all orders of the interior vertices, edges written by vertex: brute-force isomorphism. */
function leastRelabelling({ matrix, operations }: Nasbench101Cell): string {
  const last = matrix.length - 1;
  const texts = permutations(operations.map((_, i) => i + 1)).map((order) => {
    const moved = [0, ...order, last];
    const edges = moved.map((u) => moved.map((v) => matrix[u]?.[v]).join("")).join("|");
    return `${edges} ${order.map((v) => operations[v - 1]).join()}`;
  });
  return texts.sort()[0] as string;
}

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) => permutations(items.filter((x) => x !== item)).map((rest) => [item, ...rest]));

describe("enumeration (§2)", () => {
  it("gives 1, 7, 91, 2,532 and 64,542 unique cells up to 2, 3, 4, 5 and 6 vertices", () => {
    expect([2, 3, 4, 5, 6].map((vertices) => [...uniqueCells(vertices)].length)).toEqual([1, 7, 91, 2_532, 64_542]);
    const labelled = [2, 3, 4, 5, 6].map((vertices) => [...labelledCells(vertices)].length);
    expect(labelled.reduce((sum, count) => sum + count)).toBe(128_509);
  });

  it("decodes matrices (§8.3)", () => {
    const edges = (vertices: number, bits: number) =>
      matrixOf(vertices, bits).flatMap((row, u) => row.flatMap((edge, v) => (edge === 1 ? [`${u}→${v}`] : [])));
    expect(edges(4, 18)).toEqual(["0→2", "1→3"]);
    expect(edges(4, 35)).toEqual(["0→1", "0→2", "2→3"]);
    expect(edges(3, 7)).toEqual(["0→1", "0→2", "1→2"]);
  });
});

describe("vertex channels (§3)", () => {
  const cellOf = (vertices: number, ...edges: [number, number][]): Nasbench101Cell => ({
    matrix: graph(vertices, ...edges)
      .split("|")
      .map((row) => Array.from(row, Number)),
    operations: Array.from({ length: vertices - 2 }, (): Nasbench101Operation => conv3),
  });
  const diamond = cellOf(4, [0, 1], [0, 2], [1, 3], [2, 3]);
  const branches = cellOf(5, [0, 1], [0, 2], [0, 3], [1, 4], [2, 4], [3, 4]);
  const split = cellOf(5, [0, 1], [1, 2], [1, 3], [2, 4], [3, 4]);
  const skip = cellOf(5, [0, 1], [0, 3], [1, 2], [1, 4], [2, 3], [3, 4]);
  it.each([
    ["diamond", diamond, 8, 15, [8, 8, 7, 15]],
    ["three branches", branches, 8, 8, [8, 3, 3, 2, 8]],
    ["three branches", branches, 8, 15, [8, 5, 5, 5, 15]],
    ["a chain that splits", split, 8, 9, [8, 5, 5, 4, 9]],
    ["skips", skip, 8, 15, [8, 8, 7, 7, 15]],
  ] as const)("of a %s", (_, cell, inputs, outputs, expected) => {
    expect(vertexChannels(cell, inputs, outputs)).toEqual(expected);
  });

  it("feed the output with as many channels as it has", () => {
    const random = Random.stream(2, "test/channels");
    for (let i = 0; i < 300; i++) {
      const cell = nasbench101.random(random);
      const channels = vertexChannels(cell, 128, 256);
      const feeding = sourcesOf(cell, vertexCount(cell) - 1).filter((v) => v > 0);
      if (feeding.length > 0) expect(feeding.reduce((sum, v) => sum + (channels[v] as number), 0)).toBe(256);
    }
  });
});

it("the stem and each of the nine cells are blocks", () => {
  const plan = nasbench101.plan(nasbench101.parse(chain), 10);
  expect(plan.kind === "graph" && plan.graph.blocks.length).toBe(1 + 9);
});

describe("parameters", () => {
  it("of a chain with one 3×3 convolution, by hand", () => {
    const conv = (inputs: number, outputs: number, kernel: number) => inputs * outputs * kernel ** 2 + 2 * outputs;
    // Each cell projects its input and convolves; the first cell of a stack doubles the channels.
    const cellOf = (inputs: number, outputs: number) => conv(inputs, outputs, 1) + conv(outputs, outputs, 3);
    const stacks = [128, 256, 512].map((c, i) => cellOf(i === 0 ? 128 : c / 2, c) + 2 * cellOf(c, c));
    const expected = conv(3, 128, 3) + stacks.reduce((sum, n) => sum + n, 0) + 512 * 10 + 10;
    expect(parameters(chain)).toBe(expected);
  });

  it.skipIf(!hasSharedData)(
    `and fingerprints of every fourth of the 20,001 cells of the sample ${needsSharedData}`,
    () => {
      const rows = sharedCsv("nasbench101-sample.csv.gz").filter((_, i) => i % 4 === 0);
      const wrong = rows.filter(({ hash, adjacency, ops, params }) => {
        const cell = nasbench101.parse(`${adjacency} ${ops}`);
        return moduleHash(cell) !== hash || architectureCost(nasbench101, cell).parameters !== Number(params);
      });
      expect(wrong).toEqual([]);
    },
  );

  it.skipIf(!hasSharedData)(
    `fingerprints of cells with dead vertices are those of the pruned ones ${needsSharedData}`,
    () => {
      const rows = sharedCsv("zc-scores-nasbench101.csv.gz");
      expect(rows.filter(({ hash, adjacency, ops }) => fingerprint(`${adjacency} ${ops}`) !== hash)).toEqual([]);
      // The published millions leave no more than rounding.
      const millions = rows.map(
        ({ adjacency, ops, params }) => parameters(`${adjacency} ${ops}`) / 1e6 - Number(params),
      );
      expect(Math.max(...millions.map(Math.abs))).toBeLessThan(1e-6);
    },
  );
});

describe("text", () => {
  it("of random cells reads back in every form, and all are valid", () => {
    const random = Random.stream(3, "test/nasbench101");
    for (let i = 0; i < 300; i++) {
      const cell = nasbench101.random(random);
      expect(nasbench101.parse(nasbench101.format(cell))).toEqual(cell);
      const labels = ["input", ...cell.operations, "output"];
      expect(nasbench101.parse(`${cell.matrix.flat().join("")} ${labels.join(",")}`)).toEqual(cell);
      expect(nasbench101.parse(JSON.stringify({ matrix: cell.matrix, ops: labels }))).toEqual(cell);
      expect(edgeCount(cell)).toBeLessThanOrEqual(9);
      expect(vertexCount(cell)).toBeLessThanOrEqual(7);
    }
  });

  // Zhou et al.'s example of the benchmark: what its README builds and its query prints.
  const inception = `0111010|0000001|0000001|0000100|0000001|0000001|0000000 input;${conv1};${conv3};${conv3};${conv3};${pool};output`;
  const rows = (inception.split(" ")[0] ?? "").split("|").map((row) => Array.from(row, Number));
  const names = (inception.split(" ")[1] ?? "").split(";");
  const python = (value: unknown): string => JSON.stringify(value).replaceAll('"', "'");
  const numpy = `[${rows.map((row) => `[${row.join(" ")}]`).join("\n ")}]`;
  it.each([
    ["the names of the benchmark", JSON.stringify({ module_adjacency: rows, module_operations: names })],
    ["false and true", JSON.stringify({ matrix: rows.map((row) => row.map((edge) => edge === 1)), ops: names })],
    ["entries as texts", JSON.stringify({ matrix: rows.map((row) => row.map(String)), ops: names })],
    [
      "what the query prints",
      `{'module_adjacency': array(${python(rows).replaceAll("],", "],\n      ")}, dtype=int8), 'module_operations': ${python(names)}, 'trainable_parameters': 8555530, 'final_test_accuracy': 0.9332}`,
    ],
    [
      "the program's call",
      `model_spec = api.ModelSpec(\n  # the input\n  matrix=${JSON.stringify(rows)},\n  ops=[INPUT, CONV1X1, CONV3X3, CONV3X3, CONV3X3, MAXPOOL3X3, OUTPUT])`,
    ],
    ["a matrix of numpy", `${numpy} ${names.join(",")}`],
    ["a matrix of numpy and a list", `${numpy} ${python(names)}`],
    ["quotes around it", `"${inception}"`],
  ])("reads %s", (_, text) => {
    expect(nasbench101.format(nasbench101.parse(text))).toBe(nasbench101.format(nasbench101.parse(inception)));
    expect(fingerprint(text)).toBe(fingerprint(inception));
  });

  it("of ten edges is accepted if pruning removes one", () => {
    const ten: [number, number][] = [
      [0, 1],
      [0, 2],
      [0, 3],
      [0, 4],
      [1, 6],
      [2, 6],
      [3, 6],
      [4, 6],
      [1, 2],
    ];
    const labels = `input;${conv3};${conv3};${conv3};${conv3};${conv3};output`;
    expect(() => nasbench101.parse(`${graph(7, ...ten, [0, 5])} ${labels}`)).not.toThrow();
    expect(() => nasbench101.parse(`${graph(7, ...ten, [0, 6])} ${labels}`)).toThrow(
      /10 edges after pruning, at most 9/,
    );
  });

  it.each([
    ["", /expected "011\|001\|000 input/],
    ["01|00", /expected "011/],
    ["0x|00 input;output", /expected "011/],
    ["01|0 input;output", /row 2 of the matrix has 1 entries instead of 2/],
    ["01000 input;output", /5 entries is not square/],
    ["01|10 input;output", /the edge 1→0 leads back/],
    ["00|00 input;output", /no path leads from the input to the output/],
    ["010|001|000 input;output", /2 operations for 3 vertices/],
    ["010|001|000 input;conv5x5;output", /"conv5x5" is no operation/],
    ["01|00 in;output", /first operation must be "input", not "in"/],
    ["01|00 input;out", /last operation must be "output", not "out"/],
    ['{"matrix": [[0,1],[0,0]]}', /needs "matrix" .*, and "ops"/],
    ['{"matrix": [[0,2],[0,0]], "ops": ["input","output"]}', /holds 2 in row 1, column 2/],
    ["{", /expected a field's name, found the end \(character 2\)/],
    ['{"module_operations": ["input","output"]}', /needs "matrix" or "module_adjacency"/],
    ['{"matrix": [[0,"yes"],[0,0]], "ops": ["input","output"]}', /holds "yes" in row 1, column 2/],
    [
      `${graph(8, [0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7])} input;${Array(6).fill(conv3).join(";")};output`,
      /8 vertices after pruning/,
    ],
  ])("%j is refused", (text, message) => {
    expect(() => nasbench101.parse(text)).toThrow(message);
  });

  it("of any kind gives a cell or an ArchwrightError", () => {
    const piece = fc.constantFrom("0", "1", "|", " ", "input", "output", ";", ",", conv3, pool, "{", "[", '"ops"');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (text) => {
          try {
            nasbench101.parse(text);
          } catch (error) {
            expect(error).toMatchObject({ name: "ArchwrightError", code: "architecture" });
          }
        },
      ),
    );
  });
});
