/** Proxies defined by what they look at, so that several can share one look. */
import { type Generator, noGrad, scope } from "@archwright/torch";
import type { Mixture } from "../../networks/mixture.ts";
import type { NetworkFacts, ProxyBatch, ProxyFacts, ScoredNetwork, Scorer, ZeroCostProxy } from "../proxy.ts";

/** What is scored. */
export interface Subject {
  readonly network: ScoredNetwork;
  readonly batch: ProxyBatch;
  readonly mixture: Mixture | undefined;
  /** Source of the draws that the proxy or the network's operations make. */
  readonly random: Generator;
  readonly about?: NetworkFacts;
}

/** One look at a network: quantities `Q` from one pass, of which only those that are `wanted` are computed. */
export interface Observation<Q = unknown> {
  /** Hands the quantities to `body` and returns its result. They are freed, and the network restored, when it returns. */
  observe<T>(subject: Subject, wanted: ReadonlySet<string>, body: (quantities: Q) => T): T;
}

/** A score as a function of quantities that one observation gives. */
export interface SharedScore<Q = unknown> {
  readonly observation: Observation<Q>;
  /** Names of the quantities that the score needs. */
  readonly wanted: readonly string[];
  score(quantities: Q): number;
}

/** A proxy that is a function of shared quantities. */
export function sharedProxy<Q>(facts: ProxyFacts, shared: SharedScore<Q>): ZeroCostProxy {
  const wanted = new Set(shared.wanted);
  const score = (subject: Subject): number => shared.observation.observe(subject, wanted, (q) => shared.score(q));
  return { ...ownProxy(facts, score), shared };
}

/** A proxy that shares nothing. `score` runs in a scope of its own and records no gradients unless it asks for them. */
export function ownProxy(facts: ProxyFacts, score: (subject: Subject) => number): ZeroCostProxy {
  return {
    ...facts,
    prepare: (network, { random, about }): Scorer => ({
      score: (batch, mixtures) =>
        sameDraws(random, mixtures, (mixture) =>
          score({ network, batch, mixture, random, ...(about === undefined ? {} : { about }) }),
        ),
      [Symbol.dispose]: () => {},
    }),
  };
}

/** Scores every mixture from the same state of the generator, so that only the mixture makes them differ. */
function sameDraws(
  random: Generator,
  mixtures: readonly (Mixture | undefined)[],
  score: (mixture: Mixture | undefined) => number,
): number[] {
  const state = random.save();
  return mixtures.map((mixture) => {
    random.restore(state);
    return noGrad(() => scope(() => score(mixture)));
  });
}
