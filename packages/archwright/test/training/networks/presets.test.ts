/** Recipes: published numbers, and every preset valid. */
import { describe, expect, test } from "vitest";
import { checkSettings } from "../../../src/search/settings.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { recipePreset, recipePresets } from "../../../src/training/networks/presets.ts";
import { type Recipe, recipe, recipeSettings } from "../../../src/training/networks/recipe.ts";

const resolved = (preset: string, space: string): Recipe =>
  recipeSettings.parse(checkSettings([recipe], recipePreset(preset, findArchitectureSpace(space))));

describe.each(Object.keys(recipePresets))("%s", (name) => {
  test("has only settings that there are, and valid ones", () => {
    const space = findArchitectureSpace("darts");
    const known = new Set(Object.keys(recipeSettings.shape));
    expect(Object.keys(recipePreset(name, space)).filter((key) => !known.has(key))).toEqual([]);
    expect(recipeSettings.safeParse(recipePreset(name, space)).success).toBe(true);
  });
});

test("paper is the space's own recipe", () => {
  expect(resolved("paper", "darts")).toMatchObject({
    epochs: 600,
    batch: 96,
    optimizer: { name: "sgd", learningRate: 0.025, momentum: 0.9, weightDecay: 3e-4, nesterov: false },
    schedule: { name: "cosine", minimumRate: 0, every: "epoch" },
    clip: 5,
    auxiliary: 0.4,
    dropPath: 0.2,
    augmentation: { pad: 4, flip: true, cutout: 16 },
  });
  expect(resolved("paper", "s3").epochs).toBe(600);
  expect(resolved("paper", "nasbench201")).toMatchObject({
    epochs: 200,
    batch: 256,
    optimizer: { learningRate: 0.1, nesterov: true, weightDecay: 5e-4 },
    clip: null,
    auxiliary: 0,
    dropPath: 0,
    augmentation: { cutout: 0 },
  });
  expect(resolved("paper", "nasbench101")).toMatchObject({
    epochs: 108,
    dropLast: true,
    optimizer: { name: "rmsprop", learningRate: 0.2, epsilon: 1, decay: 0.9, weightDecay: 1e-4 },
    schedule: { every: "step" },
  });
});

test("a space without a published recipe says what else there is", () => {
  expect(() => resolved("paper", "transnasbench101-micro")).toThrow(
    /no published recipe here .* choose --preset quick/,
  );
  expect(() => resolved("papr", "darts")).toThrow('did you mean "paper"');
});

test("quick gives cells a size, and leaves spaces of one size alone", () => {
  expect(resolved("quick", "darts").network).toEqual({ channels: 16, cells: 8 });
  expect(resolved("quick", "nasbench201").network).toEqual({ channels: 16, cells: 1 });
  expect(resolved("quick", "nasbench-macro").network).toEqual({ channels: "auto", cells: "auto" });
});
