/** What a comparison is asked for: seeds and methods as text, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMethod, runFolder } from "../../../src/runs/compare/methods.ts";
import {
  type ComparisonRequest,
  checkComparison,
  comparisonCommand,
  plannedRuns,
  searchRequest,
} from "../../../src/runs/compare/request.ts";
import { parseSeeds } from "../../../src/runs/compare/seeds.ts";

describe("seeds", () => {
  test.each<[string, number[]]>([
    ["0-3", [0, 1, 2, 3]],
    ["0,2,5", [0, 2, 5]],
    ["7", [7]],
    ["4-4", [4]],
    ["0-1, 9", [0, 1, 9]],
  ])("%s", (text, seeds) => {
    expect(parseSeeds(text)).toEqual(seeds);
  });

  test.each(["", "a", "1,,2", "-1", "3-1", "0-", "1.5", "0-99999", "99999999999999999999"])("%j is refused", (text) => {
    expect(() => parseSeeds(text)).toThrow(/^--seeds takes 0-3 or 0,2,5, not /);
  });

  test("lists read back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (seeds) => {
        expect(parseSeeds(seeds.join(","))).toEqual(seeds);
      }),
    );
  });
});

describe("methods", () => {
  test("a name alone, and with parts", () => {
    expect(readMethod("darts")).toEqual({ name: "darts", method: "darts", parts: {} });
    expect(readMethod("darts:update=first-order+alignment:selection=magnitude").parts).toEqual({
      update: "first-order+alignment",
      selection: "magnitude",
    });
    expect(runFolder("darts:update=implicit", 3)).toBe("darts-update-implicit-3");
  });

  test.each([
    ["drats", 'unknown method "drats"; did you mean "darts"?'],
    ["darts:updte=implicit", 'unknown slot "updte"; did you mean "update"?'],
    ["darts:update", '"update" needs a part'],
    ["darts:update=implicit:update=none", '"update" is given twice'],
  ])("%s is refused", (name, message) => {
    expect(() => readMethod(name)).toThrow(message);
  });
});

const asked: ComparisonRequest = {
  space: "nb201",
  methods: ["darts", "darts:update=implicit"],
  seeds: [0, 4],
  data: "noise:8",
  preset: "small",
  set: { batch: "8" },
};

test("a request is checked, and gets the space's own name", async () => {
  expect(await checkComparison(asked)).toEqual({ ...asked, space: "nasbench201" });
});

test("runs go seed by seed, each to a folder of its own", () => {
  expect(plannedRuns(asked).map(({ folder }) => folder)).toEqual([
    "darts-0",
    "darts-update-implicit-0",
    "darts-4",
    "darts-update-implicit-4",
  ]);
  const run = { method: "darts:update=implicit", seed: 0, folder: "darts-update-implicit-0" };
  expect(searchRequest(asked, run, "out")).toEqual({
    space: "nb201",
    method: "darts",
    update: "implicit",
    data: "noise:8",
    seed: 0,
    preset: "small",
    set: { batch: "8" },
    out: "out",
  });
});

test("the command line asks for the same again", () => {
  expect(comparisonCommand(asked)).toBe(
    "archwright compare --space nb201 --methods darts,darts:update=implicit --seeds 0,4 --data noise:8 --preset small --set batch=8",
  );
});

test.each<[string, Partial<ComparisonRequest>, string]>([
  ["no method", { methods: [] }, "there are no methods to compare"],
  ["a method twice", { methods: ["darts", "idarts", "darts"] }, "the method darts is given twice"],
  ["no seed", { seeds: [] }, "there are no seeds"],
  ["a seed twice", { seeds: [1, 2, 1] }, "the seed 1 is given twice"],
  ["an unknown space", { space: "nasbench21" }, 'did you mean "nasbench201"?'],
  ["an unknown part", { methods: ["darts:update=implict"] }, 'method darts:update=implict: unknown update "implict"'],
  ["an unknown preset", { preset: "smal" }, 'method darts: unknown preset of darts "smal"; did you mean "small"?'],
  ["a device", { device: "gpu" }, 'unknown device "gpu"'],
  [
    "a setting that one method lacks",
    { methods: ["lambda-darts", "darts"], set: { lambda: 0.2 } },
    "method darts: --set lambda: no setting of",
  ],
])("%s is refused", async (_, changes, message) => {
  await expect(checkComparison({ ...asked, ...changes })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(message),
  });
});

test("methods that a proxy guides are compared in any space, the others where there is a supernet", async () => {
  const guided = { space: "nasbench-macro", methods: ["random", "evolution"], set: { maxParams: "1000000" } };
  expect(await checkComparison({ ...asked, ...guided })).toMatchObject(guided);
  await expect(checkComparison({ ...asked, ...guided, methods: ["random", "darts"] })).rejects.toThrow(
    "method darts: nasbench-macro has no supernet to search in",
  );
  await expect(checkComparison({ ...asked, ...guided, methods: ["random:update=none"] })).rejects.toThrow(
    "method random:update=none: --update is a part of methods with a supernet",
  );
});
