/** DARTS: α and the weights by gradients in turn, then magnitude. Liu, Simonyan and Yang, ICLR 2019. */

import type { Method } from "../assembly/method.ts";
import type { Settings } from "../search/part.ts";
import type { Space } from "../spaces/space.ts";
import { singleCell, small } from "./presets.ts";

const source = "Liu, Simonyan and Yang, DARTS: Differentiable Architecture Search, ICLR 2019";

/** In NAS-Bench-201 as that benchmark's authors ran it, where the first order moves the weights first. */
const paper =
  (stepOrder: "alpha-first" | "weights-first") =>
  (space: Space): Settings => ({
    epochs: 50,
    ...(singleCell(space) ? { "weights.nesterov": true, "weights.weightDecay": 5e-4, stepOrder } : {}),
  });

export const darts: Method = {
  name: "darts",
  title: "differentiable search, first order",
  source,
  relaxation: "softmax",
  update: "first-order",
  selection: "magnitude",
  presets: { paper: paper("weights-first"), small: small() },
};

export const dartsSecondOrder: Method = {
  name: "darts-second-order",
  title: "differentiable search through a virtual step of the weights",
  source,
  relaxation: "softmax",
  update: "second-order",
  selection: "magnitude",
  presets: { paper: paper("alpha-first"), small: small() },
};
