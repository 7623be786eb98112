/** Which architectures see their images: counted, and against what networks do. */
import { Generator, noGrad, randn, scope } from "@archwright/torch";
import { expect, it } from "vitest";
import { architectureNetwork } from "../../src/networks/architecture-network.ts";
import { Random } from "../../src/random.ts";
import { type ArchitectureSpace, networkSpace } from "../../src/spaces/architecture-space.ts";
import { architectureSpaces, findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { connected } from "../../src/spaces/connected.ts";

const sees = (space: ArchitectureSpace, architecture: unknown): boolean => connected(space.plan(architecture, 10));

it("341 of the 15,625 cells of NAS-Bench-201 have no path: as many as published zen scores are missing", () => {
  const space = findArchitectureSpace("nasbench201");
  const blind = [...(space.enumerate?.() ?? [])].filter((architecture) => !sees(space, architecture));
  expect(blind).toHaveLength(341);
});

it.each([
  ["nasbench201", "4x1", "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|", true],
  ["nasbench201", "4x1", "|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|none~0|none~1|none~2|", false],
  ["transnasbench101-micro", "evaluation", "3_33_003", true],
  ["transnasbench101-micro", "evaluation", "3_33_000", false],
  ["transnasbench101-micro", "evaluation", "0_30_020", false],
  ["nasbench-macro", "evaluation", "00000000", true],
  ["nasbench101", "evaluation", "01|00 input;output", true],
])("%s, %s: the logits of %s depend on the image: %s", (name, size, text, expected) => {
  const space = networkSpace(findArchitectureSpace(name), size);
  const architecture = space.parse(text);
  expect(sees(space, architecture)).toBe(expected);
  scope(() => {
    using network = architectureNetwork(space, architecture, { seed: 1, classes: 4 });
    const images = randn([2, 3, 32, 32], new Generator(1));
    const { logits } = noGrad(() => network.forward(images, { mode: "minibatch", random: new Generator(2) }));
    const values = logits.toArray();
    expect(values.slice(0, 4).some((value, i) => value !== values[i + 4])).toBe(expected);
  });
});

it.each(architectureSpaces.map((space) => [space.name, space] as const))(
  "%s: most of those drawn do",
  (name, space) => {
    const random = Random.stream(3, `connected/${name}`);
    const drawn = Array.from({ length: 20 }, () => sees(space, space.random(random)));
    expect(drawn.filter(Boolean).length).toBeGreaterThan(15);
  },
);
