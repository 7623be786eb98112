/** What holds for the canonical architectures of every space that has them. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/random.ts";
import { architectureCost } from "../../../src/spaces/architecture-space.ts";
import { architectureSpaces } from "../../../src/spaces/architecture-spaces.ts";

const spaces = architectureSpaces.filter(({ canonical }) => canonical !== undefined);

it("all spaces have them but those in which every place counts", () => {
  const without = architectureSpaces.filter((space) => !spaces.includes(space)).map(({ name }) => name);
  expect(without.filter((name) => !/^nds-(resnet|resnext|vanilla)/.test(name))).toEqual([
    "transnasbench101-macro",
    "enas-macro6",
    "enas-macro12",
    "mobilenet-like",
  ]);
});

describe.each(spaces.map((space) => [space.name, space] as const))("%s", (name, space) => {
  it("the canonical architecture is of the space, its own canonical one, and costs what the other does", () => {
    const random = Random.stream(5, `canonical/${name}`);
    let moved = 0;
    for (let i = 0; i < 30; i++) {
      const architecture = space.random(random);
      const canonical = space.canonical?.(architecture);
      const text = space.format(canonical);
      if (text !== space.format(architecture)) moved++;
      expect(space.parse(text)).toEqual(canonical);
      expect(space.format(space.canonical?.(canonical))).toBe(text);
      expect(architectureCost(space, canonical)).toEqual(architectureCost(space, architecture));
    }
    expect(moved).toBeGreaterThan(0);
  });
});
