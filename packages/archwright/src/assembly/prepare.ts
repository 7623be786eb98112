/** A search of any kind: checked without images, then made. */
import type { Dataset } from "../data/dataset.ts";
import { openedSize } from "../data/minibatches.ts";
import { ArchwrightError, unknownName } from "../errors.ts";
import { proxyEvaluator, tableEvaluator } from "../guided/evaluator.ts";
import type { Limits } from "../guided/limits.ts";
import { limitOptions } from "../guided/limits.ts";
import type { GuidedMethod } from "../guided/method.ts";
import { GuidedSearch } from "../guided/search.ts";
import { guidedSettings } from "../guided/settings.ts";
import { isTableFitness, tableFitness } from "../guided/table-fitness.ts";
import { fitnessOf } from "../proxies/fitness.ts";
import { suitedProxies } from "../proxies/suited.ts";
import type { Settings } from "../search/part.ts";
import type { Search } from "../search/search.ts";
import { checkSettings } from "../search/settings.ts";
import {
  type ArchitectureSpace,
  cellTemplates,
  type ImageTask,
  networkSpace,
  requireFittingImages,
} from "../spaces/architecture-space.ts";
import { spaces } from "../spaces/registry.ts";
import type { CellTemplate, Space } from "../spaces/space.ts";
import { createSearch } from "./create.ts";
import { type AnyMethod, isGuided, type Method } from "./method.ts";
import type { PartsRequest } from "./request.ts";
import { resolveMethod } from "./resolve.ts";
import { sizedSpace, supernetImageSize } from "./supernet-size.ts";

/** What is known once the images are open. */
export interface SearchInputs {
  readonly dataset: Dataset;
  /** Seeds every random draw of the search. */
  readonly seed: number;
  /** `cpu`, `cuda`, `cuda:1`. */
  readonly device: string;
}

/** A request that has been checked. */
export interface PreparedSearch {
  readonly method: string;
  /** Every hyperparameter, resolved. */
  readonly settings: Settings;
  /** The cells of the networks; none where they are graphs of layers. */
  readonly templates: readonly CellTemplate[];
  /** Height and width at which images are to be opened that `--data` names so. */
  readonly openedSize: (data: string) => number;
  /** What the networks are for: these images. Costs are counted for it. */
  readonly task: (dataset: Dataset) => ImageTask;
  /** The search, ready to run. Throws `ArchwrightError("usage")` where nothing keeps the limits. */
  readonly create: (inputs: SearchInputs) => Search;
}

/**
 * Checks a request for any method in a space. Throws `ArchwrightError("usage")` for what does not exist, is out of range or
 * does not go together.
 */
export function prepareSearch(method: AnyMethod, request: PartsRequest, space: ArchitectureSpace): PreparedSearch {
  return isGuided(method) ? guided(method, request, space) : differentiable(method, request, space);
}

function differentiable(method: Method, request: PartsRequest, space: ArchitectureSpace): PreparedSearch {
  const supernet = requireSupernet(space);
  const [limit] = limitsOf(request);
  if (limit !== undefined) {
    throw new ArchwrightError(
      "usage",
      `${limitOptions[limit]} is kept by proxy-guided methods alone (random, evolution); leave it out for ${method.name}`,
    );
  }
  const resolved = resolveMethod(method, request, supernet);
  const imageSize = supernetImageSize(resolved.settings);
  requireFittingImages(space, imageSize);
  return {
    method: method.name,
    settings: resolved.settings,
    templates: sizedSpace(supernet, resolved.settings).cells,
    openedSize: () => imageSize,
    task: ({ classes, train }) => ({ classes: classes.length, imageSize: train.height }),
    create: (inputs) => createSearch(resolved, { ...inputs, space: supernet }),
  };
}

function requireSupernet({ name, supernet }: ArchitectureSpace): Space {
  if (supernet !== undefined) return supernet;
  const searched = spaces.map((space) => space.name).join(", ");
  throw new ArchwrightError(
    "usage",
    `${name} has no supernet to search in; those that have one: ${searched}; in every space: --method random or evolution`,
  );
}

function guided(method: GuidedMethod, request: PartsRequest, space: ArchitectureSpace): PreparedSearch {
  const slot = (["relaxation", "update", "selection"] as const).find((name) => request[name] !== undefined);
  if (slot !== undefined) {
    throw new ArchwrightError(
      "usage",
      `--${slot} is a part of methods with a supernet; ${method.name} has none, leave it out`,
    );
  }
  const { preset = "paper" } = request;
  const values = Object.hasOwn(method.presets, preset) ? method.presets[preset] : undefined;
  if (values === undefined) throw unknownName(`preset of ${method.name}`, preset, Object.keys(method.presets));
  const preferred = typeof values === "function" ? values(space) : values;
  const settings = checkSettings([method], preferred, { ...request.set, ...limitSettings(request) });
  const own = guidedSettings.parse(settings);
  const table = isTableFitness(own.fitness) ? tableFitness(own.fitness, space) : undefined;
  if (table === undefined) suitedProxies(space, [own.fitness]);
  networkSpace(space, own.network);
  const { maxParams, maxMacs, maxLatency } = own;
  const imageSize = own.imageSize === "auto" ? space.defaults.imageSize : own.imageSize;
  requireFittingImages(space, imageSize);
  const task = ({ classes }: Dataset): ImageTask => ({ classes: classes.length, imageSize });
  const fitness = table?.fitness ?? fitnessOf(own.fitness);
  return {
    method: method.name,
    // A proxy in a file by what it says now: a run that is resumed must not go on with another.
    settings: table === undefined && own.fitness.includes(".json") ? { ...settings, fitness: fitness.name } : settings,
    templates: cellTemplates(space),
    openedSize: (data) => openedSize(data, imageSize),
    task,
    create: (inputs) =>
      new GuidedSearch({
        space,
        task: task(inputs.dataset),
        strategy: method.strategy(space, settings),
        fitness,
        evaluator:
          table === undefined
            ? proxyEvaluator(space, own, { ...inputs, task: task(inputs.dataset) })
            : tableEvaluator(space, table, { ...inputs, task: task(inputs.dataset) }),
        evaluations: own.evaluations,
        limits: { maxParams, maxMacs, maxLatency },
        seed: inputs.seed,
      }),
  };
}

/** The limits that a request sets, by the names of their settings. */
const limitsOf = (request: Limits): (keyof Limits)[] =>
  (Object.keys(limitOptions) as (keyof Limits)[]).filter((name) => typeof request[name] === "number");

function limitSettings(request: PartsRequest): Settings {
  const given = limitsOf(request);
  const twice = given.find((name) => request.set !== undefined && Object.hasOwn(request.set, name));
  if (twice !== undefined) {
    throw new ArchwrightError("usage", `${limitOptions[twice]} and --set ${twice} are the same; give one of them`);
  }
  return Object.fromEntries(given.map((name) => [name, request[name]]));
}
