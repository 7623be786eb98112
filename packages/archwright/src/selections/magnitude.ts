/** Magnitude: train, then keep what has the largest mixing weights (Liu et al., ICLR 2019, §2.4). */
import { z } from "zod";
import type { AnswerEvent, ProposalEvent } from "../search/events.ts";
import { strongest } from "../search/magnitude-rule.ts";
import type { SearchModel } from "../search/model.ts";
import type { Architecture } from "../spaces/space.ts";
import { searchEpochs } from "../training/supernets/search-epochs.ts";
import { TrainingSearch } from "../training/supernets/training-search.ts";
import type { Selection } from "./selection.ts";

export const magnitude: Selection = {
  name: "magnitude",
  title: "the operations and edges of the largest mixing weights",
  source: "Liu et al., ICLR 2019, section 2.4",
  settings: z.object({}),
  start: (model, trainer) =>
    new TrainingSearch(model, trainer, {
      ...searchEpochs(trainer),
      before: () => undefined,
      unitsFrom: () => 0,
      answer() {
        const { architecture, events } = strongest(model.context.space, model.ranking());
        return [...events, ...proposedAnswer(model, architecture)];
      },
      save: () => null,
      restore: () => {},
    }),
};

/** The end of a search that makes one proposal, which is the answer. */
export function proposedAnswer(model: SearchModel, cells: Architecture): [ProposalEvent, AnswerEvent] {
  const answer = { proposal: 0, architecture: model.context.space.format(cells), cells };
  return [
    { type: "proposal", ...answer },
    { type: "answer", ...answer },
  ];
}
