/** What every space that can be scored must do, whatever its architectures are. */
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { architectureCost, identityOf } from "../../src/spaces/architecture-space.ts";
import { architectureSpaces, findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { networkCost } from "../../src/spaces/cost.ts";
import { darts } from "../../src/spaces/darts.ts";
import { spaces } from "../../src/spaces/registry.ts";

describe("findArchitectureSpace", () => {
  it("finds every space, the cell spaces among them, by name and alias in any case", () => {
    for (const space of architectureSpaces) expect(findArchitectureSpace(space.name.toUpperCase())).toBe(space);
    for (const { name } of spaces) expect(findArchitectureSpace(name).name).toBe(name);
    expect(findArchitectureSpace("NAS-Bench-101").name).toBe("nasbench101");
    expect(new Set(architectureSpaces.map(({ name }) => name)).size).toBe(architectureSpaces.length);
  });

  it("names the nearest space in the error", () => {
    expect(() => findArchitectureSpace("nasbench-makro")).toThrow(/did you mean "nasbench-macro"\?/);
  });
});

describe.each(architectureSpaces.map((space) => [space.name, space] as const))("%s", (name, space) => {
  it("reads back what it writes; the identity is the architecture's, not the text's; costs are whole", () => {
    const random = Random.stream(11, name);
    for (let i = 0; i < 20; i++) {
      const architecture = space.random(random);
      const text = space.format(architecture);
      const again = space.parse(text);
      expect(again).toEqual(architecture);
      expect(identityOf(space, again)).toBe(identityOf(space, architecture));
      expect(text).not.toContain("\n");
      const { parameters, macs } = architectureCost(space, architecture);
      expect(Number.isInteger(parameters) && Number.isInteger(macs) && parameters > 0 && macs > 0).toBe(true);
    }
  });

  it("draws the same for the same seed, and different ones", () => {
    const drawn = (seed: number) => {
      const random = Random.stream(seed, name);
      return Array.from({ length: 10 }, () => space.format(space.random(random)));
    };
    expect(drawn(3)).toEqual(drawn(3));
    expect(new Set(drawn(3)).size).toBeGreaterThan(1);
    expect(drawn(3)).not.toEqual(drawn(4));
  });
});

it("a cell space's cost is that of its evaluation network", () => {
  const random = Random.stream(1, "test/adapter");
  const space = findArchitectureSpace("darts");
  for (let i = 0; i < 5; i++) {
    const architecture = space.random(random) as ReturnType<typeof darts.parse>;
    expect(architectureCost(space, architecture)).toEqual(networkCost(darts, architecture));
  }
});
