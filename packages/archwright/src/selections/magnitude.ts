/** Magnitude: train, then keep what has the largest mixing weights (Liu et al., ICLR 2019, §2.4). */
import { z } from "zod";
import type { Mixture } from "../networks/mixture.ts";
import type { AnswerEvent, ProposalEvent } from "../search/events.ts";
import { strongest } from "../search/magnitude-rule.ts";
import type { SearchModel } from "../search/model.ts";
import type { Architecture } from "../spaces/space.ts";
import { searchEpochs } from "../training/supernets/search-epochs.ts";
import { TrainingSearch } from "../training/supernets/training-search.ts";
import type { Selection } from "./selection.ts";

const settings = z.object({
  take: z
    .enum(["last", "best"])
    .default("last")
    .describe(
      "the weights of which epoch: the last, or the one after which the supernet's validation accuracy was best",
    ),
});

/** What the best epoch so far left behind. Plain JSON. */
interface Best {
  readonly accuracy: number;
  readonly ranking: Mixture;
}

export const magnitude: Selection = {
  name: "magnitude",
  title: "the operations and edges of the largest mixing weights",
  source: "Liu et al., ICLR 2019, section 2.4",
  settings,
  refuses({ trained }, { take, evaluate, split }) {
    if (take !== "best") return undefined;
    if (!trained || evaluate === false) {
      return "take=best needs the supernet's validation accuracy after every epoch; choose an update that trains, with --set evaluate=true";
    }
    if (split === "whole") {
      return "take=best compares epochs on images that were held back, and split=whole holds none back; choose take=last or split=halves";
    }
    return undefined;
  },
  start(model, trainer, values) {
    const { take } = settings.parse(values);
    let best: Best | undefined;
    return new TrainingSearch(model, trainer, {
      ...searchEpochs(trainer),
      before: () => undefined,
      unitsFrom: () => 0,
      epochEnded({ evaluation }) {
        // Of equal epochs the first.
        if (take !== "best" || evaluation === undefined || evaluation.accuracy <= (best?.accuracy ?? -1)) return;
        best = { accuracy: evaluation.accuracy, ranking: model.ranking() };
      },
      answer() {
        const { architecture, events } = strongest(model.context.space, best?.ranking ?? model.ranking());
        return [...events, ...proposedAnswer(model, architecture)];
      },
      save: () => structuredClone(best ?? null),
      restore(saved) {
        best = structuredClone(saved as Best | null) ?? undefined;
      },
    });
  },
};

/** The end of a search that makes one proposal, which is the answer. */
export function proposedAnswer(model: SearchModel, cells: Architecture): [ProposalEvent, AnswerEvent] {
  const answer = { proposal: 0, architecture: model.context.space.format(cells), cells };
  return [
    { type: "proposal", ...answer },
    { type: "answer", ...answer },
  ];
}
