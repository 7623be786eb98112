import { any, enableGrad, Generator, gradOrNull, mul, noGrad, randn, scope, sum, zeros } from "@archwright/torch";
import { describe, expect, it } from "vitest";
import { architectureNetwork } from "../../src/networks/architecture-network.ts";
import { scoredLayers } from "../../src/proxies/observation/layers.ts";
import { withGradients } from "../../src/proxies/observation/weights.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { macroSpace, transnasbench101Macro, transnasbench101Micro } from "../../src/spaces/transnasbench101.ts";
import { hasSharedData, needsSharedData, sharedCsv } from "./shared-data.ts";

const micro = transnasbench101Micro;
const macro = transnasbench101Macro;

const built = (space: typeof micro | typeof macro, text: string) =>
  architectureNetwork(space as typeof micro, space.parse(text) as never, { seed: 1, classes: 10 });

/** Of the encoder alone: the specification's numbers leave the classifier out. */
function encoder(space: typeof micro | typeof macro, text: string, channels: number, imageSize: number) {
  const { parameters, macs } = architectureCost(space, space.parse(text) as never, { classes: 10, imageSize });
  return { parameters: parameters - 10 * channels - 10, macs: macs - 10 * channels };
}

describe("costs (space-transnasbench101 §8)", () => {
  it.each([
    ["64-41414-0_00_000", micro, 512, 19_488, 89_653_248, 1_400_832],
    ["64-41414-1_11_111", micro, 512, 540_960, 165_150_720, 2_580_480],
    ["64-41414-2_22_222", micro, 512, 4_645_920, 1_020_788_736, 15_949_824],
    ["64-41414-3_33_333", micro, 512, 41_411_616, 8_469_872_640, 132_341_760],
    ["64-41414-1_02_333", micro, 512, 22_520_608, 4_585_947_136, 71_655_424],
    ["64-41414-3_32_132", micro, 512, 21_829_408, 4_527_226_880, 70_737_920],
    ["64-1234-basic", macro, 256, 3_400_224, 3_998_744_576, 62_480_384],
    ["64-2311-basic", macro, 128, 2_334_240, 4_065_853_440, 63_528_960],
    ["64-1242-basic", macro, 512, 11_186_464, 13_578_534_912, 212_164_608],
    ["64-224131-basic", macro, 512, 39_625_504, 33_979_629_568, 530_931_712],
  ] as const)("of %s", (text, space, channels, parameters, macs256, macs32) => {
    expect(encoder(space, text, channels, 256)).toEqual({ parameters, macs: macs256 });
    expect(encoder(space, text, channels, 32)).toEqual({ parameters, macs: macs32 });
  });

  it("factorized reductions stand on the three edges that leave node 0 of a cell that changes the shape", () => {
    const plan = micro.plan(micro.parse("1_11_111"), 47);
    const shifts = plan.kind === "graph" ? plan.graph.nodes.filter(({ layer }) => layer.kind === "shift").length : 0;
    // Three modules of type 4, whose first cell alone changes the shape.
    expect(shifts).toBe(3 * 3);
  });

  it("the released code's shortcut differs in its norm only", () => {
    const norms = (space: typeof macro) => {
      const plan = space.plan(space.parse("1234"), 47);
      return plan.kind === "graph"
        ? plan.graph.nodes.flatMap(({ layer }) => (layer.kind === "batch-norm" ? [layer.epsilon] : []))
        : [];
    };
    const released = norms(macroSpace({ releasedShortcut: true }));
    expect(released).toHaveLength(norms(macro).length);
    // Modules 2, 3 and 4 change the shape.
    expect(released.filter((epsilon) => epsilon === 1)).toHaveLength(3);
    expect(norms(macro)).not.toContain(1);
  });
});

describe("the encoder (space-transnasbench101 §8)", () => {
  it.each([
    ["64-41414-0_00_000", [512, 8, 8], micro],
    ["64-41414-1_11_111", [512, 8, 8], micro],
    ["64-1234-basic", [256, 16, 16], macro],
    ["64-2311-basic", [128, 32, 32], macro],
    ["64-1242-basic", [512, 32, 32], macro],
    ["64-224131-basic", [512, 16, 16], macro],
  ] as const)("%s makes %j of images of 256 pixels", (text, expected, space) => {
    scope(() => {
      const shapes: (readonly number[])[] = [];
      const onFeatures = ({ shape }: { readonly shape: readonly number[] }): void => void shapes.push(shape);
      using network = built(space, text);
      noGrad(() => network.forward(zeros([1, 3, 256, 256]), { mode: "eval", onFeatures }));
      expect(shapes).toEqual([[1, ...expected]]);
    });
  });

  it.each(["0_33_003", "3_33_000", "0_00_000"])("nodes that nothing reaches are zero: %s", (text) => {
    scope(() => {
      using network = built(micro, text);
      const layers = scoredLayers(network);
      const weights = layers.map(({ weight }) => weight);
      const images = randn([2, 3, 32, 32], new Generator(1));
      const gradients = withGradients(weights, () => {
        const { logits } = enableGrad(() => network.forward(images, { mode: "minibatch" }));
        return gradOrNull(
          enableGrad(() => sum(mul(logits, logits))),
          weights,
        );
      });
      const moved = gradients.map((gradient) => gradient !== null && any(gradient).item() !== 0);
      // Node 1 of 0_33_003 is zero, and one of the three convolutions of each of the ten cells reads it; of the others the output is.
      if (text === "0_33_003")
        expect([false, true].map((was) => moved.filter((is) => is === was).length)).toEqual([10, 23]);
      else expect(moved.slice(0, -1)).not.toContain(true);
    });
  });

  it("the stem and two blocks a module are named", () => {
    const blocks = (space: typeof micro | typeof macro, text: string) => {
      const plan = space.plan(space.parse(text) as never, 10);
      return plan.kind === "graph" ? plan.graph.blocks.length : 0;
    };
    expect(blocks(micro, "1_11_111")).toBe(1 + 2 * 5);
    expect(blocks(macro, "1234")).toBe(1 + 2 * 4);
  });
});

describe("names", () => {
  it("there are 4,096 cells and 210, 750 and 2,296 skeletons of 4, 5 and 6 modules, which read back", () => {
    const cells = [...(micro.enumerate?.() ?? [])];
    const skeletons = [...(macro.enumerate?.() ?? [])];
    expect([4, 5, 6].map((n) => skeletons.filter(({ length }) => length === n).length)).toEqual([210, 750, 2_296]);
    expect(new Set(cells.map((cell) => micro.format(cell))).size).toBe(4_096);
    for (const cell of cells) expect(micro.parse(micro.format(cell))).toEqual(cell);
    for (const modules of skeletons) expect(macro.parse(macro.format(modules))).toEqual(modules);
  });

  it("are read in NASLib's form (§6)", () => {
    expect(micro.format(micro.parse("(1, 0, 0, 2, 1, 0)"))).toBe("64-41414-1_00_210");
    expect(macro.format(macro.parse("(1, 2, 4, 2, 0, 0)"))).toBe("64-1242-basic");
  });

  it.skipIf(!hasSharedData)(`are those of the tables ${needsSharedData}`, () => {
    for (const [space, file] of [
      [micro, "transnasbench101-micro.csv.gz"],
      [macro, "transnasbench101-macro.csv.gz"],
    ] as const) {
      const names = sharedCsv(file).map(({ arch }) => arch as string);
      const own = [...(space.enumerate?.() ?? [])].map((architecture) => space.format(architecture as never));
      expect(names.toSorted()).toEqual(own.toSorted());
    }
  });

  it.each([
    [micro, "64-41414-4_00_000", /"4" is no choice; choices are 0 to 3/],
    [micro, "64-41414-1_00_00", /expected "64-41414-a_bc_def"/],
    [micro, "32-41414-1_00_000", /expected "64-41414-a_bc_def"/],
    [micro, "", /expected "64-41414-a_bc_def"/],
    [macro, "64-123-basic", /3 modules; there must be 4 to 6/],
    [macro, "64-1111-basic", /0 modules double the channels/],
    [macro, "64-2222-basic", /4 modules double the channels/],
    [macro, "64-1222-basic", /0 modules halve the resolution/],
    [macro, "64-333342-basic", /5 modules halve the resolution/],
    [macro, "64-1235-basic", /expected "64-1234-basic"/],
  ])("%#: %s is refused", (space, text, message) => {
    expect(() => space.parse(text)).toThrow(message);
  });
});
