/** GAEA: mixing weights on the simplex by exponentiated gradients. Li, Khodak, Balcan and Talwalkar, ICLR 2021. */
import type { Method } from "../assembly/method.ts";
import type { Settings } from "../search/part.ts";
import type { Space } from "../spaces/space.ts";
import { singleCell, smallWeights } from "./presets.ts";

/**
 * NAS-Bench-201: 24 channels, without `none`, half of a schedule of 50 epochs. Single-level: weights and α take different
 * minibatches of all images, and the last epoch answers (gaea §3, §5).
 */
const singleLevel: Settings = {
  channels: 24,
  withoutNone: true,
  epochs: 25,
  scheduleEpochs: 50,
  split: "whole",
  validationSampling: "epoch",
  evaluate: false,
};

/** The same on two halves; the epoch with the best validation accuracy answers. */
const twoLevels: Settings = {
  ...singleLevel,
  split: "halves",
  validationSampling: "independent",
  evaluate: true,
  take: "best",
};

/** The DARTS family: GAEA-PC-DARTS, on two halves as published (gaea §3). */
const partialChannels: Settings = {
  partial: 4,
  edgeWeights: true,
  epochs: 50,
  batch: 256,
  "weights.learningRate": 0.1,
  "weights.minimumRate": 0,
  take: "best",
};

const published = (in201: Settings) => (space: Space) => (singleCell(space) ? in201 : partialChannels);

export const gaea: Method = {
  name: "gaea",
  title: "mixing weights on the simplex by exponentiated gradients; in the DARTS family with partial channels",
  source: "Li et al., Geometry-Aware Gradient Algorithms for Neural Architecture Search, ICLR 2021",
  relaxation: "simplex",
  update: "exponentiated-gradient",
  selection: "magnitude",
  presets: {
    paper: published(singleLevel),
    bilevel: published(twoLevels),
    small: (space) => ({
      ...smallWeights({ "architecture.learningRate": 5 })(space),
      ...(singleCell(space) ? { withoutNone: true, split: "whole" } : { partial: 4, edgeWeights: true }),
    }),
  },
};
