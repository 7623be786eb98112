/** The epochs of the search phase, as the update's settings have them. */
import { cosineSchedule } from "@archwright/torch";
import type { SearchModel } from "../methods/model.ts";
import type { Search } from "../methods/search.ts";
import { batchSize } from "../methods/training/settings.ts";
import type { Trainer } from "../methods/training/trainer.ts";
import { TrainingSearch } from "../methods/training/training-search.ts";
import type { TrainingPlan } from "./selection.ts";

/** - `count`: how many, where the selection has a say in it. @default the setting `epochs` */
export function searchEpochs(trainer: Trainer | undefined, count?: number): Pick<TrainingPlan, "epochs" | "plan"> {
  const epochs = trainer === undefined ? 0 : (count ?? trainer.settings.epochs);
  return {
    epochs,
    plan(epoch) {
      const { weights, ...settings } = (trainer as Trainer).settings;
      const rate = cosineSchedule({ initial: weights.learningRate, minimum: weights.minimumRate, epochs });
      return { epoch, epochs, phase: "search", learningRate: rate(epoch), batch: batchSize(settings) };
    },
  };
}

/** The search phase without a selection, for those that come after it. */
export const trainingAlone = (model: SearchModel, trainer: Trainer): Search =>
  new TrainingSearch(model, trainer, {
    ...searchEpochs(trainer),
    before: () => undefined,
    unitsFrom: () => 0,
    answer: () => [],
    save: () => null,
    restore: () => {},
  });
