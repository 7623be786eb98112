/**
 * Begins or continues a small training, with a checkpoint after every step: `train-process.ts DIRECTORY`.
 */
import { existsSync } from "node:fs";
import { resumeTrainingIn, type TrainOptions, trainNetwork } from "../../../src/runs/train/run-training.ts";

const [out] = process.argv.slice(2) as [string];
const options: TrainOptions = {
  checkpointSeconds: 0,
  onProgress: ({ label }) => {
    if (label.startsWith("epoch")) process.stdout.write("stepping\n");
  },
};
if (existsSync(out)) await resumeTrainingIn(out, options);
else {
  const set = {
    ...{ epochs: 3, batch: 8, network: { channels: 4, cells: 3 }, validation: 0.25, auxiliary: 0.4, dropPath: 0.2 },
    imageSize: 32,
  };
  const architecture =
    "Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1), ('skip_connect', 0), ('skip_connect', 1), ('skip_connect', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))";
  await trainNetwork({ space: "darts", architecture, data: "noise:64", preset: "darts", seed: 7, out, set }, options);
}
