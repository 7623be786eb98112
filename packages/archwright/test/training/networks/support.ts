/** A tiny network in training. */
import { setThreads } from "@archwright/torch";
import type { Dataset } from "../../../src/data/dataset.ts";
import { noiseDataset } from "../../../src/data/noise.ts";
import { type FinalNetwork, finalNetwork } from "../../../src/networks/final-network.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { NetworkTrainer } from "../../../src/training/networks/network-trainer.ts";
import { recipeSettings } from "../../../src/training/networks/recipe.ts";

// Networks of this size gain nothing by a second thread, and wait for it on a busy machine.
setThreads(1);

export const CELL = "|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|none~0|nor_conv_1x1~1|skip_connect~2|";

export const images: Dataset = noiseDataset({ count: 22, size: 8, classes: 3, seed: 1 });

/** Three epochs of four steps. Dispose of both after use. */
export function smallTraining(
  settings: Readonly<Record<string, unknown>> = {},
  validation = images.test,
): { network: FinalNetwork; trainer: NetworkTrainer } {
  const space = findArchitectureSpace("nasbench201");
  const recipe = recipeSettings.parse({
    epochs: 3,
    batch: 6,
    dropPath: 0.3,
    dropout: 0.2,
    auxiliary: 0,
    augmentation: { pad: 1, flip: true, cutout: 2 },
    ...settings,
  });
  const architecture = space.parse(CELL);
  const size = { channels: 4, cells: 1 };
  const network = finalNetwork({ space, architecture, classes: 3, imageSize: 8, size }, { seed: 5 });
  const trainer = new NetworkTrainer({
    network,
    recipe,
    train: images.train,
    validation,
    normalization: images,
    classes: 3,
    seed: 2,
    device: "cpu",
  });
  return { network, trainer };
}
