/** Requests for guided methods: settings and their precedence, and what is refused before any work. */
import { describe, expect, it, test } from "vitest";
import { prepareSearch } from "../../src/assembly/prepare.ts";
import type { MethodRequest } from "../../src/assembly/request.ts";
import { noiseDataset } from "../../src/data/noise.ts";
import { findMethod, guidedMethods } from "../../src/methods/registry.ts";
import { architectureSpaces, findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";

const prepare = (request: MethodRequest, space = "nasbench201") =>
  prepareSearch(findMethod(request.method), request, findArchitectureSpace(space));

describe.each(guidedMethods.map((method) => [method.name, method] as const))("%s", (name, method) => {
  it.each(architectureSpaces.map((space) => space.name))("can be prepared in %s, by either preset", (space) => {
    for (const preset of ["paper", "small"]) {
      const { settings, templates } = prepare({ method: name, preset }, space);
      expect(settings.fitness).toBe("nwot");
      const published = name === "svge-bo" ? 1500 : 1000;
      expect(settings.evaluations).toBe(preset === "paper" ? published : 40);
      const { supernet } = findArchitectureSpace(space);
      if (supernet !== undefined) expect(templates).toEqual(supernet.cells);
    }
  });

  it("describes every setting, has a default for each, and is found by name", () => {
    expect(findMethod(name.toUpperCase())).toBe(method);
    const defaults = method.settings.parse({});
    for (const [key, schema] of Object.entries(method.settings.shape)) {
      expect(defaults[key], key).toBeDefined();
      expect((schema as { description?: string }).description, key).toBeTruthy();
    }
  });

  test.each<[string, Omit<MethodRequest, "method">, string, string]>([
    ["a fitness", { set: { fitness: "nwott" } }, "nasbench201", 'unknown proxy "nwott"; did you mean "nwot"?'],
    ["a member", { set: { fitness: "nwot+synflo" } }, "nasbench201", 'did you mean "synflow"?'],
    ["all proxies", { set: { fitness: "all" } }, "nasbench201", 'unknown proxy "all"'],
    ["cells", { set: { fitness: "te_nas" } }, "nasbench-macro", "linear_regions needs networks made of cells"],
    ["an image size", { set: { imageSize: "33" } }, "nasbench201", "images of 33 pixels cannot be halved"],
    ["a sum", { set: { fitness: "vote+nwot" } }, "nasbench201", "vote cannot be part of a sum"],
    ["a network", { set: { network: "search" } }, "nasbench101", "has no supernet, and so only one size of networks"],
    ["a setting", { set: { evaluation: 3 } }, "nasbench201", 'did you mean "evaluations"?'],
    ["a value", { set: { evaluations: "0" } }, "nasbench201", "--set evaluations=0: must be at least 1"],
    ["a limit", { set: { maxParams: "-1" } }, "nasbench201", "--set maxParams=-1: must be greater than 0"],
    [
      "a limit twice",
      { set: { maxMacs: "1" }, maxMacs: 1 },
      "nasbench201",
      "--max-macs and --set maxMacs are the same",
    ],
    ["a slot", { selection: "magnitude" }, "nasbench201", "--selection is a part of methods with a supernet"],
    ["a preset", { preset: "smal" }, "nasbench201", `unknown preset of ${name} "smal"; did you mean "small"?`],
  ])("%s that is wrong is refused", (_, request, space, message) => {
    expect(() => prepare({ ...request, method: name }, space)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(message) }),
    );
  });
});

test("limits of a request become settings, and settings read back the same", () => {
  const { settings } = prepare({ method: "random", maxParams: 1e6, maxLatency: 2.5, set: { maxMacs: "3e8" } });
  expect(settings).toMatchObject({ maxParams: 1e6, maxMacs: 3e8, maxLatency: 2.5 });
  const again = prepare({ method: "random", set: JSON.parse(JSON.stringify(settings)) }).settings;
  expect(again).toEqual(settings);
});

test("limits hold for the classes of the images: a thousand outputs are a large part of a small network", () => {
  const request = { method: "random", maxParams: 3e6, set: { fitness: "params", imageSize: 32, batch: 4 } };
  const search = (classes: number) =>
    prepare(request, "mobilenet-like").create({
      dataset: noiseDataset({ count: 8, size: 32, classes, seed: 1 }),
      seed: 1,
      device: "cpu",
    });
  search(2).dispose();
  expect(() => search(1000)).toThrow(
    /within --max-params 3,000,000 was found .* for 1000 classes, 32×32 pixels: [4-9],\d{3},\d{3} parameters/,
  );
});

test("images are opened at the size that networks take, where they have none of their own", () => {
  const { openedSize } = prepare({ method: "random", preset: "small" }, "mobilenet-like");
  expect(["noise:8", "folder:x", "demo", "cifar10:x"].map(openedSize)).toEqual([224, 224, 32, 32]);
  expect(prepare({ method: "random", set: { imageSize: 64 } }, "mobilenet-like").openedSize("noise")).toBe(64);
  expect(prepare({ method: "darts" }).openedSize("noise")).toBe(32);
  expect(prepare({ method: "darts", set: { imageSize: "64" } }).openedSize("folder:x")).toBe(64);
});

test("methods with a supernet keep no limits, and need a supernet", () => {
  for (const limit of ["maxParams", "maxMacs", "maxLatency"] as const) {
    expect(() => prepare({ method: "darts", [limit]: 1e6 })).toThrow(
      /^--max-(params|macs|latency) is kept by proxy-guided methods alone \(random, evolution\)/,
    );
  }
  expect(() => prepare({ method: "darts" }, "nasbench-macro")).toThrow("nasbench-macro has no supernet to search in");
  expect(prepare({ method: "darts" }).method).toBe("darts");
});
