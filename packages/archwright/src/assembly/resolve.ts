/** From what was asked for to the parts of a search and the values of all their hyperparameters. */
import { ArchwrightError, unknownName } from "../errors.ts";
import { relaxations } from "../relaxations/registry.ts";
import { named, type Settings } from "../search/part.ts";
import type { Relaxation } from "../search/relaxation.ts";
import { checkSettings } from "../search/settings.ts";
import { selections } from "../selections/registry.ts";
import type { Selection } from "../selections/selection.ts";
import type { Space } from "../spaces/space.ts";
import { type ComposedUpdate, findUpdate, updates } from "../updates/registry.ts";
import type { Update } from "../updates/update.ts";
import type { Method } from "./method.ts";
import type { PartsRequest } from "./request.ts";
import { supernetSize } from "./supernet-size.ts";

/** The parts that can be asked for by name; tests have their own. */
export interface KnownParts {
  readonly relaxations: readonly Relaxation[];
  readonly selections: readonly Selection[];
  readonly updates: readonly Update[];
}

const all: KnownParts = { relaxations, selections, updates };

/** The parts of a search and the values of all their hyperparameters, checked. */
export interface ResolvedMethod {
  readonly name: string;
  readonly relaxation: Relaxation;
  readonly update: ComposedUpdate;
  readonly selection: Selection;
  readonly settings: Settings;
}

/**
 * The parts of a search and their hyperparameters: the parts' defaults, over them the preset's values, over them
 * those of `--set`. Values that the preset has for a part which was replaced fall away with it.
 * Throws `ArchwrightError("usage")` for an unknown name, an unknown setting, a value out of range, or parts that do
 * not go together.
 */
export function resolveMethod(
  method: Method,
  request: PartsRequest,
  space: Space,
  known: KnownParts = all,
): ResolvedMethod {
  const relaxation = named("relaxation", request.relaxation ?? method.relaxation, known.relaxations);
  const update = findUpdate(request.update ?? method.update, known.updates);
  const selection = named("selection", request.selection ?? method.selection, known.selections);
  const parts = [supernetSize, relaxation, update.update, ...update.modifiers, selection];
  const settings = checkSettings(parts, preset(method, request.preset ?? "paper", space), request.set);
  const refusal =
    update.update.movesAlpha && relaxation.fixed === true
      ? `${update.name} moves α, which ${relaxation.name} keeps fixed; choose --update weights, or --relaxation softmax`
      : selection.refuses?.({ space, trained: update.update.rules !== undefined }, settings);
  if (refusal !== undefined) throw new ArchwrightError("usage", `these parts do not go together: ${refusal}`);
  return { name: method.name, relaxation, update, selection, settings };
}

function preset(method: Method, name: string, space: Space): Settings {
  if (!Object.hasOwn(method.presets, name)) {
    throw unknownName(`preset of ${method.name}`, name, Object.keys(method.presets));
  }
  const values = method.presets[name] as Method["presets"][string];
  return typeof values === "function" ? values(space) : values;
}
