/** Everything that `--space` can name: cell spaces with supernets, and the spaces that are only scored and looked up. */
import { unknownName } from "../errors.ts";
import { type ArchitectureSpace, cellArchitectures } from "./architecture-space.ts";
import { enasMacro6, enasMacro12 } from "./enas.ts";
import { mobilenetLike } from "./mobilenet-like.ts";
import { nasbenchMacro } from "./nasbench-macro.ts";
import { nasbench101 } from "./nasbench101.ts";
import { ndsSpaces } from "./nds.ts";
import { spaceAliases, spaces } from "./registry.ts";
import { transnasbench101Macro, transnasbench101Micro } from "./transnasbench101.ts";

export const architectureSpaces: readonly ArchitectureSpace[] = [
  ...spaces.map(cellArchitectures),
  nasbench101,
  transnasbench101Micro,
  transnasbench101Macro,
  nasbenchMacro,
  enasMacro6,
  enasMacro12,
  mobilenetLike,
  ...ndsSpaces,
];

const aliases: ReadonlyMap<string, string> = new Map([
  ...spaceAliases,
  ["enas", "enas-macro6"],
  ["nb101", "nasbench101"],
  ["nas-bench-101", "nasbench101"],
]);

/** The space of this name or alias, in any case. Throws `ArchwrightError("usage")` with the nearest name otherwise. */
export function findArchitectureSpace(name: string): ArchitectureSpace {
  const wanted = name.toLowerCase();
  const found = architectureSpaces.find((space) => space.name === (aliases.get(wanted) ?? wanted));
  if (found === undefined) {
    throw unknownName("space", name, [...architectureSpaces.map((space) => space.name), ...aliases.keys()]);
  }
  return found;
}
