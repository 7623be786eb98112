/** The answer of a run: `architecture.json`, from the events and what is known about the architecture. */
import { readFileSync } from "node:fs";
import type { Benchmark } from "../benchmarks/benchmark.ts";
import { findBenchmark } from "../benchmarks/registry.ts";
import { ArchwrightError } from "../errors.ts";
import { networkCost } from "../spaces/cost.ts";
import type { Architecture, Space } from "../spaces/space.ts";
import type { AnswerEvent, SearchEvent, ValidationEvent } from "./events.ts";
import { parseEvents } from "./report/inputs.ts";
import type { ArchitectureFile } from "./run-files.ts";

/** The architecture that a finished search's events end in. */
export function describeAnswer(space: Space, eventsPath: string): ArchitectureFile {
  const events = parseEvents(readFileSync(eventsPath, "utf8"), eventsPath) as SearchEvent[];
  const answer = events.findLast((event): event is AnswerEvent => event.type === "answer");
  if (answer === undefined)
    throw new ArchwrightError("run", `${eventsPath} holds no answer: the search did not finish`);
  const validation = events.findLast(
    (event): event is ValidationEvent => event.type === "validation" && event.architecture === answer.architecture,
  );
  const described = describeArchitecture(space, answer.cells);
  return validation === undefined ? described : { ...described, score: validation.score };
}

/** Everything that is known about an architecture without building it. Costs are those at the evaluation size. */
export function describeArchitecture(space: Space, cells: Architecture): ArchitectureFile {
  const architecture = space.format(cells);
  const described = {
    format: 1 as const,
    space: space.name,
    architecture,
    forms: textForms(space, architecture),
    cells,
    ...networkCost(space, cells),
  };
  if (space.benchmark === undefined) return described;
  return { ...described, benchmark: benchmarkValues(findBenchmark(space.benchmark), architecture) };
}

/** The space's own form; for NAS-Bench-201 also the one that the benchmark's own program prints and reads. */
function textForms(space: Space, architecture: string): Record<string, string> {
  const own = { [space.name]: architecture };
  return space.name === "nasbench201" ? { ...own, structure: `Structure(4 nodes with ${architecture})` } : own;
}

function benchmarkValues({ name, metrics, lookup }: Benchmark, architecture: string) {
  const record = lookup(architecture);
  return {
    name,
    metrics: Object.fromEntries(metrics.map((metric) => [metric.name, record.metrics[metric.name] ?? null])),
  };
}
