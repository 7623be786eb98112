/** From what was asked for to the parts of a search and the values of all their hyperparameters. */
import { ArchwrightError, unknownName } from "../errors.ts";
import { relaxations } from "../relaxations/registry.ts";
import { named, type Settings } from "../search/part.ts";
import type { Domain, Relaxation } from "../search/relaxation.ts";
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
    domainRefusal(update, relaxation, known) ??
    selection.refuses?.({ space, trained: update.update.rules !== undefined }, settings);
  if (refusal !== undefined) throw new ArchwrightError("usage", `these parts do not go together: ${refusal}`);
  return { name: method.name, relaxation, update, selection, settings };
}

/** Why an update cannot move the α of a relaxation. */
function domainRefusal(
  { name, update }: ComposedUpdate,
  { name: relaxation, domain }: Relaxation,
  known: KnownParts,
): string | undefined {
  const { moves } = update;
  if (moves === undefined || moves === domain) return undefined;
  const list = (parts: readonly { readonly name: string }[]): string => parts.map((part) => part.name).join(", ");
  const updates = known.updates.filter((one) => one.rules !== undefined && one.moves === movedIn(domain));
  const relaxations = known.relaxations.filter((one) => one.domain === moves);
  const why =
    domain === "fixed"
      ? `${name} moves α, which ${relaxation} keeps fixed`
      : `${name} moves α ${places[moves]}, with ${relaxation} it lies ${places[domain]}`;
  return `${why}; choose --update ${list(updates)}, or --relaxation ${list(relaxations)}`;
}

const movedIn = (domain: Domain): Update["moves"] => (domain === "fixed" ? undefined : domain);

const places = { reals: "anywhere", simplex: "on the simplex" } as const;

function preset(method: Method, name: string, space: Space): Settings {
  if (!Object.hasOwn(method.presets, name)) {
    throw unknownName(`preset of ${method.name}`, name, Object.keys(method.presets));
  }
  const values = method.presets[name] as Method["presets"][string];
  return typeof values === "function" ? values(space) : values;
}
