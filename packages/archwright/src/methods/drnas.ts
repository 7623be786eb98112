/** DrNAS: mixing weights drawn from Dirichlet distributions that are learnt. Chen et al., ICLR 2021. */
import type { Method } from "../assembly/method.ts";
import type { Settings } from "../search/part.ts";
import type { Space } from "../spaces/space.ts";
import { singleCell, small } from "./presets.ts";

const source = "Chen, Wang, Cheng, Tang and Hsieh, DrNAS: Dirichlet Neural Architecture Search, ICLR 2021";

/** The DARTS family is searched at the trained network's size, which partial channels make possible (drnas §4). */
const family: Settings = {
  epochs: 50,
  channels: 36,
  cells: 20,
  partial: 6,
  "weights.learningRate": 0.1,
  "weights.minimumRate": 0,
  "architecture.learningRate": 6e-4,
};

/** At the size of the `small` presets half of eight channels are what an operation can be given at first. */
const smallStages: Settings = { partial: 4, keep: [3], widen: [2], stageWarmup: 2 };

export const drnas: Method = {
  name: "drnas",
  title: "concentrations of Dirichlet distributions, from which every step draws its mixing weights",
  source,
  relaxation: "dirichlet",
  update: "first-order",
  selection: "magnitude",
  presets: {
    paper: (space: Space) => (singleCell(space) ? { epochs: 100 } : { ...family, weightsOnly: 10 }),
    small: small(),
  },
};

export const drnasProgressive: Method = {
  name: "drnas-progressive",
  title: "DrNAS in two stages: the weakest operations leave, the others see more channels",
  source: `${source}, section 3.3`,
  relaxation: "dirichlet",
  update: "first-order",
  selection: "progressive-pruning",
  presets: {
    paper: (space: Space) =>
      singleCell(space) ? { epochs: 100, partial: 4, keep: [3], widen: [2] } : { ...family, keep: [4], widen: [4] },
    small: small(smallStages),
  },
};
