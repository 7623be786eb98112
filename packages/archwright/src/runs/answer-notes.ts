/** What a person should know of a search's answer: whether anything told the candidates apart, and whether it can work at all. */
import { counted, type Note } from "../notes.ts";
import type {
  EpochEvent,
  OperationDecision,
  SearchEvent,
  TopologyDecision,
  ValidationEvent,
} from "../search/events.ts";
import { BY_ORDER, type Tie } from "../statistics/best.ts";
import type { ArchitectureFile, RunFile } from "./run-files.ts";

/** The kind of the note on an architecture that no image passes. */
export const DISCONNECTED = "disconnected";

type Decision = OperationDecision | TopologyDecision;

/** - `found`: the answer, with what is known of it. */
export function answerNotes(
  { dataset }: Pick<RunFile, "dataset">,
  found: Pick<ArchitectureFile, "connected">,
  events: readonly SearchEvent[],
): Note[] {
  const decisions = events.filter(
    (event): event is Decision => event.type === "operation-decision" || event.type === "topology-decision",
  );
  const notes = [
    found.connected === false ? disconnected : undefined,
    chanceNote(dataset, events),
    tiesNote(decisions),
    skippedNote(decisions),
    validationNote(events),
    answerTieNote(events),
  ];
  return notes.filter((note) => note !== undefined);
}

const disconnected: Note = {
  kind: DISCONNECTED,
  message:
    "the architecture that was found has no path from its input to its output: it gives every image the same answer, so the search did not succeed",
};

/** A supernet that ends no better than a constant answer has learned nothing that its decisions could rest on. */
function chanceNote(dataset: RunFile["dataset"], events: readonly SearchEvent[]): Note | undefined {
  const last = events.findLast((event): event is EpochEvent => event.type === "epoch");
  const accuracy = (last?.evaluation ?? last?.valid)?.accuracy;
  if (accuracy === undefined || dataset === undefined) return undefined;
  if (dataset.classes === 1) {
    return {
      kind: "one-class",
      message: "all images are of one class: every answer is right, and nothing was learned",
    };
  }
  const chance = dataset.largestClass === undefined ? 1 / dataset.classes : dataset.largestClass / dataset.images;
  if (accuracy > chance) return undefined;
  return {
    kind: "chance",
    message: `the supernet's validation accuracy ended at ${percent(accuracy)}, no better than the ${percent(chance)} of giving every image the most frequent class: what was decided rests on nothing learned`,
  };
}

function tiesNote(decisions: readonly Decision[]): Note | undefined {
  const ties = decisions.flatMap(({ tie }) => tie ?? []);
  if (ties.length === 0) return undefined;
  const by = [...Map.groupBy(ties, ({ brokenBy }) => brokenBy)].map(([name, own]) => `${broken(name)} ${own.length}`);
  return {
    kind: "ties",
    message: `${ties.length} of ${counted(decisions.length, "decision")} were ties of the score: ${by.join(", ")}`,
  };
}

const broken = (name: Tie["brokenBy"]): string =>
  name === BY_ORDER ? "nothing but the order of the list broke" : `${name} broke`;

function skippedNote(decisions: readonly Decision[]): Note | undefined {
  const concerned = decisions.filter(({ skipped = 0 }) => skipped > 0);
  if (concerned.length === 0) return undefined;
  const minibatches = concerned.reduce((total, { skipped = 0 }) => total + skipped, 0);
  return {
    kind: "skipped-minibatches",
    message: `${concerned.length} of ${counted(decisions.length, "decision")} passed over minibatches on which no two candidates could be told apart, ${minibatches} in all`,
  };
}

/** Every validation has left out the same minibatches. */
function validationNote(events: readonly SearchEvent[]): Note | undefined {
  const validations = events.filter((event): event is ValidationEvent => event.type === "validation");
  const [{ batches, skipped = 0 } = { batches: 0 }] = validations;
  if (skipped === 0) return undefined;
  if (batches > 0) {
    return {
      kind: "skipped-minibatches",
      message: `the validation left out ${skipped} of ${counted(batches + skipped, "minibatch")}, on which no proposal had a score or all had the same`,
    };
  }
  const what =
    validations.length === 1
      ? "the validation has no score for the proposal"
      : `the validation could tell none of the ${validations.length} proposals apart`;
  return {
    kind: "no-validation",
    message: `${what}: no proposal had a score, or all had the same, on any of ${counted(skipped, "minibatch")}`,
  };
}

function answerTieNote(events: readonly SearchEvent[]): Note | undefined {
  const answer = events.findLast((event) => event.type === "answer");
  if (answer?.tie === undefined) return undefined;
  const { candidates, brokenBy } = answer.tie;
  const why = brokenBy === BY_ORDER ? "the first of them is the answer" : `${brokenBy} decided`;
  return { kind: "tied-answer", message: `${candidates} architectures are equally good: ${why}` };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
