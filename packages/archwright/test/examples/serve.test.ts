/** The example's web service answers as our network does. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { server } from "../../../../examples/serve/server.ts";
import { onnxModel } from "../../src/export/onnx/write.ts";
import { modelFolder, writeModel } from "../../src/runs/model/model-folder.ts";
import { performPrediction } from "../../src/runs/predict/perform-prediction.ts";
import { randomModel } from "../export/support.ts";
import { temporaryFolder } from "../runs/temporary.ts";

test("an image gets its classes, anything else a clear refusal", async () => {
  const directory = temporaryFolder();
  const model = randomModel("nasbench201", 8, 8);
  writeModel(modelFolder(directory), { description: model, data: "noise", epochs: 1, last: model.network.state() });
  const path = join(directory, "model.onnx");
  writeFileSync(path, onnxModel(model, { version: "test", preprocess: true }));
  const image = join(directory, "image.jpg");
  await sharp({ create: { width: 30, height: 20, channels: 3, background: "#aa5511" } }).toFile(image);
  const task = { start: { model: directory, images: [image] }, events: false, stop: new SharedArrayBuffer(4) };
  const [ours] = await performPrediction(task, { progress: () => {}, stopRequested: () => false });
  const app = await server({ path, classes: model.classes });
  const post = (payload: Buffer) =>
    app.inject({ method: "POST", url: "/predict", headers: { "content-type": "image/jpeg" }, payload });
  const answer = await post(await sharp(image).toBuffer());
  expect(answer.statusCode).toBe(200);
  for (const [i, { class: name, probability }] of answer.json().entries()) {
    expect(name).toBe(ours?.classes[i]?.name);
    expect(probability).toBeCloseTo(ours?.classes[i]?.probability as number, 4);
  }
  expect((await post(Buffer.from("no image"))).statusCode).toBe(400);
  await app.close();
  model.network.dispose();
});
