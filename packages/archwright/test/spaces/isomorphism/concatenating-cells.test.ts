/** Cells whose output is a concatenation: the same network in any order of their nodes, and only then. */
import { describe, expect, it } from "vitest";
import { ArchwrightError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import type { ArchitectureSpace } from "../../../src/spaces/architecture-space.ts";
import { architectureSpaces } from "../../../src/spaces/architecture-spaces.ts";
import type { Architecture, CellGenotype } from "../../../src/spaces/space.ts";
import { isomorphic, type LabelledGraph, labelledGraph, orders } from "./labelled-graphs.ts";

/** Two inputs come before the nodes that are computed. */
const INPUTS = 2;

/** NDS architectures have width and depth besides. */
const cellsOf = (architecture: unknown): Architecture =>
  (architecture as { cells?: Architecture }).cells ?? (architecture as Architecture);

const withCells = (architecture: unknown, cells: Architecture): unknown =>
  (architecture as { cells?: Architecture }).cells === undefined ? cells : { ...(architecture as object), cells };

const nodesOf = ({ choices }: CellGenotype): number => 1 + Math.max(...choices.map(({ target }) => target));

function cellGraph(cell: CellGenotype): LabelledGraph {
  const nodes = nodesOf(cell);
  const joined = cell.concat ?? Array.from({ length: nodes - INPUTS }, (_, i) => INPUTS + i);
  const labels = Array.from({ length: nodes }, (_, v) => (v < INPUTS ? `input ${v}` : `node ${joined.includes(v)}`));
  return labelledGraph(
    labels,
    cell.choices.map(({ source, target, operation }) => [source, target, operation] as const),
  );
}

const sameNetwork = (a: unknown, b: unknown): boolean =>
  Object.entries(cellsOf(a)).every(([name, cell]) =>
    isomorphic(cellGraph(cell), cellGraph(cellsOf(b)[name] as CellGenotype)),
  );

/** The cell with its nodes in other orders in which sources still come before targets. */
function* renamed(cell: CellGenotype): Generator<CellGenotype> {
  const computed = Array.from({ length: nodesOf(cell) - INPUTS }, (_, i) => INPUTS + i);
  for (const order of orders(computed)) {
    const names = [...Array(INPUTS).keys(), ...order];
    const choices = cell.choices.map(({ source, target, operation }) => ({
      source: names[source] as number,
      target: names[target] as number,
      operation,
    }));
    if (choices.some(({ source, target }) => source >= target)) continue;
    const concat = cell.concat?.map((v) => names[v] as number).sort((a, b) => a - b);
    choices.sort((a, b) => a.target - b.target || a.source - b.source);
    yield concat === undefined ? { choices } : { choices, concat };
  }
}

/** As the space reads it; undefined where it is not of the space. */
function within(space: ArchitectureSpace, architecture: unknown): unknown {
  try {
    return space.parse(space.format(architecture));
  } catch (error) {
    if (error instanceof ArchwrightError) return undefined;
    throw error;
  }
}

/** Itself among them. */
function copies(space: ArchitectureSpace, architecture: unknown): unknown[] {
  const cells = cellsOf(architecture);
  return Object.entries(cells).flatMap(([name, cell]) =>
    [...renamed(cell)].flatMap((other) => {
      const copy = within(space, withCells(architecture, { ...cells, [name]: other }));
      return copy === undefined ? [] : [copy];
    }),
  );
}

/** With one operation exchanged for another of the architecture's. */
function changed(space: ArchitectureSpace, architecture: unknown, random: Random): unknown {
  const cells = cellsOf(architecture);
  const [name, cell] = random.pick(Object.entries(cells));
  const place = random.integer(cell.choices.length);
  const { operation } = random.pick(cell.choices);
  const choices = cell.choices.map((choice, i) => (i === place ? { ...choice, operation } : choice));
  return within(space, withCells(architecture, { ...cells, [name]: { ...cell, choices } }));
}

const spaces = architectureSpaces.filter(
  ({ canonical, random }) =>
    canonical !== undefined && cellsOf(random(Random.stream(0, "kind"))).normal?.choices !== undefined,
);

it("there are such spaces", () => {
  expect(spaces.map(({ name }) => name)).toEqual(expect.arrayContaining(["darts", "s1", "s2", "s3", "s4"]));
  expect(spaces.some(({ name }) => name.startsWith("nds-"))).toBe(true);
});

describe.each(spaces.map((space) => [space.name, space] as const))("%s", (name, space) => {
  const random = Random.stream(7, `concatenating/${name}`);
  const drawn = Array.from({ length: 8 }, () => space.random(random));
  const canonicalText = (architecture: unknown): string => space.format(space.canonical?.(architecture));

  it("copies with other numbers of the nodes are one network", () => {
    for (const architecture of drawn) {
      const all = copies(space, architecture);
      expect(all.every((copy) => sameNetwork(copy, architecture))).toBe(true);
      expect(new Set(all.map(canonicalText))).toEqual(new Set([canonicalText(architecture)]));
    }
  });

  it("what is not isomorphic is another network", () => {
    let different = 0;
    for (const architecture of drawn) {
      for (const copy of copies(space, architecture).slice(0, 6)) {
        const other = changed(space, copy, random);
        if (other === undefined) continue;
        const same = sameNetwork(other, architecture);
        if (!same) different++;
        expect(canonicalText(other) === canonicalText(architecture), space.format(other)).toBe(same);
      }
    }
    for (const [i, a] of drawn.entries()) {
      const b = drawn[(i + 1) % drawn.length];
      if (!sameNetwork(a, b)) expect(canonicalText(a)).not.toBe(canonicalText(b));
    }
    expect(different).toBeGreaterThan(0);
  });
});
