/** Proposals of Bayesian optimization in a latent space: random architectures first, then rounds of points of large expected improvement. */
import { type LatentSpace, openLatentSpace } from "../../embeddings/model-file.ts";
import { Random } from "../../random.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import type { LatentSettings } from "../settings.ts";
import { drawing, type History, MOST_TRIES, type Strategy } from "../strategy.ts";
import { roundOf } from "./round.ts";

/**
 * The first `initial` candidates are random. What a round proposes follows from the candidates before it and from a stream of
 * its own, so that a search that is continued proposes the same. Where a proposal is turned down, a random one follows.
 */
export function latentStrategy<A>(space: ArchitectureSpace<A>, settings: LatentSettings): Strategy<A> {
  const draw = drawing(space);
  let latent: LatentSpace | undefined;
  let planned: { readonly round: number; readonly proposals: readonly A[] } | undefined;
  const proposalsOf = (round: number, history: History<A>): readonly A[] => {
    if (planned?.round === round) return planned.proposals;
    latent ??= openLatentSpace(settings.embedding, space.name);
    const known = settings.initial + round * settings.round;
    const random = Random.stream(round, "svge-bo/round");
    const before = { architectures: history.architectures.slice(0, known), values: history.fitness().slice(0, known) };
    planned = { round, proposals: roundOf(latent, before, settings, random) as A[] };
    return planned.proposals;
  };
  // Opened at once, so that an embedding that is none is refused before a run begins.
  latent = openLatentSpace(settings.embedding, space.name);
  return {
    distinct: true,
    propose: (history, tries, random) => {
      const count = history.architectures.length - settings.initial;
      if (count >= 0 && tries === 0) {
        const round = Math.floor(count / settings.round);
        const proposal = proposalsOf(round, history)[count - round * settings.round];
        if (proposal !== undefined) return { architecture: proposal };
      }
      const architecture = draw(Math.min(tries, MOST_TRIES), random);
      return architecture === undefined || tries > 2 * MOST_TRIES ? undefined : { architecture };
    },
  };
}
