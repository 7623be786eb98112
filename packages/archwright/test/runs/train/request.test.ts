/** Trainings that cannot be: refused before libtorch is loaded or images are opened. */
import { expect, test } from "vitest";
import { checkTrainRequest, recipeSize, type TrainRequest } from "../../../src/runs/train/request.ts";
import { temporaryFolder } from "../temporary.ts";

const architecture = "|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|none~0|nor_conv_1x1~1|skip_connect~2|";
const asked = { space: "nasbench201", architecture, data: "noise:40", preset: "quick" };

test.each<[TrainRequest, string, string]>([
  [{ space: "nasbench201", data: "demo" }, "usage", "--arch is missing: give the directory of a search, or --space"],
  [{ run: "/nowhere" }, "run", "/nowhere does not exist; give the directory of a run"],
  [{ run: "/nowhere", space: "darts" }, "usage", "leave out --space and --arch"],
  [{ ...asked, preset: "quik" }, "usage", 'did you mean "quick"?'],
  [{ ...asked, architecture: "nonsense" }, "architecture", "not an architecture of nasbench201"],
  [{ ...asked, seed: -1 }, "usage", "the seed must be a whole number"],
  [{ ...asked, set: { epochz: "3" } }, "usage", 'did you mean "epochs"?'],
  [{ ...asked, set: { dropPath: "1" } }, "usage", "--set dropPath=1: must be less than 1"],
  [
    { ...asked, preset: "nasbench201", set: { "network.channels": "8" } },
    "usage",
    "network.channels and network.cells go together",
  ],
  [{ ...asked, set: { "optimizer.momentum": "0" } }, "usage", "optimizer.nesterov needs sgd with a momentum above 0"],
  [
    { ...asked, set: { "schedule.warmUp": "31" } },
    "usage",
    "schedule.warmUp of 31 epochs is longer than the training's 30",
  ],
  [{ ...asked, set: { "schedule.minimumRate": "1" } }, "usage", "schedule.minimumRate is above"],
])("%j", (request, code, message) => {
  expect(() => checkTrainRequest(request)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test("a folder without a run is no search", () => {
  expect(() => checkTrainRequest({ run: temporaryFolder() })).toThrow("is no run directory");
});

test("every hyperparameter can be set, nested ones by their dotted names", () => {
  const { recipe } = checkTrainRequest({
    ...asked,
    set: { "network.channels": "8", "network.cells": 2, "optimizer.learningRate": "0.5", clip: "null", epochs: 7 },
  });
  expect(recipe).toMatchObject({ epochs: 7, clip: null, optimizer: { learningRate: 0.5, nesterov: true } });
  expect(recipeSize(recipe)).toEqual({ channels: 8, cells: 2 });
});
