/** Puts a search together from its three parts. */
import { ArchwrightError } from "../errors.ts";
import { findRelaxation } from "../relaxations/registry.ts";
import { findSelection } from "../selections/registry.ts";
import { findUpdate } from "../updates/registry.ts";
import { inTurn, owning } from "./compose.ts";
import type { Part, ResolvedMethod, SearchContext, Settings } from "./method.ts";
import { SearchModel } from "./model.ts";
import type { Search } from "./search.ts";

/** The search, ready to run: a model that the update trains, then the selection on it. */
export function createSearch(method: ResolvedMethod, context: SearchContext): Search {
  const relaxation = findRelaxation(method.relaxation);
  const update = findUpdate(method.update);
  const selection = findSelection(method.selection);
  const refusal = selection.refuses?.(context.space);
  if (refusal !== undefined) {
    throw new ArchwrightError("usage", `${selection.name} cannot search ${context.space.name}: ${refusal}`);
  }
  const model = new SearchModel(context, relaxation);
  try {
    const training = update.start(model, own(update, method.settings));
    const select = (): Search => selection.start(model, own(selection, method.settings));
    return owning(training === undefined ? select() : inTurn(training, select), model);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The settings that belong to a part. */
function own(part: Part, settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => key in part.settings.shape));
}
