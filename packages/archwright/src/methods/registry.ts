/** The methods that can be asked for by name. */

import type { AnyMethod, Method } from "../assembly/method.ts";
import type { GuidedMethod } from "../guided/method.ts";
import { named } from "../search/part.ts";
import { darts, dartsSecondOrder } from "./darts.ts";
import { dartsPT, dartsPTFixed, sdartsRSPT } from "./darts-pt.ts";
import { drnas, drnasProgressive } from "./drnas.ts";
import { gaea } from "./gaea.ts";
import { idarts } from "./idarts.ts";
import { istaNAS } from "./ista-nas.ts";
import { lambdaDarts } from "./lambda-darts.ts";
import { localSearch } from "./local-search.ts";
import { randomSearch } from "./random-search.ts";
import { regularizedEvolution } from "./regularized-evolution.ts";
import { sdartsADV, sdartsRS } from "./sdarts.ts";
import { sgas, sgasCriterion2, sgasPT } from "./sgas.ts";
import { svgeBO } from "./svge-bo.ts";
import { zarts } from "./zarts.ts";
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
  istaNAS,
  gaea,
  drnas,
  drnasProgressive,
  zarts,
];

/** The methods that a proxy guides, in any space. */
export const guidedMethods: readonly GuidedMethod[] = [randomSearch, regularizedEvolution, localSearch, svgeBO];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export const findMethod = (name: string): AnyMethod => named<AnyMethod>("method", name, [...methods, ...guidedMethods]);

/** The same of the recipes alone, for a space of one's own. */
export const findRecipe = (name: string): Method => named("method", name, methods);
