/** Puts a search together from its three parts. */
import { owning } from "../search/compose.ts";
import type { SearchContext } from "../search/context.ts";
import { SearchModel } from "../search/model.ts";
import type { Part, Settings } from "../search/part.ts";
import type { Search } from "../search/search.ts";
import { trainingSettings } from "../training/supernets/settings.ts";
import { Trainer } from "../training/supernets/trainer.ts";
import type { ComposedUpdate } from "../updates/registry.ts";
import type { ResolvedMethod } from "./resolve.ts";
import { sizedSpace, supernetSize } from "./supernet-size.ts";

/** The search, ready to run: a model, a trainer where the update trains it, and the selection on both. */
export function createSearch(method: ResolvedMethod, context: SearchContext): Search {
  const { relaxation, update, selection, settings } = method;
  const space = sizedSpace(context.space, own(supernetSize, settings));
  const owned: Disposable[] = [];
  const release = (): void => {
    for (const part of owned.toReversed()) part[Symbol.dispose]();
  };
  try {
    const split = update.update.rules === undefined ? "halves" : trainingSettings.parse(settings).split;
    const model = new SearchModel({ ...context, space }, relaxation, { settings: own(relaxation, settings), split });
    owned.push(model);
    const trainer = newTrainer(model, update, settings);
    if (trainer !== undefined) owned.push(trainer);
    return owning(selection.start(model, trainer, own(selection, settings)), { [Symbol.dispose]: release });
  } catch (error) {
    release();
    throw error;
  }
}

function newTrainer(
  model: SearchModel,
  { update, modifiers }: ComposedUpdate,
  settings: Settings,
): Trainer | undefined {
  if (update.rules === undefined) return undefined;
  const plain = update.rules(own(update, settings));
  const rules = modifiers.reduce((inner, modifier) => modifier.wrap(inner, own(modifier, settings)), plain);
  return new Trainer(model, rules, trainingSettings.parse(settings));
}

/** The settings that belong to a part. */
function own(part: Part, settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => key in part.settings.shape));
}
