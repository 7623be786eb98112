/** From what was asked for to the parts of a search and the values of all their hyperparameters. */
import { unknownName } from "../errors.ts";
import { relaxations } from "../relaxations/registry.ts";
import { selections } from "../selections/registry.ts";
import type { Space } from "../spaces/space.ts";
import { updates } from "../updates/registry.ts";
import type { Method, MethodRequest, Part, ResolvedMethod, Settings } from "./method.ts";
import { methods } from "./registry.ts";
import { checkSettings } from "./settings.ts";

/** What can be asked for by name. */
export interface Registries {
  readonly methods: readonly Method[];
  readonly relaxations: readonly Part[];
  readonly updates: readonly Part[];
  readonly selections: readonly Part[];
}

const all: Registries = { methods, relaxations, updates, selections };

/**
 * The parts of a search and their hyperparameters: the parts' defaults, over them the preset's values, over them
 * those of `--set`. Values that the preset has for a part which was replaced fall away with it.
 * Throws `ArchwrightError("usage")` for an unknown name, an unknown setting, or a value out of range.
 */
export function resolveMethod(request: MethodRequest, _space: Space, registries: Registries = all): ResolvedMethod {
  const method = named("method", request.method, registries.methods);
  const relaxation = named("relaxation", request.relaxation ?? method.relaxation, registries.relaxations);
  const update = named("update", request.update ?? method.update, registries.updates);
  const selection = named("selection", request.selection ?? method.selection, registries.selections);
  return {
    name: method.name,
    relaxation: relaxation.name,
    update: update.name,
    selection: selection.name,
    settings: checkSettings([relaxation, update, selection], preset(method, request.preset ?? "paper"), request.set),
  };
}

function named<T extends { readonly name: string }>(what: string, name: string, known: readonly T[]): T {
  const found = known.find((item) => item.name === name.toLowerCase());
  if (found !== undefined) return found;
  throw unknownName(
    what,
    name,
    known.map((item) => item.name),
  );
}

function preset(method: Method, name: string): Settings {
  if (Object.hasOwn(method.presets, name)) return method.presets[name] as Settings;
  throw unknownName(`preset of ${method.name}`, name, Object.keys(method.presets));
}
