/** A hundred random architectures of each kind of space: ONNX within 1e-4. */
import { expect, test } from "vitest";
import { requireAgreement } from "../../src/export/difference.ts";
import { openOnnx } from "../../src/export/onnx/run.ts";
import { onnxModel } from "../../src/export/onnx/write.ts";
import { architectureSpaces } from "../../src/spaces/architecture-spaces.ts";
import { imagesAndLogits, randomModel } from "./support.ts";

/** Of the spaces whose networks take images of 32 pixels; S4 holds noise, which is not exported. */
const spaces = architectureSpaces.filter(({ name, defaults }) => defaults.imageSize === 32 && name !== "s4");

test.each(spaces.map(({ name }) => name))("%s", { timeout: 3_600_000 }, async (name) => {
  for (let seed = 0; seed < 100; seed++) {
    const model = randomModel(name, seed);
    const { values, shape, logits } = imagesAndLogits(model, 1);
    const session = await openOnnx(onnxModel(model, { version: "test" }), name);
    const result = await session.run(values, shape);
    await session.release();
    const text = model.space.format(model.architecture);
    expect(() =>
      requireAgreement(text, logits, result.logits?.data ?? [], { tolerance: 1e-4, images: 1 }),
    ).not.toThrow();
    model.network.dispose();
  }
});
