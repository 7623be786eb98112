/** The learning rate over the epochs of a recipe. */
import { cosineSchedule, linearSchedule, type Schedule, stepSchedule, warmUp } from "@archwright/torch";
import type { Recipe } from "./recipe.ts";

/** Epochs in which the linear schedule ends slowly. */
const SLOW_END = 5;

/** Epoch, from 0, with a fraction where the rate changes at every step, to learning rate. */
export function learningRate({ epochs, optimizer, schedule }: Recipe): Schedule {
  const { learningRate: initial } = optimizer;
  const rate = scheduled(initial, epochs, schedule);
  return schedule.warmUp === 0 ? rate : warming(rate, schedule);
}

function scheduled(initial: number, epochs: number, schedule: Recipe["schedule"]): Schedule {
  switch (schedule.name) {
    case "cosine":
      return cosineSchedule({ initial, epochs, minimum: schedule.minimumRate });
    case "linear":
      return linearWithSlowEnd(initial, epochs);
    case "exponential":
      return stepSchedule({ initial, every: 1, factor: schedule.factor });
    case "constant":
      return () => initial;
  }
}

/** lr₀·(E − 5 − t)/(E − 5) while E − t > 5, then lr₀·(E − t)/((E − 5)·5) (space-darts §7). */
function linearWithSlowEnd(initial: number, epochs: number): Schedule {
  if (epochs <= SLOW_END) return linearSchedule({ initial, epochs });
  const most = epochs - SLOW_END;
  return (epoch) =>
    epochs - epoch > SLOW_END
      ? (initial * (most - epoch)) / most
      : (initial * Math.max(0, epochs - epoch)) / (most * SLOW_END);
}

/** By epoch, (t + 1)/n of the rate in epoch t; by step, t/n, so that it rises evenly from nearly nothing. */
function warming(rate: Schedule, { warmUp: epochs, every }: Recipe["schedule"]): Schedule {
  if (every === "epoch") return warmUp(rate, epochs);
  return (epoch) => rate(epoch) * Math.min(1, epoch / epochs);
}
