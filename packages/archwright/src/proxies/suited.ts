/** The proxies that can score the networks of a space. */
import { ArchwrightError } from "../errors.ts";
import { type ArchitectureSpace, cellTemplates } from "../spaces/architecture-space.ts";
import type { ZeroCostProxy } from "./proxy.ts";
import { proxies as allProxies, findProxies } from "./registry.ts";

/**
 * The proxies that names of proxies and rankings stand for. Throws `ArchwrightError("usage")` for a name that is not known,
 * and for a proxy that needs cells where the space's networks have none.
 */
export function suitedProxies(space: ArchitectureSpace, names: readonly string[]): readonly ZeroCostProxy[] {
  const proxies = findProxies(names);
  const refused = proxies.find(({ networks }) => networks === "cells");
  if (refused === undefined || hasCells(space)) return proxies;
  throw new ArchwrightError("usage", `${refused.name} needs networks made of cells, which ${space.name} does not have`);
}

export const allSuitedProxies = (space: ArchitectureSpace): readonly ZeroCostProxy[] =>
  hasCells(space) ? allProxies : allProxies.filter(({ networks }) => networks !== "cells");

const hasCells = (space: ArchitectureSpace): boolean => cellTemplates(space).length > 0;
