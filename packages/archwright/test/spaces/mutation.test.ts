/** Mutations: in every space a neighbour that is valid, differs, and leads on; and what exactly a step changes. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { Random } from "../../src/random.ts";
import type { ArchitectureSpace } from "../../src/spaces/architecture-space.ts";
import { identityOf } from "../../src/spaces/architecture-space.ts";
import { architectureSpaces, findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { changeOne } from "../../src/spaces/mutation.ts";
import { vertexCount } from "../../src/spaces/nasbench101/cell.ts";
import { nasbench101 } from "../../src/spaces/nasbench101.ts";
import { looseEnds } from "../../src/spaces/nds/cell-space.ts";
import { ndsSpaces } from "../../src/spaces/nds.ts";
import { spaces } from "../../src/spaces/registry.ts";
import type { Architecture, CellGenotype, CellTemplate } from "../../src/spaces/space.ts";
import { transnasbench101Macro } from "../../src/spaces/transnasbench101.ts";

/** So many mutations one after the other, from a random architecture. */
function walk<A>(space: ArchitectureSpace<A>, seed: number, steps: number): A[] {
  const random = Random.stream(seed, `test/mutation/${space.name}`);
  const path = [space.random(random)];
  for (let i = 0; i < steps; i++) path.push(space.mutate(path.at(-1) as A, random));
  return path;
}

describe.each(architectureSpaces.map((space) => [space.name, space] as const))("%s", (_, space) => {
  it("gives another valid architecture, which reads back from its text, the same for the same seed", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const path = walk(space, seed, 6);
        const texts = path.map((architecture) => space.format(architecture));
        for (const [i, text] of texts.entries()) {
          expect(space.parse(text)).toEqual(path[i]);
          expect(text).not.toBe(texts[i + 1]);
        }
        expect(walk(space, seed, 6)).toEqual(path);
      }),
      { numRuns: 15 },
    );
  });

  it("leads to many architectures", () => {
    const reached = new Set(walk(space, 1, 150).map((architecture) => identityOf(space, architecture)));
    expect(reached.size).toBeGreaterThan(75);
  });
});

describe.each(spaces.map((space) => [space.name, space] as const))("a step in %s", (name, space) => {
  it("changes one operation or one source, and leaves as many inputs to each node", () => {
    const path = walk(findArchitectureSpace(name), 2, 200) as Architecture[];
    for (const [i, child] of path.slice(1).entries()) {
      const before = edgesOf(path[i] as Architecture);
      const after = edgesOf(child);
      expect(after).toHaveLength(before.length);
      expect(after.filter((edge) => !before.includes(edge))).toHaveLength(1);
      for (const { name: cell } of space.cells) {
        const places = (child[cell] as CellGenotype).choices.map(({ source, target }) => `${source} ${target}`);
        expect(new Set(places).size).toBe(places.length);
      }
    }
  });
});

const edgesOf = (architecture: Architecture): string[] =>
  Object.entries(architecture).flatMap(([cell, { choices }]) =>
    choices.map(({ source, target, operation }) => `${cell} ${source} ${target} ${operation}`),
  );

test("each neighbour of a NAS-Bench-201 cell is as likely: 6 edges, 4 other operations", () => {
  const space = findArchitectureSpace("nasbench201");
  const random = Random.stream(4, "test");
  const parent = space.random(random);
  const counts = new Map<string, number>();
  const draws = 12_000;
  for (let i = 0; i < draws; i++) {
    const text = space.format(space.mutate(parent, random));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
  const expected = draws / 24;
  const statistic = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(statistic).toBeLessThan(49.7);
});

test("NAS-Bench-101 cells shrink and grow again, and no mutant is isomorphic to its parent", () => {
  const path = walk(nasbench101, 5, 400);
  const identities = path.map((cell) => identityOf(nasbench101, cell));
  for (let i = 1; i < path.length; i++) expect(identities[i]).not.toBe(identities[i - 1]);
  const sizes = path.map(vertexCount);
  expect(sizes.slice(1).some((size, i) => size > (sizes[i] as number))).toBe(true);
  expect(sizes.slice(1).some((size, i) => size < (sizes[i] as number))).toBe(true);
  expect(Math.max(...sizes)).toBe(7);
  expect(Math.min(...sizes)).toBeLessThan(6);
  const smallest = nasbench101.parse('{"matrix": [[0, 1], [0, 0]], "ops": ["input", "output"]}');
  expect(vertexCount(nasbench101.mutate(smallest, Random.stream(1, "test")))).toBeGreaterThan(2);
});

test("skeletons of TransNAS-Bench-101 change in length and in types", () => {
  const lengths = new Set(walk(transnasbench101Macro, 3, 100).map((modules) => modules.length));
  expect([...lengths].sort()).toEqual([4, 5, 6]);
});

test("NDS cells concatenate what no other node reads, after every step; width and depth move, too", () => {
  for (const space of ndsSpaces.filter(({ name }) => /nasnet|amoeba|enas/.test(name))) {
    const path = walk(space, 6, 200) as { cells: Architecture; width: number; depth: number }[];
    const [template] = cellTemplatesOf(space);
    for (const { cells } of path) {
      for (const { choices, concat } of Object.values(cells)) {
        const ends = looseEnds(template as CellTemplate, choices);
        expect(concat ?? Array.from({ length: (template as CellTemplate).nodes - 2 }, (_, i) => i + 2)).toEqual(ends);
      }
    }
    expect(new Set(path.map(({ width }) => width)).size).toBeGreaterThan(1);
    expect(new Set(path.map(({ depth }) => depth)).size).toBeGreaterThan(1);
  }
});

function cellTemplatesOf(space: ArchitectureSpace): readonly CellTemplate[] {
  const plan = space.plan(space.random(Random.stream(0, "test")), 2);
  return plan.kind === "cells" ? plan.space.cells : [];
}

test("chains change one entry of one list", () => {
  for (const space of ndsSpaces.filter(({ name }) => /resnet|vanilla|resnext/.test(name))) {
    const texts = walk(space, 7, 100).map((chain) => space.format(chain));
    for (const [i, text] of texts.slice(1).entries()) {
      const [before, after] = [numbersOf(texts[i] as string), numbersOf(text)];
      expect(after.filter((value, j) => value !== before[j])).toHaveLength(1);
    }
  }
});

const numbersOf = (text: string): string[] => text.match(/[\d.]+/g) ?? [];

test("decisions without another value are passed over", () => {
  const random = Random.stream(1, "test");
  for (let i = 0; i < 20; i++) expect(changeOne([[], [() => "only"], []], random)).toBe("only");
});
