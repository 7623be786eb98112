/** The proxies that can be asked for by name. */
import { ArchwrightError, unknownName } from "../errors.ts";
import { expressivity } from "./az-nas/expressivity.ts";
import { progressivity } from "./az-nas/progressivity.ts";
import { trainability } from "./az-nas/trainability.ts";
import { epeNas } from "./epe-nas.ts";
import { configuredProxy, eproxy, gennas } from "./eproxy/eproxy.ts";
import { isConfigurationFile } from "./eproxy/file.ts";
import { eznas } from "./eznas.ts";
import { fisher } from "./fisher.ts";
import { gradNorm } from "./grad-norm.ts";
import { gradSign } from "./gradsign.ts";
import { grasp } from "./grasp.ts";
import { jacobCov } from "./jacob-cov.ts";
import { lSwag } from "./l-swag.ts";
import { l2Norm } from "./l2-norm.ts";
import { logSynflow } from "./logsynflow.ts";
import { macs } from "./macs.ts";
import { meco } from "./meco.ts";
import { proxyName } from "./names.ts";
import { nwot } from "./nwot.ts";
import { nwotEval } from "./nwot-eval.ts";
import { params } from "./params.ts";
import { plain } from "./plain.ts";
import type { ZeroCostProxy } from "./proxy.ts";
import { aggregates, rankingOf } from "./rankings.ts";
import { snip } from "./snip.ts";
import { swap } from "./swap.ts";
import { synflow } from "./synflow.ts";
import { linearRegions } from "./te-nas/linear-regions.ts";
import { ntk } from "./te-nas/ntk.ts";
import { zen } from "./zen.ts";
import { zico } from "./zico.ts";

export const proxies: readonly ZeroCostProxy[] = [
  params,
  macs,
  l2Norm,
  gradNorm,
  plain,
  snip,
  grasp,
  fisher,
  synflow,
  logSynflow,
  jacobCov,
  epeNas,
  nwot,
  nwotEval,
  zen,
  swap,
  meco,
  zico,
  gradSign,
  lSwag,
  expressivity,
  progressivity,
  trainability,
  ntk,
  linearRegions,
  eznas,
  eproxy,
  gennas,
];

const names: readonly string[] = proxies.map(({ name }) => name);

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findProxy(name: string): ZeroCostProxy {
  const own = proxyName(name);
  if (isConfigurationFile(own)) return configuredProxy(own);
  const found = proxies.find((proxy) => proxy.name === own);
  if (found === undefined) throw unknownName("proxy", name, names);
  return found;
}

/**
 * The proxies that names of proxies and rankings stand for (`az_nas`, `synflow+nwot`), each once, in order. Throws
 * `ArchwrightError("usage")` with the nearest name for one that is not known.
 */
export function findProxies(asked: readonly string[]): ZeroCostProxy[] {
  const known = [...names, ...aggregates.map(({ name }) => name)];
  const members = asked.flatMap((name) => {
    const ranking = rankingOf(name);
    const single = ranking.members.length === 1 && !isConfigurationFile(ranking.name);
    if (single && !known.includes(ranking.name)) throw unknownName("proxy", name, known);
    const summed = ranking.members.find((member) => !names.includes(member) && known.includes(member));
    if (summed !== undefined) {
      throw new ArchwrightError("usage", `${summed} cannot be part of a sum: it stands for several proxies itself`);
    }
    return ranking.members;
  });
  return [...new Set(members)].map(findProxy);
}
