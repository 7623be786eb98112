import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { architectureProblem } from "../../src/spaces/architecture.ts";
import { findSpace, spaceAliases, spaces } from "../../src/spaces/registry.ts";
import { randomArchitecture } from "../../src/spaces/sampling.ts";

describe("findSpace", () => {
  it("finds every space by its name and alias, in any case", () => {
    for (const space of spaces) expect(findSpace(space.name.toUpperCase())).toBe(space);
    for (const [alias, name] of spaceAliases) expect(findSpace(alias).name).toBe(name);
    expect(findSpace("s5").cells[0]?.operations[0]).toHaveLength(7);
  });

  it("names the nearest space in the error", () => {
    expect(() => findSpace("nasbench21")).toThrow(/unknown space "nasbench21"; did you mean "nasbench201"\?/);
  });
});

describe.each(spaces.map((space) => [space.name, space] as const))("%s", (_, space) => {
  it("reads back what it writes, for random architectures", () => {
    const random = Random.stream(7, space.name);
    for (let i = 0; i < 200; i++) {
      const architecture = randomArchitecture(space, random);
      expect(architectureProblem(space, architecture)).toBeUndefined();
      expect(space.parse(space.format(architecture))).toEqual(architecture);
    }
  });

  it("survives JSON", () => {
    const architecture = randomArchitecture(space, Random.stream(1, "json"));
    expect(JSON.parse(JSON.stringify(architecture))).toEqual(architecture);
  });
});
