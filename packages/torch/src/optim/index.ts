/** Optimizers, gradient clipping and learning-rate schedules. */
export { Adam, type AdamOptions } from "./adam.ts";
export { type ClippedGradients, clipGradients } from "./clip.ts";
export type { Optimizer, OptimizerJson, OptimizerState } from "./optimizer.ts";
export { RMSProp, type RMSPropOptions } from "./rmsprop.ts";
export {
  cosine as cosineSchedule,
  linear as linearSchedule,
  type Schedule,
  step as stepSchedule,
  warmUp,
} from "./schedules.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
