/** Models on the disk: what is written is what is opened; what is missing or damaged is named. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { finalNetwork } from "../../../src/networks/final-network.ts";
import { networkDescription } from "../../../src/networks/trained-model.ts";
import { modelFolder, openModel, transferWeights, writeModel } from "../../../src/runs/model/model-folder.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { CELL } from "../../training/networks/support.ts";
import { temporaryFolder } from "../temporary.ts";

const space = findArchitectureSpace("nasbench201");
const description = {
  space,
  architecture: space.parse(CELL),
  size: { channels: 4, cells: 1 },
  classes: ["a", "b", "c"],
  imageSize: 8,
  mean: [0.5, 0.5, 0.5],
  std: [0.2, 0.2, 0.2],
};

function written(): string {
  const directory = temporaryFolder();
  using network = finalNetwork(networkDescription(description), { seed: 3 });
  writeModel(modelFolder(directory), { description, data: "noise", epochs: 1, last: network.state() });
  return directory;
}

test("a model opens as it was written, from the training's directory and from its own folder", () => {
  const directory = written();
  using network = finalNetwork(networkDescription(description), { seed: 3 });
  for (const path of [directory, modelFolder(directory)]) {
    using model = openModel(path);
    expect(model).toMatchObject({ weights: "last", classes: ["a", "b", "c"], imageSize: 8 });
    for (const [name, value] of Object.entries(network.state())) {
      expect(model.network.state()[name]?.toArray(), name).toEqual(value.toArray());
    }
  }
});

test("what is missing or damaged is named", () => {
  const directory = written();
  expect(() => openModel(directory, { weights: "best" })).toThrow("no images were held out to choose them");
  expect(() => openModel("/nowhere")).toThrow("/nowhere does not exist");
  const path = join(modelFolder(directory), "last.safetensors");
  writeFileSync(path, readFileSync(path).subarray(0, 500));
  expect(() => openModel(directory)).toThrow(`${path} is damaged`);
  writeFileSync(join(modelFolder(directory), "model.json"), '{"format":1,"classes":["one"]}');
  expect(() => openModel(directory)).toThrow("model.json is damaged");
  const search = temporaryFolder();
  mkdirSync(join(search, "sub"));
  writeFileSync(join(search, "run.json"), "{}");
  expect(() => openModel(search)).toThrow(`train what it found with \`archwright train ${search}\``);
});

test("transfer takes everything but a classifier of other classes, and refuses another network", () => {
  const directory = written();
  using other = finalNetwork({ ...networkDescription(description), classes: 5 }, { seed: 9 });
  const { left } = transferWeights(other, directory);
  expect(left).toBe(2);
  using source = openModel(directory);
  const name = "stem.layers.layers.0.weight";
  expect(other.state()[name]?.toArray()).toEqual(source.network.state()[name]?.toArray());
  using wider = finalNetwork(
    { ...networkDescription(description), size: { channels: 6, cells: 1 }, classes: 5 },
    { seed: 9 },
  );
  expect(() => transferWeights(wider, directory)).toThrow("no weights of");
});
