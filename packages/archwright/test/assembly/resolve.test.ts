/** From a request to parts and settings: precedence, and refusals that name what there is. */
import { expect, test } from "vitest";
import { z } from "zod";
import type { Method } from "../../src/assembly/method.ts";
import type { PartsRequest } from "../../src/assembly/request.ts";
import { type KnownParts, resolveMethod } from "../../src/assembly/resolve.ts";
import { findMethod, findRecipe, methods } from "../../src/methods/registry.ts";
import type { Part } from "../../src/search/part.ts";
import type { Relaxation } from "../../src/search/relaxation.ts";
import type { Selection } from "../../src/selections/selection.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { spaces } from "../../src/spaces/registry.ts";
import type { Update } from "../../src/updates/update.ts";

const part = (name: string, shape: z.ZodRawShape): Part => ({
  name,
  title: name,
  source: "none",
  settings: z.object(shape),
});
const relaxation = (name: string, shape: z.ZodRawShape, domain: Relaxation["domain"] = "reals"): Relaxation =>
  ({ ...part(name, shape), domain }) as unknown as Relaxation;
const update = (name: string, shape: z.ZodRawShape, moves?: Update["moves"]): Update => ({
  ...part(name, shape),
  ...(moves === undefined ? {} : { moves }),
});
const selection = (name: string, shape: z.ZodRawShape): Selection => part(name, shape) as unknown as Selection;
/** What every search can set. */
const supernet = { channels: "auto", cells: "auto", partial: 1, poolNorm: true, withoutNone: false, imageSize: "auto" };

const method: Method = {
  name: "paper-method",
  title: "a method",
  source: "none",
  relaxation: "soft",
  update: "still",
  selection: "greedy",
  presets: { paper: { N: 10 }, small: { N: 2, "cosine.from": 0.5 } },
};
const known: KnownParts = {
  relaxations: [relaxation("soft", { temperature: z.number().positive().default(1) }), relaxation("hard", {}, "fixed")],
  updates: [update("still", {}), update("adam", { lr: z.number().min(0).max(1).default(3e-4) }, "reals")],
  selections: [
    selection("greedy", {
      N: z.int().min(1).default(5),
      order: z.enum(["random", "fixed"]).default("random"),
      batch: z.union([z.literal("auto"), z.int().min(1)]).default("auto"),
      name: z.string().default("x"),
      cosine: z.object({ from: z.number().default(0.1), to: z.number().default(0) }).prefault({}),
    }),
    selection("none", { verbose: z.boolean().default(false) }),
  ],
};
const resolve = (request: PartsRequest = {}) => resolveMethod(method, request, nasbench201, known);
const settings = (set: Record<string, unknown>) => resolve({ set }).settings;

test("defaults, over them the preset, over that what is set", () => {
  expect(resolve()).toEqual({
    name: "paper-method",
    relaxation: expect.objectContaining({ name: "soft" }),
    update: expect.objectContaining({ name: "still", modifiers: [] }),
    selection: expect.objectContaining({ name: "greedy" }),
    settings: {
      ...supernet,
      temperature: 1,
      N: 10,
      order: "random",
      batch: "auto",
      name: "x",
      cosine: { from: 0.1, to: 0 },
    },
  });
  const small = resolve({ preset: "small", set: { "cosine.to": "0.25", temperature: 2 } }).settings;
  expect(small).toMatchObject({ N: 2, temperature: 2, cosine: { from: 0.5, to: 0.25 } });
  expect(resolve({ preset: "small", set: { N: "7" } }).settings.N).toBe(7);
});

test("texts are read as JSON where that parses", () => {
  expect(settings({ batch: "16" }).batch).toBe(16);
  expect(settings({ batch: "auto" }).batch).toBe("auto");
  expect(settings({ name: "two words" }).name).toBe("two words");
  expect(settings({ name: '"16"' }).name).toBe("16");
});

test("other parts bring their own settings; the preset's values for a replaced part go with it", () => {
  const { settings: resolved, ...parts } = resolve({ update: "adam", selection: "none" });
  expect(parts).toMatchObject({ relaxation: { name: "soft" }, update: { name: "adam" }, selection: { name: "none" } });
  expect(resolved).toEqual({ ...supernet, temperature: 1, lr: 3e-4, verbose: false });
});

test("resolved settings, given again, resolve to themselves", () => {
  const first = resolve({ preset: "small", set: { batch: 3 } }).settings;
  expect(resolve({ preset: "small", set: first }).settings).toEqual(first);
});

test.each<[Record<string, unknown>, string]>([
  [{ N: "0" }, "--set N=0: must be at least 1"],
  [{ N: 2.5 }, "--set N=2.5: must be a whole number"],
  [{ N: "many" }, "--set N=many: must be a number"],
  [{ temperature: "0" }, "--set temperature=0: must be greater than 0"],
  [{ temperature: "true" }, "--set temperature=true: must be a number"],
  [{ order: "reverse" }, "--set order=reverse: must be one of random, fixed"],
  [{ batch: "0" }, "--set batch=0: must be at least 1"],
  [{ name: "5" }, "--set name=5: must be a text"],
  [{ "cosine.to": "x" }, "--set cosine.to=x: must be a number"],
  [
    { orders: "fixed" },
    '--set orders: no setting of supernet, soft, still, greedy; did you mean "order"? (there are: channels, cells, partial, poolNorm, withoutNone, imageSize, temperature, N, order, batch, name, cosine.from, cosine.to)',
  ],
  [{ cosine: "1" }, '--set cosine: no setting of supernet, soft, still, greedy; did you mean "cosine.to"?'],
  [{ batch: "big" }, "--set batch=big: must be auto or a number"],
  [{ lr: "1" }, "--set lr: no setting of supernet, soft, still, greedy"],
  [JSON.parse('{"__proto__.N":"1"}'), "--set __proto__.N: no setting"],
])("%j is refused", (set, message) => {
  expect(() => settings(set)).toThrow(message);
  expect(() => settings(set)).toThrow(
    expect.objectContaining({ code: "usage", message: expect.not.stringContaining("\n") }),
  );
});

test("unknown names are answered with the nearest", () => {
  expect(() => findMethod("zero-cost-p")).toThrow('unknown method "zero-cost-p"; did you mean "zero-cost-pt"?');
  expect(() => findRecipe("darts-p")).toThrow('unknown method "darts-p"; did you mean "darts-pt"?');
  expect(() => resolve({ preset: "smal" })).toThrow('unknown preset of paper-method "smal"; did you mean "small"?');
  expect(() => resolve({ preset: "constructor" })).toThrow('unknown preset of paper-method "constructor"');
  expect(() => resolve({ relaxation: "sof" })).toThrow(
    'unknown relaxation "sof"; did you mean "soft"? (known: soft, hard)',
  );
  expect(() => resolve({ update: "sgd" })).toThrow('unknown update "sgd"');
  expect(() => resolve({ selection: "greed" })).toThrow('did you mean "greedy"?');
});

test("parts that do not go together are refused with the reason", () => {
  expect(() => resolve({ relaxation: "hard", update: "adam" })).toThrow(
    "these parts do not go together: adam moves α, which hard keeps fixed",
  );
  expect(resolve({ relaxation: "hard" }).relaxation).toBe(known.relaxations[1]);
});

const everyPreset = methods.flatMap((method) =>
  Object.keys(method.presets).flatMap((preset) => spaces.map((space) => ({ method, preset, space }))),
);

test.each(everyPreset.map((each) => ({ ...each, name: `${each.method.name} ${each.preset} ${each.space.name}` })))(
  "$name resolves, and sets nothing that its parts do not have",
  ({ method: registered, preset, space }) => {
    const values = registered.presets[preset];
    const expected = typeof values === "function" ? values(space) : values;
    const { settings } = resolveMethod(registered, { preset }, space);
    for (const [key, value] of Object.entries(expected ?? {})) {
      expect(key.split(".").reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], settings)).toEqual(
        value,
      );
    }
  },
);
