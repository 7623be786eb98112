/** The search spaces that can be asked for by name. */
import { unknownName } from "../errors.ts";
import { darts } from "./darts.ts";
import { dartsNoNone } from "./darts-no-none.ts";
import { nasbench201 } from "./nasbench201.ts";
import { s1 } from "./s1.ts";
import { s2 } from "./s2.ts";
import { s3 } from "./s3.ts";
import { s4 } from "./s4.ts";
import type { Space } from "./space.ts";

export const spaces: readonly Space[] = [nasbench201, darts, dartsNoNone, s1, s2, s3, s4];

/** Other names in use. `s5` is the DARTS space without `none` in DARTS-PT's and Zero-Cost-PT's code. */
export const spaceAliases: ReadonlyMap<string, string> = new Map([
  ["s5", "darts-no-none"],
  ["nb201", "nasbench201"],
  ["nas-bench-201", "nasbench201"],
]);

/** The space of this name or alias, in any case. Throws `ArchwrightError("usage")` with the nearest name otherwise. */
export function findSpace(name: string): Space {
  const wanted = name.toLowerCase();
  const found = spaces.find((space) => space.name === (spaceAliases.get(wanted) ?? wanted));
  if (found === undefined)
    throw unknownName("space", name, [...spaces.map((space) => space.name), ...spaceAliases.keys()]);
  return found;
}
