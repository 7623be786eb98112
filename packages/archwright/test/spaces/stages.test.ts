/** Where stages end, by the shapes that networks show there on images of 32×32 pixels. */
import { noGrad, scope, setThreads, type Tensor } from "@archwright/torch";
import { beforeAll, expect, it } from "vitest";
import { planNetwork } from "../../src/networks/architecture-network.ts";
import { Random } from "../../src/random.ts";
import type { ArchitectureSpace } from "../../src/spaces/architecture-space.ts";
import { backbonePlan, cellArchitectures, networkSpace } from "../../src/spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { cell } from "../../src/spaces/cells.ts";
import { defineSpace } from "../../src/spaces/define.ts";
import { nasbench201Operations } from "../../src/spaces/operations.ts";
import { staged } from "../../src/spaces/skeletons/staged.ts";
import { stageEnds } from "../../src/spaces/skeletons/stages.ts";
import { images } from "../networks/support.ts";

beforeAll(() => setThreads(1));

/** [channels, height] of the ends of stages. */
const ends = (space: ArchitectureSpace, architecture: unknown): number[][] =>
  scope(() => {
    using network = planNetwork(backbonePlan(space, architecture, 10), { seed: 0 });
    const shapes: number[][] = [];
    const onBlock = ({ shape }: Tensor, endsStage: boolean): void => {
      if (endsStage) shapes.push([shape[1] as number, shape[2] as number]);
    };
    noGrad(() => network.forward(images(2, 32), { mode: "minibatch", onBlock }));
    return shapes;
  });

const random = (space: ArchitectureSpace): unknown => space.random(Random.stream(1, "test/stages"));

const nb101 = "0111|0010|0001|0000 input;conv3x3-bn-relu;maxpool3x3;output";
const nds = { cells: "", width: 8, depth: 6 };

it.each([
  [
    "nasbench201",
    "evaluation",
    undefined,
    [
      [16, 32],
      [32, 16],
      [64, 8],
    ],
  ],
  [
    "nasbench101",
    "1/8",
    nb101,
    [
      [16, 32],
      [32, 16],
      [64, 8],
    ],
  ],
  [
    "darts",
    "4x6",
    undefined,
    [
      [16, 32],
      [32, 16],
      [64, 8],
    ],
  ],
  // Modules, the last of which does not halve the resolution.
  [
    "transnasbench101-micro",
    "1/16",
    "64-41414-1_02_333",
    [
      [8, 4],
      [8, 4],
      [16, 2],
      [16, 2],
      [32, 2],
    ],
  ],
  [
    "transnasbench101-macro",
    "1/16",
    "64-1234-basic",
    [
      [4, 8],
      [8, 8],
      [8, 4],
      [16, 2],
    ],
  ],
  [
    "nds-resnet-in",
    "evaluation",
    '{"block_type": "res_basic_block", "ds": [1, 2, 1, 1, 1], "ws": [16, 16, 32, 48, 64], "ss": [4, 1, 2, 2, 2], "bot_muls": [], "num_gs": []}',
    [
      [16, 32],
      [32, 16],
      [48, 8],
      [64, 4],
    ],
  ],
  [
    "nasbench-macro",
    "evaluation",
    "00000000",
    [
      [64, 16],
      [128, 8],
      [256, 4],
    ],
  ],
] as const)("%s (%s)", (name, network, text, expected) => {
  const space = networkSpace(findArchitectureSpace(name), network);
  expect(ends(space, text === undefined ? random(space) : space.parse(text))).toEqual(expected);
});

it("NDS cells have CIFAR's stem whatever they were trained on", () => {
  const space = findArchitectureSpace("nds-darts-in");
  const architecture = { ...(random(space) as typeof nds), width: 8, depth: 6 };
  expect(ends(space, architecture).map(([, height]) => height)).toEqual([32, 16, 8]);
});

it("spaces of one's own may name other ends, which must be there", () => {
  const template = cell("cell", { nodes: 3, operations: Object.keys(nasbench201Operations) });
  const own = (stages: readonly number[]) =>
    defineSpace({
      ...{ name: "own", title: "", source: "", cells: [template], operations: nasbench201Operations },
      sizes: { search: { channels: 4, cells: 2 }, evaluation: { channels: 4, cells: 2 } },
      skeleton: (options) => ({ ...staged(template)(options), stages }),
    });
  const space = cellArchitectures(own([-1, 0, 7]));
  expect(ends(space as ArchitectureSpace, random(space as ArchitectureSpace))).toEqual([
    [4, 32],
    [4, 32],
    [16, 8],
  ]);
  expect(() => own([8])).toThrow(/a stage ends with block 8, which is not there/);
  const skeleton = staged(template)({ channels: 4, cells: 2, classes: 10, purpose: "search" });
  expect([...stageEnds(skeleton)]).toEqual([1, 4, 7]);
});

it("parts of the channels are refused where they are no even number, and where there is one width", () => {
  expect(() => networkSpace(findArchitectureSpace("nasbench101"), "1/3")).toThrow(
    /1\/3 of 128 channels must be an even number/,
  );
  expect(() => networkSpace(findArchitectureSpace("nasbench-macro"), "1/2")).toThrow(/have only one width/);
  const space = networkSpace(findArchitectureSpace("nasbench201"), "1/16");
  expect(() => space.plan(random(space), 10)).toThrow(/1\/16 of 16 channels/);
  expect(() => networkSpace(space, "half")).toThrow(/a part of the channels such as 1\/4/);
});
