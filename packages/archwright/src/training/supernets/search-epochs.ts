/** The epochs of the search phase, as the update's settings have them. */
import { cosineSchedule } from "@archwright/torch";
import type { SearchModel } from "../../search/model.ts";
import type { Search } from "../../search/search.ts";
import { batchSize } from "./settings.ts";
import type { Trainer } from "./trainer.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { TrainingSearch } from "./training-search.ts";

/** - `count`: how many, where the selection has a say in it. @default the setting `epochs` */
export function searchEpochs(trainer: Trainer | undefined, count?: number): Pick<TrainingPlan, "epochs" | "plan"> {
  const epochs = trainer === undefined ? 0 : (count ?? trainer.settings.epochs);
  return {
    epochs,
    plan(epoch) {
      const { weights, trainSampling, ...settings } = (trainer as Trainer).settings;
      const { scheduleEpochs, weightsOnly } = settings;
      const rate = cosineSchedule({
        initial: weights.learningRate,
        minimum: weights.minimumRate,
        epochs: scheduleEpochs === "auto" ? epochs : scheduleEpochs,
      });
      const batch = batchSize(settings);
      const movesAlpha = epoch >= weightsOnly;
      return { epoch, epochs, phase: "search", learningRate: rate(epoch), batch, movesAlpha, trainSampling };
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
