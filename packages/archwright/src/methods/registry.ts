/** The methods that can be asked for by name. */
import { unknownName } from "../errors.ts";
import { darts, dartsSecondOrder } from "./darts.ts";
import { dartsPT, dartsPTFixed, sdartsRSPT } from "./darts-pt.ts";
import { idarts } from "./idarts.ts";
import { lambdaDarts } from "./lambda-darts.ts";
import type { Method } from "./method.ts";
import { sdartsADV, sdartsRS } from "./sdarts.ts";
import { sgas, sgasCriterion2, sgasPT } from "./sgas.ts";
import { zeroCostPT } from "./zero-cost-pt.ts";

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

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findMethod(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found === undefined)
    throw unknownName(
      "method",
      name,
      methods.map((m) => m.name),
    );
  return found;
}
