/** Small networks and minibatches for the tests of Eproxy. */
import { Generator, scope, type Tensor, tensor } from "@archwright/torch";
import { planNetwork } from "../../../src/networks/architecture-network.ts";
import {
  type Configuration,
  type ConfigurationInput,
  configurationOf,
} from "../../../src/proxies/eproxy/configuration.ts";
import { NumberCache } from "../../../src/proxies/eproxy/number-cache.ts";
import { Training } from "../../../src/proxies/eproxy/training.ts";
import type { Subject } from "../../../src/proxies/observation/observation.ts";
import { backbonePlan, cellArchitectures } from "../../../src/spaces/architecture-space.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import { images, sized } from "../../networks/support.ts";

export const space = cellArchitectures(sized(nasbench201, 8, 1));

export const cells = {
  convolutions: "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|",
  mixed: "|nor_conv_1x1~0|+|nor_conv_3x3~0|none~1|+|avg_pool_3x3~0|skip_connect~1|nor_conv_3x3~2|",
  disconnected: "|none~0|+|none~0|nor_conv_3x3~1|+|none~0|nor_conv_3x3~1|nor_conv_1x1~2|",
};

export const networkOf = (text: string, seed = 3) => planNetwork(backbonePlan(space, space.parse(text), 10), { seed });

export const batchOf = (size = 8, seed = 1) => ({
  images: images(size, 16, seed),
  labels: tensor(new Int32Array(size)),
});

export const subjectOf = (network: Subject["network"], batch = batchOf(), seed = 1): Subject => ({
  network,
  batch,
  mixture: undefined,
  random: new Generator(seed),
});

/** Branches with 1×1 heads and 3×3 barriers of so many channels. */
export const branchesOf = (
  count: number,
  targets: ConfigurationInput["branches"][number]["targets"],
  [P, Q] = [16, 8],
): ConfigurationInput["branches"] =>
  Array.from({ length: count }, () => ({ head: { channels: P }, barrier: { channels: Q }, targets }));

export const small = (
  more: Partial<ConfigurationInput> = {},
  targets: ConfigurationInput["branches"][number]["targets"] = ["wave_h"],
): Configuration => configurationOf({ branches: branchesOf(2, targets), ...more });

/** Trains the network in place, on the numbers that `cache` has. */
export function trainedBy(
  subject: Subject,
  configuration: Configuration,
  look: (training: Training) => void = () => {},
  cache = new NumberCache(),
) {
  const source = { images: subject.batch.images, imagesKey: "", seed: 5, cache };
  using training = new Training(subject, configuration, source);
  const result = scope(() => training.run());
  look(training);
  return result;
}

export const values = (x: Tensor): number[] => x.toArray();
