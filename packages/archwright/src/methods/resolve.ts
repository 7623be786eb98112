/** From what was asked for to the parts of a search and the values of all their hyperparameters. */
import { ArchwrightError, unknownName } from "../errors.ts";
import { relaxations } from "../relaxations/registry.ts";
import type { Relaxation } from "../relaxations/relaxation.ts";
import { selections } from "../selections/registry.ts";
import type { Selection } from "../selections/selection.ts";
import type { Space } from "../spaces/space.ts";
import { findUpdate, updates } from "../updates/registry.ts";
import type { Update } from "../updates/update.ts";
import type { Method, MethodRequest, ResolvedMethod, Settings } from "./method.ts";
import { methods } from "./registry.ts";
import { checkSettings } from "./settings.ts";
import { supernetSize } from "./supernet-size.ts";

/** What can be asked for by name; tests have their own. */
export interface Registries {
  readonly methods: readonly Method[];
  readonly relaxations: readonly Relaxation[];
  readonly selections: readonly Selection[];
  readonly updates: readonly Update[];
}

const all: Registries = { methods, relaxations, selections, updates };

/**
 * The parts of a search and their hyperparameters: the parts' defaults, over them the preset's values, over them
 * those of `--set`. Values that the preset has for a part which was replaced fall away with it.
 * Throws `ArchwrightError("usage")` for an unknown name, an unknown setting, a value out of range, or parts that do
 * not go together.
 */
export function resolveMethod(request: MethodRequest, space: Space, registries: Registries = all): ResolvedMethod {
  const method = named("method", request.method, registries.methods);
  const relaxation = named("relaxation", request.relaxation ?? method.relaxation, registries.relaxations);
  const { name: update, ...composed } = findUpdate(request.update ?? method.update, registries.updates);
  const selection = named("selection", request.selection ?? method.selection, registries.selections);
  const parts = [supernetSize, relaxation, composed.update, ...composed.modifiers, selection];
  const settings = checkSettings(parts, preset(method, request.preset ?? "paper", space), request.set);
  const refusal =
    composed.update.movesAlpha && relaxation.fixed === true
      ? `${update} moves α, which ${relaxation.name} keeps fixed; choose --update weights, or --relaxation softmax`
      : selection.refuses?.({ space, trained: composed.update.rules !== undefined }, settings);
  if (refusal !== undefined) throw new ArchwrightError("usage", `these parts do not go together: ${refusal}`);
  return { name: method.name, relaxation: relaxation.name, update, selection: selection.name, settings };
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

function preset(method: Method, name: string, space: Space): Settings {
  if (!Object.hasOwn(method.presets, name)) {
    throw unknownName(`preset of ${method.name}`, name, Object.keys(method.presets));
  }
  const values = method.presets[name] as Method["presets"][string];
  return typeof values === "function" ? values(space) : values;
}
