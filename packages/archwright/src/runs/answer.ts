/** The answer of a run: `architecture.json`, from the events and what is known about the architecture. */
import { readFileSync } from "node:fs";
import { ArchwrightError } from "../errors.ts";
import type { AnswerEvent, SearchEvent, ValidationEvent } from "../search/events.ts";
import { type ArchitectureSpace, architectureCost, cellsOf, type ImageTask } from "../spaces/architecture-space.ts";
import { connected } from "../spaces/connected.ts";
import { answerNotes } from "./answer-notes.ts";
import { parseEvents } from "./report/inputs.ts";
import type { ArchitectureFile, RunFile } from "./run-files.ts";
import { tableOfAnswer, tableValues } from "./table-values.ts";

/** The architecture that a finished search's events end in. */
export function describeAnswer<A>(space: ArchitectureSpace<A>, run: RunFile, eventsPath: string): ArchitectureFile {
  const events = parseEvents(readFileSync(eventsPath, "utf8"), eventsPath) as SearchEvent[];
  const answer = events.findLast((event): event is AnswerEvent => event.type === "answer");
  if (answer === undefined)
    throw new ArchwrightError("run", `${eventsPath} holds no answer: the search did not finish`);
  const table = tableOfAnswer(space, run);
  const described = describeArchitecture(space, space.parse(answer.architecture), { ...run.task, table });
  const notes = answerNotes(run, described, events);
  return {
    ...described,
    ...(answer.fitness === undefined ? validated(answer, events) : guided(answer, events)),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What a search says of its answer that compared proposals on images held back. */
function validated({ architecture }: AnswerEvent, events: readonly SearchEvent[]): Partial<ArchitectureFile> {
  const validation = events.findLast(
    (event): event is ValidationEvent => event.type === "validation" && event.architecture === architecture,
  );
  return validation === undefined ? {} : { score: validation.score };
}

/** What a proxy-guided search says of its answer. */
function guided({ proposal, fitness }: AnswerEvent, events: readonly SearchEvent[]): Partial<ArchitectureFile> {
  const candidates = events.filter((event) => event.type === "candidate");
  const latency = candidates.find(({ index }) => index === proposal)?.latency;
  return {
    ...(fitness === undefined ? {} : { score: fitness.value, fitness: fitness.name }),
    evaluated: candidates.length,
    ...(latency === undefined ? {} : { latency }),
  };
}

export interface DescribeOptions extends Partial<ImageTask> {
  /** Name or file of the table to look it up in; undefined: none. @default the space's own */
  readonly table?: string | undefined;
}

/**
 * Everything that is known about an architecture without building it. Costs are counted for the space's own classes and image
 * size, unless others are given.
 */
export function describeArchitecture<A>(
  space: ArchitectureSpace<A>,
  architecture: A,
  options: DescribeOptions = {},
): ArchitectureFile {
  const { table, ...task } = { ...space.defaults, table: space.benchmark, ...options };
  const text = space.format(architecture);
  const cells = cellsOf(space, architecture);
  const described = {
    format: 1 as const,
    space: space.name,
    architecture: text,
    forms: textForms(space, text),
    ...(cells === undefined ? {} : { cells }),
    task,
    connected: connected(space.plan(architecture, task.classes)),
    ...architectureCost(space, architecture, task),
  };
  return table === undefined ? described : { ...described, benchmark: tableValues(table, text) };
}

/** The space's own form; for NAS-Bench-201 also the one that the benchmark's own program prints and reads. */
function textForms(space: { readonly name: string }, architecture: string): Record<string, string> {
  const own = { [space.name]: architecture };
  return space.name === "nasbench201" ? { ...own, structure: `Structure(4 nodes with ${architecture})` } : own;
}
