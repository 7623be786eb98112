/** ONNX files in onnxruntime give our logits. */

import { contiguous, scope, tensor } from "@archwright/torch";
import { expect, test } from "vitest";
import { requireAgreement } from "../../src/export/difference.ts";
import { openOnnx } from "../../src/export/onnx/run.ts";
import { decodeMetadata } from "../../src/export/onnx/schema.ts";
import { onnxModel } from "../../src/export/onnx/write.ts";
import { evaluationNoise, logitsOf } from "../../src/networks/predict.ts";
import { imagesAndLogits, randomModel } from "./support.ts";

const version = "test";

/** One space for each kind of network that is written. */
const spaces = ["nasbench201", "darts", "nasbench101", "nasbench-macro", "nds-nasnet", "nds-resnext-a"];

test.each(spaces)("%s: logits within 1e-4, any batch", async (name) => {
  const model = randomModel(name, 1);
  const { values, shape, logits } = imagesAndLogits(model);
  const session = await openOnnx(onnxModel(model, { version }), name);
  const result = await session.run(values, shape);
  expect(result.logits?.dims).toEqual([2, 3]);
  requireAgreement(name, logits, result.logits?.data as Float32Array, { tolerance: 1e-4, images: 2 });
  const single = await session.run(values.slice(0, values.length / 2), [1, ...shape.slice(1)]);
  requireAgreement(name, logits.slice(0, 3), single.logits?.data as Float32Array, { tolerance: 1e-4, images: 1 });
  await session.release();
  model.network.dispose();
});

test("above 64 pixels, with the ImageNet stem", async () => {
  const model = randomModel("darts", 2, 96);
  const { values, shape, logits } = imagesAndLogits(model);
  const session = await openOnnx(onnxModel(model, { version }), "darts");
  requireAgreement("darts", logits, (await session.run(values, shape)).logits?.data as Float32Array, {
    tolerance: 1e-4,
    images: 2,
  });
  await session.release();
  model.network.dispose();
});

test("preprocessing inside: pixels in, probabilities out; the metadata say what the numbers mean", async () => {
  const model = randomModel("nasbench201", 3, 8);
  const bytes = onnxModel(model, { version, preprocess: true });
  const session = await openOnnx(bytes, "pixels");
  expect(session).toMatchObject({ inputs: ["pixels"], outputs: ["logits", "probabilities"] });
  const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (37 * i) % 256);
  const { logits, probabilities } = await session.run(pixels, [1, 8, 8, 3]);
  const { mean, std, network } = model;
  const planes = Float32Array.from({ length: pixels.length }, (_, i) => {
    const [c, at] = [Math.floor(i / 64), i % 64];
    return ((pixels[3 * at + c] as number) / 255 - (mean[c] as number)) / (std[c] as number);
  });
  const ours = scope(() =>
    logitsOf(network, contiguous(tensor(planes, [1, 3, 8, 8]), { memoryFormat: "channels_last" }), evaluationNoise()),
  );
  requireAgreement("pixels", ours, logits?.data as Float32Array, { tolerance: 1e-4, images: 1 });
  const exps = [...ours].map(Math.exp);
  const total = exps.reduce((a, b) => a + b);
  for (const [k, p] of [...(probabilities as { data: Float32Array }).data].entries())
    expect(p).toBeCloseTo((exps[k] as number) / total, 4);
  expect(decodeMetadata(bytes)).toMatchObject({
    space: "nasbench201",
    architecture: model.space.format(model.architecture),
    classes: '["cat","dog","fish"]',
    imageSize: "8",
    preprocessing: "inside",
    mean: "[0.5,0.4,0.3]",
  });
  await session.release();
  network.dispose();
});

test("a difference above its bound, or NaN, is an error", () => {
  const ours = Float32Array.of(1, 200);
  const options = { tolerance: 1e-4, images: 1 };
  expect(requireAgreement("it", ours, [1, 200.01], options).bound).toBeCloseTo(0.02, 6);
  expect(() => requireAgreement("it", ours, [1, 200.03], options)).toThrow("differ from the network's by 0.03");
  expect(() => requireAgreement("it", ours, [1, Number.NaN], options)).toThrow("NaN");
  expect(() => requireAgreement("it", ours, [1], options)).toThrow("1 logits where the network gives 2");
});

test("bytes that are no model are refused in one line", async () => {
  await expect(openOnnx(Uint8Array.of(1, 2, 3), "it.onnx")).rejects.toThrow("onnxruntime cannot run it.onnx");
});
