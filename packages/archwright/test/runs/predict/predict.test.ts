/** Classes of image files: the network and its ONNX export say the same; what cannot be read is named. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { onnxModel } from "../../../src/export/onnx/write.ts";
import { modelFolder, writeModel } from "../../../src/runs/model/model-folder.ts";
import { type PredictRequest, performPrediction } from "../../../src/runs/predict/perform-prediction.ts";
import { randomModel } from "../../export/support.ts";
import { temporaryFolder } from "../temporary.ts";

const told = { progress: () => {}, stopRequested: () => false };
const predict = (start: PredictRequest) =>
  performPrediction({ start, events: false, stop: new SharedArrayBuffer(4) }, told);

test("from the model's directory and from both kinds of ONNX file: the same classes and probabilities", async () => {
  const directory = temporaryFolder();
  const model = randomModel("nasbench201", 6, 8);
  writeModel(modelFolder(directory), { description: model, data: "noise", epochs: 1, last: model.network.state() });
  const files = [false, true].map((preprocess) => {
    const path = join(directory, `${preprocess}.onnx`);
    writeFileSync(path, onnxModel(model, { version: "test", preprocess }));
    return path;
  });
  const noise = {
    create: {
      width: 20,
      height: 11,
      channels: 3,
      background: "#308040",
      noise: { type: "gaussian", mean: 100, sigma: 60 },
    },
  };
  const image = join(directory, "image.png");
  await sharp(noise as never)
    .png()
    .toFile(image);
  const [first] = await predict({ model: directory, images: [image] });
  expect(first?.classes.map(({ name }) => name).sort()).toEqual(["cat", "dog", "fish"]);
  expect(first?.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  for (const file of files) {
    const [again] = await predict({ model: file, images: [image], top: 2 });
    expect(again?.classes).toHaveLength(2);
    for (const [i, { name, probability }] of (again?.classes ?? []).entries()) {
      expect(name).toBe(first?.classes[i]?.name);
      expect(probability).toBeCloseTo(first?.classes[i]?.probability as number, 4);
    }
  }
  const text = join(directory, "notes.txt");
  writeFileSync(text, "no image");
  await expect(predict({ model: directory, images: [text] })).rejects.toThrow(`cannot decode the image ${text}`);
  await expect(predict({ model: directory, images: ["/nowhere.png"] })).rejects.toThrow(
    "there is no image /nowhere.png",
  );
  await expect(predict({ model: "/nowhere.onnx", images: [image] })).rejects.toThrow("/nowhere.onnx does not exist");
  await expect(predict({ model: text.replace("notes.txt", "false.onnx"), images: [] })).resolves.toEqual([]);
  model.network.dispose();
});
