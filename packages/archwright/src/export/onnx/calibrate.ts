/** The ranges of a network's values over images, as the runtime computes them. */
import type { TrainedModel } from "../../networks/trained-model.ts";
import { type ExportGraph, IMAGES } from "../graph.ts";
import type { Ranges } from "./quantize.ts";
import { openOnnx } from "./run.ts";
import { writeGraph } from "./write.ts";

/** - `batches`: normalized images, [batch, 3, size, size]. */
export async function calibrate(
  model: TrainedModel,
  graph: ExportGraph,
  batches: Iterable<{ readonly values: Float32Array; readonly shape: readonly number[] }>,
): Promise<Ranges> {
  const names = graph.nodes.map(({ name }) => name);
  const session = await openOnnx(writeGraph(model, graph, { version: "" }, names), "the calibration");
  const ranges = new Map<string, [number, number]>();
  try {
    for (const { values, shape } of batches) {
      widen(ranges, IMAGES, values);
      for (const [name, { data }] of Object.entries(await session.run(values, shape))) widen(ranges, name, data);
    }
  } finally {
    await session.release();
  }
  return ranges;
}

function widen(ranges: Map<string, [number, number]>, name: string, values: Float32Array): void {
  const range = ranges.get(name) ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < range[0]) range[0] = value;
    if (value > range[1]) range[1] = value;
  }
  ranges.set(name, range);
}
