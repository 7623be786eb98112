/** 8-bit integers: scales by their definition, and a file that runs close to the float one. */
import { expect, test } from "vitest";
import { foldNorms } from "../../src/export/fold.ts";
import { calibrate } from "../../src/export/onnx/calibrate.ts";
import { byteScale, channelwise, quantizedModel } from "../../src/export/onnx/quantize.ts";
import { openOnnx } from "../../src/export/onnx/run.ts";
import { traceNetwork } from "../../src/export/trace.ts";
import { imagesAndLogits, randomModel } from "./support.ts";

test("bytes hold the range and an exact zero", () => {
  expect(byteScale([0, 25.5])).toEqual({ scale: expect.closeTo(0.1, 6), zero: 0 });
  expect(byteScale([-1, 3]).zero).toBe(64);
  expect(byteScale([2, 5.1])).toEqual({ scale: expect.closeTo(0.02, 6), zero: 0 });
  expect(byteScale([0, 0])).toEqual({ scale: 1, zero: 0 });
});

test("each output channel has its own scale; one of zeros does not divide by zero", () => {
  const { values, scales } = channelwise({ values: Float32Array.of(1, -0.5, 254, 127, 0, 0), shape: [3, 2, 1, 1] });
  expect([...values]).toEqual([127, -64, 127, 64, 0, 0]);
  expect([...scales]).toEqual([Math.fround(1 / 127), 2, 1]);
});

test("the integers' logits are the float ones but for a few percent of their size", async () => {
  const model = randomModel("nasbench201", 4, 8);
  const { values, shape, logits } = imagesAndLogits(model, 16);
  const graph = foldNorms(traceNetwork(model.network));
  const ranges = await calibrate(model, graph, [{ values, shape }]);
  const session = await openOnnx(quantizedModel(model, graph, ranges, { version: "test" }), "int8");
  const theirs = (await session.run(values, shape)).logits?.data ?? new Float32Array();
  await session.release();
  const scale = Math.max(...logits.map(Math.abs));
  const largest = Math.max(...logits.map((value, i) => Math.abs(value - (theirs[i] as number))));
  expect(largest).toBeLessThan(0.1 * scale);
  // It is no copy of the float model.
  expect(largest).toBeGreaterThan(0);
  model.network.dispose();
});
