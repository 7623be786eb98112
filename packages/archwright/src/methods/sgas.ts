/** SGAS: sequential greedy architecture search. Li et al., CVPR 2020. */
import type { Method } from "../assembly/method.ts";
import type { Settings } from "../search/part.ts";
import { small } from "./presets.ts";

const source = "Li et al., SGAS: Sequential Greedy Architecture Search, CVPR 2020";

const smallSchedule: Settings = { warmup: 3, interval: 1, batchGrowth: 1 };

export const sgas: Method = {
  name: "sgas",
  title: "sequential greedy search, edges by importance and certainty",
  source: `${source}, criterion 1`,
  relaxation: "softmax",
  update: "first-order",
  selection: "greedy",
  presets: { paper: { criterion: 1 }, small: small({ ...smallSchedule, criterion: 1 }) },
};

export const sgasCriterion2: Method = {
  name: "sgas-cri2",
  title: "sequential greedy search, edges by importance, certainty and stability",
  source: `${source}, criterion 2`,
  relaxation: "softmax",
  update: "first-order",
  selection: "greedy",
  presets: { paper: { criterion: 2 }, small: small({ ...smallSchedule, criterion: 2 }) },
};

export const sgasPT: Method = {
  name: "sgas-pt",
  title: "sequential greedy search, operations by perturbation",
  source: `${source}; Wang et al., ICLR 2021`,
  relaxation: "softmax",
  update: "first-order",
  selection: "greedy",
  presets: {
    paper: { criterion: 1, decideBy: "perturbation" },
    small: small({ ...smallSchedule, criterion: 1, decideBy: "perturbation", comparisonBatches: 25 }),
  },
};
