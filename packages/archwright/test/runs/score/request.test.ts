/** What a scoring is asked for: names that stand for several, defaults, and what is refused before any work. */
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { findProxies, proxies } from "../../../src/proxies/registry.ts";
import { checkScoring, type ScoreRequest, scoreCommand } from "../../../src/runs/score/request.ts";
import { architectureCost, networkSpace } from "../../../src/spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { networkCost } from "../../../src/spaces/cost.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";

const asked: ScoreRequest = {
  space: "nasbench201",
  proxies: ["params"],
  data: "noise",
  architectures: { from: "sample", count: 2 },
};
const checked = (changes: Partial<ScoreRequest>) => checkScoring({ ...asked, ...changes });
const names = (changes: Partial<ScoreRequest>) => checked(changes).request.proxies;

describe("proxies", () => {
  it("all are all; without those that need cells in a space that has none", () => {
    expect(names({ proxies: ["all"] })).toEqual(proxies.map(({ name }) => name));
    const some = names({ proxies: ["all"], space: "nasbench101" });
    const left = proxies.map(({ name }) => name).filter((name) => !some.includes(name));
    expect(left).toEqual(["linear_regions"]);
  });

  it("aggregates and sums stand for their members, each once, in order (zero-cost-proxies §2.10, §4)", () => {
    expect(names({ proxies: ["vote"] })).toEqual(["synflow", "jacob_cov", "snip"]);
    expect(names({ proxies: ["te_nas"] })).toEqual(["ntk", "linear_regions"]);
    expect(names({ proxies: ["nwot", "synflow+nwot", "vote"] })).toEqual(["nwot", "synflow", "jacob_cov", "snip"]);
    expect(findProxies(["az_nas"]).map(({ name }) => name)).toEqual([
      "az_expressivity",
      "az_progressivity",
      "az_trainability",
      "macs",
    ]);
  });

  it.each<[Partial<ScoreRequest>, string]>([
    [{ proxies: ["synflw"] }, 'unknown proxy "synflw"; did you mean "synflow"?'],
    [{ proxies: ["synflow+nwto"] }, 'unknown proxy "nwto"; did you mean "nwot"?'],
    [{ proxies: ["az_nass"] }, 'did you mean "az_nas"?'],
    [{ proxies: [] }, "there are no proxies"],
    [{ proxies: ["snip", "snip"] }, "the proxy snip is given twice"],
    [
      { proxies: ["linear_regions"], space: "nasbench101" },
      "linear_regions needs networks made of cells, which nasbench101 does not have",
    ],
    [{ proxies: ["te_nas"], space: "mobilenet-like" }, "needs networks made of cells, which mobilenet-like does not"],
    [{ space: "nasbench21" }, 'did you mean "nasbench201"?'],
    [{ batch: 1 }, "--batch must be a whole number from 2 to 4096, not 1"],
    [{ batch: 5000 }, "--batch must be a whole number from 2"],
    [{ imageSize: 33 }, "images of 33 pixels cannot be halved as often as the network does"],
    [{ proxies: ["vote+nwot"] }, "vote cannot be part of a sum: it stands for several proxies itself"],
    [{ imageSize: 4 }, "--image-size must be a whole number from 8 to 1024, not 4"],
    [{ workers: 0 }, "--workers must be a whole number from 1 to 256, not 0"],
    [{ device: "gpu" }, 'unknown device "gpu"'],
    [{ network: "search", space: "nasbench101" }, "nasbench101 has no supernet"],
    [{ network: "8x1", space: "nasbench101" }, "nasbench101 has no supernet"],
    [{ network: "8×1" }, 'channels×cells such as 32x8, not "8×1"'],
    [{ network: "0x5" }, 'channels×cells such as 32x8, not "0x5"'],
  ])("%j is refused", (changes, message) => {
    expect(() => checked(changes)).toThrow(message);
    expect(() => checked(changes)).toThrow(expect.objectContaining({ name: "ArchwrightError", code: "usage" }));
  });
});

describe("what is kept", () => {
  it("has the defaults, the space's image size among them, and paths that hold anywhere", () => {
    expect(checked({}).request).toMatchObject({ seed: 0, batch: 64, imageSize: 32, device: "cpu" });
    expect(checked({ space: "nds-darts-in" }).request.imageSize).toBe(224);
    const { request } = checked({ data: "mnist:here", architectures: { from: "file", path: "some.txt" } });
    expect(request.data).toBe(`mnist:${resolve("here")}`);
    expect(request.architectures).toEqual({ from: "file", path: resolve("some.txt") });
    const tables = ["./own.awt", "nasbench201"].map(
      (benchmark) => checked({ architectures: { from: "all", benchmark } }).request.architectures,
    );
    expect(tables).toEqual([
      { from: "all", benchmark: resolve("own.awt") },
      { from: "all", benchmark: "nasbench201" },
    ]);
  });

  it("can be asked for again by its command line", () => {
    const text = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
    const { request } = checked({
      architectures: { from: "list", architectures: [text] },
      network: "search",
      workers: 3,
    });
    expect(scoreCommand(request)).toBe(
      `archwright score --space nasbench201 --proxies params --data noise --seed 0 --batch 64 --image-size 32 --network search --device cpu --workers 3 --arch '${text}'`,
    );
    expect(
      scoreCommand(checked({ architectures: { from: "sample", count: 5, benchmark: "nasbench201" } }).request),
    ).toMatch(/ --benchmark nasbench201 --sample 5$/);
  });
});

it("networks of the supernet's size are those that a search trains", () => {
  const space = findArchitectureSpace("nasbench201");
  const architecture = space.random({ pick: (items: readonly unknown[]) => items.at(-1), integer: () => 0 } as never);
  const small = { ...nasbench201.sizes.search };
  const options = { classes: 10, imageSize: 32, size: small, purpose: "evaluation", stem: "cifar" } as const;
  expect(architectureCost(networkSpace(space, "search"), architecture)).toEqual(
    networkCost(nasbench201, architecture as ReturnType<typeof nasbench201.parse>, options),
  );
  expect(networkSpace(space, "evaluation")).toBe(space);
  expect(architectureCost(networkSpace(space, "8x2"), architecture)).toEqual(
    networkCost(nasbench201, architecture as ReturnType<typeof nasbench201.parse>, {
      ...options,
      size: { channels: 8, cells: 2 },
    }),
  );
});
