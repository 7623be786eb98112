/**
 * How architectures are ranked: by one proxy, by a named aggregate of several, or by a sum of ranks such as
 * `synflow+nwot`. Names and numbers only, without libtorch.
 */
import { azNas, type Column, rankSum, vote } from "./aggregate.ts";
import { proxyName } from "./names.ts";

/** A score of each of several candidates that depends on all of them; larger is better. */
export interface Ranking {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** Names of the proxies it takes. */
  readonly members: readonly string[];
  /** From a column for each member, in their order and turned so that larger is better. */
  readonly combine: (columns: readonly Column[]) => number[];
}

/** The published aggregates. */
export const aggregates: readonly Ranking[] = [
  {
    name: "az_nas",
    title: "AZ-NAS: expressivity, progressivity, trainability and complexity by their logarithmic ranks",
    source: "Lee and Ham, CVPR 2024; zero-cost-proxies §4.3",
    members: ["az_expressivity", "az_progressivity", "az_trainability", "macs"],
    combine: (columns) => azNas(columns),
  },
  {
    name: "vote",
    title: "the majority of synflow, jacob_cov and snip over all pairs of architectures",
    source: "Abdelfattah et al., ICLR 2021; by Copeland counts, zero-cost-proxies §2.10",
    members: ["synflow", "jacob_cov", "snip"],
    combine: vote,
  },
  {
    name: "te_nas",
    title: "TE-NAS: ranks by the NTK's condition number and by linear regions, added",
    source: "Chen et al., ICLR 2021; zero-cost-proxies §4.6",
    members: ["ntk", "linear_regions"],
    combine: rankSum,
  },
];

/**
 * The ranking that `name` stands for: an aggregate, or proxies joined by plus signs, one or more. Whether there are such
 * proxies is not checked.
 */
export function rankingOf(name: string): Ranking {
  const wanted = name.trim().toLowerCase();
  const aggregate = aggregates.find((ranking) => ranking.name === wanted);
  if (aggregate !== undefined) return aggregate;
  const members = name.split("+").map(proxyName);
  const [only = ""] = members;
  if (members.length === 1) {
    return { name: only, title: only, source: "", members, combine: ([column = []]) => [...column] };
  }
  return {
    name: members.join("+"),
    title: `ranks by ${members.join(", ")}, added`,
    source: "rank sum (Borda count)",
    members,
    combine: rankSum,
  };
}
