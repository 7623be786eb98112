/** The epochs of the search phase, as the update's settings have them. */
import { cosineSchedule } from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import type { SearchModel } from "../../search/model.ts";
import type { Search } from "../../search/search.ts";
import { batchSize } from "./settings.ts";
import type { Trainer } from "./trainer.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { TrainingSearch } from "./training-search.ts";

/**
 * - `count`: how many, where the selection has a say in it. @default the setting `epochs`
 *
 * Throws `ArchwrightError("usage")` for settings that make no sense with so many epochs.
 */
export function searchEpochs(trainer: Trainer | undefined, count?: number): Pick<TrainingPlan, "epochs" | "plan"> {
  const epochs = trainer === undefined ? 0 : (count ?? trainer.settings.epochs);
  if (trainer !== undefined) requireSense(trainer, epochs);
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

/** Refuses what would leave α as it is to the end, and a rate that would rise again. */
function requireSense({ movesAlpha, settings: { weightsOnly, scheduleEpochs } }: Trainer, epochs: number): void {
  if (movesAlpha && weightsOnly >= epochs) {
    throw new ArchwrightError(
      "usage",
      `weightsOnly=${weightsOnly} leaves none of the ${epochs} epochs for α; lower --set weightsOnly, or choose --update weights`,
    );
  }
  if (scheduleEpochs !== "auto" && scheduleEpochs < epochs) {
    throw new ArchwrightError(
      "usage",
      `scheduleEpochs=${scheduleEpochs} ends before the ${epochs} epochs of the search do; raise --set scheduleEpochs, or leave it at auto`,
    );
  }
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
