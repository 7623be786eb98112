/** The methods that can be asked for by name. */
import { unknownName } from "../errors.ts";
import { darts, dartsSecondOrder } from "./darts.ts";
import { dartsPT, dartsPTFixed, sdartsRSPT } from "./darts-pt.ts";
import type { GuidedMethod } from "./guided/method.ts";
import { randomSearch } from "./guided/random-search.ts";
import { regularizedEvolution } from "./guided/regularized-evolution.ts";
import { idarts } from "./idarts.ts";
import { lambdaDarts } from "./lambda-darts.ts";
import type { Limits, Method } from "./method.ts";
import { sdartsADV, sdartsRS } from "./sdarts.ts";
import { sgas, sgasCriterion2, sgasPT } from "./sgas.ts";
import { zeroCostPT } from "./zero-cost-pt.ts";

/** The recipes: choices in three slots, in spaces that have a supernet. */
export const methods: readonly Method[] = [
  zeroCostPT,
  darts,
  dartsSecondOrder,
  sdartsRS,
  sdartsADV,
  sgas,
  sgasCriterion2,
  dartsPT,
  dartsPTFixed,
  sdartsRSPT,
  sgasPT,
  idarts,
  lambdaDarts,
];

/** The methods that a proxy guides, in any space. */
export const guidedMethods: readonly GuidedMethod[] = [randomSearch, regularizedEvolution];

export type AnyMethod = Method | GuidedMethod;

export const isGuided = (method: AnyMethod): method is GuidedMethod => "strategy" in method;

/** The options of the command line that set the limits of guided methods. */
export const limitOptions = {
  maxParams: "--max-params",
  maxMacs: "--max-macs",
  maxLatency: "--max-latency",
} as const satisfies Record<keyof Limits, string>;

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findMethod(name: string): AnyMethod {
  const all: readonly AnyMethod[] = [...methods, ...guidedMethods];
  const wanted = name.toLowerCase();
  const found = all.find((method) => method.name === wanted);
  if (found === undefined)
    throw unknownName(
      "method",
      name,
      all.map((method) => method.name),
    );
  return found;
}
