/** Parameter counts of real networks: the constants of the specifications, and what spaces/cost.ts counts without weights. */
import "./leaks.ts";
import { describe, expect, it } from "vitest";
import { discreteNetwork, type Network, supernet } from "../../src/networks/network.ts";
import { Random } from "../../src/random.ts";
import { networkCost, supernetParameters } from "../../src/spaces/cost.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { spaces } from "../../src/spaces/registry.ts";
import { s2 } from "../../src/spaces/s2.ts";
import { randomArchitecture } from "../../src/spaces/sampling.ts";
import type { Space } from "../../src/spaces/space.ts";
import { DARTS_V1, DARTS_V2 } from "../spaces/genotypes.ts";
import { customSpace, sized } from "./support.ts";

const parameters = (network: Network): number => network.parameters().reduce((total, { size }) => total + size, 0);

const uniformNasbench = (operation: string): string =>
  `|${operation}~0|+|${operation}~0|${operation}~1|+|${operation}~0|${operation}~1|${operation}~2|`;

describe("trainable parameters", () => {
  it.each([
    ["darts", 10, 1_930_618], // space-darts §12
    ["darts", 100, 1_953_748],
    ["darts-no-none", 10, 1_930_618],
    ["nasbench201", 10, 1_686_106], // space-nasbench201 §8
    ["s1", 10, 405_146], // space-robust-s1-s4 §6
    ["s1", 100, 428_276],
    ["s2", 10, 665_466],
    ["s2", 100, 688_596],
    ["s3", 10, 665_466],
    ["s3", 100, 688_596],
    ["s4", 10, 624_506],
    ["s4", 100, 647_636],
  ])("of the %s supernet for %i classes: %i", (name, classes, expected) => {
    const space = spaces.find((s) => s.name === name) as Space;
    using network = supernet(space, { classes, seed: 0 });
    expect(parameters(network)).toBe(expected);
    expect(supernetParameters(space, { classes })).toBe(expected);
  });

  it.each([
    ["DARTS_V2", 36, 20, 10, 3_349_342], // space-darts §12
    ["DARTS_V1", 36, 20, 10, 3_169_414],
    ["DARTS_V2", 16, 8, 10, 246_106],
    ["DARTS_V2", 16, 8, 100, 269_236],
  ])("of %s at C=%i, L=%i for %i classes: %i", (name, channels, cells, classes, expected) => {
    const architecture = darts.parse(name === "DARTS_V1" ? DARTS_V1 : DARTS_V2);
    using network = discreteNetwork(darts, architecture, { classes, seed: 0, size: { channels, cells } });
    expect(parameters(network)).toBe(expected);
  });

  it("of the auxiliary head of the CIFAR-10 network: 476,426", () => {
    using network = discreteNetwork(darts, darts.parse(DARTS_V2), { classes: 10, seed: 0, auxiliary: true });
    const head = network.auxiliaryHead?.parameters().reduce((total, { size }) => total + size, 0);
    expect(head).toBe(476_426);
    expect(parameters(network)).toBe(3_349_342 + 476_426);
  });

  it.each([
    ["nor_conv_3x3", 10, 1_531_546],
    ["nor_conv_3x3", 100, 1_537_396],
    ["nor_conv_3x3", 120, 1_538_696],
    ["nor_conv_1x1", 10, 241_306],
    ["skip_connect", 10, 73_306],
    ["avg_pool_3x3", 10, 73_306],
    ["none", 10, 73_306],
  ])("of NAS-Bench-201 with %s on all edges, %i classes: %i", (operation, classes, expected) => {
    const architecture = nasbench201.parse(uniformNasbench(operation));
    using network = discreteNetwork(nasbench201, architecture, { classes, seed: 0 });
    expect(parameters(network)).toBe(expected);
  });

  it.each([...spaces, customSpace].map((space) => [space.name, space] as const))(
    "of random architectures of %s are those that its cost says",
    (_, space) => {
      const random = Random.stream(3, "test/cost");
      for (const purpose of ["search", "evaluation"] as const) {
        const architecture = randomArchitecture(space, random);
        const size = { channels: 8, cells: 4 };
        using network = discreteNetwork(space, architecture, { classes: 7, seed: 0, size, purpose });
        expect(parameters(network)).toBe(networkCost(space, architecture, { classes: 7, size, purpose }).parameters);
      }
    },
  );

  it("are the same numbers for the same seed, others for another", () => {
    const first = (seed: number): number[] => {
      using network = supernet(sized(s2, 4, 3), { classes: 3, seed });
      return network.parameters().flatMap((weights) => weights.toArray());
    };
    expect(first(4)).toEqual(first(4));
    expect(first(4)).not.toEqual(first(5));
  });
});
