/** Several proxies on one network and minibatch; those that look at the same quantities share the passes. */
import { Generator, noGrad, scope } from "@archwright/torch";
import type { Mixture } from "../networks/mixture.ts";
import type { Observation } from "./observation/observation.ts";
import type { NetworkFacts, ProxyBatch, ScoredNetwork, ZeroCostProxy } from "./proxy.ts";

export interface ScoreAllOptions {
  /** Seed of all random draws. A proxy's score does not depend on which others are asked for. */
  readonly seed: number;
  /** Required for a supernet. */
  readonly mixture?: Mixture | undefined;
  /** See {@link ScorerOptions.countBlocked}. */
  readonly countBlocked?: boolean;
  /** What proxies may want to know about the network. */
  readonly about?: NetworkFacts;
}

/** The scores by proxy name, in the order of `proxies`. */
export function scoreAll(
  network: ScoredNetwork,
  batch: ProxyBatch,
  proxies: readonly ZeroCostProxy[],
  { seed, mixture, countBlocked = false, about }: ScoreAllOptions,
): Map<string, number> {
  const scores = new Map<string, number>(proxies.map(({ name }) => [name, Number.NaN]));
  for (const [observation, members] of sharing(proxies)) {
    const wanted = new Set(members.flatMap(({ shared }) => shared?.wanted ?? []));
    noGrad(() =>
      scope(() =>
        observation.observe({ network, batch, mixture, random: new Generator(seed) }, wanted, (quantities) => {
          for (const { name, shared } of members) scores.set(name, shared?.score(quantities) ?? Number.NaN);
        }),
      ),
    );
  }
  for (const proxy of proxies.filter(({ shared }) => shared === undefined)) {
    const options = { random: new Generator(seed), countBlocked, ...(about === undefined ? {} : { about }) };
    using scorer = proxy.prepare(network, options);
    const [score = Number.NaN] = scorer.score(batch, [mixture]);
    scores.set(proxy.name, score);
  }
  return scores;
}

/** Proxies by the observation that they share. */
function sharing(proxies: readonly ZeroCostProxy[]): Map<Observation, ZeroCostProxy[]> {
  const groups = new Map<Observation, ZeroCostProxy[]>();
  for (const proxy of proxies) {
    if (proxy.shared === undefined) continue;
    const { observation } = proxy.shared;
    groups.set(observation, [...(groups.get(observation) ?? []), proxy]);
  }
  return groups;
}
