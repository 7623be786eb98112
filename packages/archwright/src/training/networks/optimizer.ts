/** The optimizer that a recipe names. */
import { type Optimizer, RMSProp, SGD, type Tensor } from "@archwright/torch";
import type { Recipe } from "./recipe.ts";

export function recipeOptimizer(parameters: ReadonlyMap<string, Tensor>, settings: Recipe["optimizer"]): Optimizer {
  const { name, learningRate, momentum, nesterov, weightDecay, decay, epsilon } = settings;
  return name === "sgd"
    ? new SGD(parameters, { learningRate, momentum, nesterov, weightDecay })
    : new RMSProp(parameters, { learningRate, decay, momentum, epsilon, weightDecay });
}
