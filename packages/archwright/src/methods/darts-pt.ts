/** DARTS-PT: what the trained supernet misses most, in place of magnitude. Wang et al., ICLR 2021. */
import type { Method } from "../assembly/method.ts";
import type { Settings } from "../search/part.ts";
import { paperTraining, small, smallWeights } from "./presets.ts";

const source = "Wang et al., Rethinking Architecture Selection in Differentiable NAS, ICLR 2021";

/** In the search the paper's code draws training minibatches independently of each other too (darts-pt §8). */
const paper: Method["presets"]["paper"] = (space) => ({ ...paperTraining(space), trainSampling: "independent" });

const smallSelection: Settings = { finetuneEpochs: 2, comparisonBatches: 25 };

export const dartsPT: Method = {
  name: "darts-pt",
  title: "DARTS with perturbation-based selection",
  source,
  relaxation: "softmax",
  update: "first-order",
  selection: "perturbation",
  presets: { paper, small: small(smallSelection) },
};

export const dartsPTFixed: Method = {
  name: "darts-pt-fixed",
  title: "perturbation-based selection from a supernet with equal mixing weights",
  source: `${source}, fixed α`,
  relaxation: "uniform",
  update: "weights",
  selection: "perturbation",
  presets: { paper, small: smallWeights(smallSelection) },
};

export const sdartsRSPT: Method = {
  name: "sdarts-rs-pt",
  title: "SDARTS-RS with perturbation-based selection",
  source,
  relaxation: "softmax",
  update: "first-order+random-smoothing",
  selection: "perturbation",
  presets: { paper, small: small(smallSelection) },
};
