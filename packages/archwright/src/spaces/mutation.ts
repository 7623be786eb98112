/** Neighbours of an architecture: one decision changed, which is how regularized evolution makes its children. */
import type { Random } from "../random.ts";
import { canonicalArchitecture, type SpaceRules } from "./architecture.ts";
import { allowedOperations } from "./sampling.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice } from "./space.ts";

/** One place in which an architecture can change: makes the architecture for each other value that can stand there. */
export type Decision<A> = readonly (() => A)[];

/** One of the decisions that leave a choice, uniformly, then one of its other values, uniformly. */
export function changeOne<A>(decisions: readonly Decision<A>[], random: Random): A {
  return random.pick(random.pick(decisions.filter(({ length }) => length > 0)))();
}

/** The values that are not the present one. */
export const others = <T>(values: readonly T[], present: T): T[] => values.filter((value) => value !== present);

/** Entry `i` of a list of values, each other one of `values`. */
export function entryDecision<T, A>(
  list: readonly T[],
  i: number,
  values: readonly T[],
  make: (changed: T[]) => A,
): Decision<A> {
  return others(values, list[i] as T).map((value) => () => make(list.with(i, value)));
}

/** Changes one operation, or the source of one input where a node keeps only some of its edges. */
export function mutateArchitecture(rules: SpaceRules, architecture: Architecture, random: Random): Architecture {
  const decisions = rules.cells.flatMap((template): Decision<Architecture>[] => {
    const genotype = architecture[template.name] as CellGenotype;
    const withChoice = (i: number, choice: Choice): Architecture =>
      canonicalArchitecture(rules, {
        ...architecture,
        [template.name]: { ...genotype, choices: genotype.choices.with(i, choice) },
      });
    return genotype.choices.flatMap((choice, i) => [
      operationDecision(rules, template, choice).map((changed) => () => withChoice(i, changed)),
      sourceDecision(rules, template, genotype.choices, choice, random).map(
        (changed) => () => withChoice(i, changed()),
      ),
    ]);
  });
  return changeOne(decisions, random);
}

/** The choice with each other operation of its edge. */
function operationDecision(rules: SpaceRules, template: CellTemplate, choice: Choice): Choice[] {
  const edge = template.edges.findIndex(({ source, target }) => source === choice.source && target === choice.target);
  return allowedOperations(rules, template, edge)
    .filter((operation) => operation !== choice.operation)
    .map((operation) => ({ ...choice, operation }));
}

/** The choice from each source that its node does not read yet; with another operation if that edge lacks its own. */
function sourceDecision(
  rules: SpaceRules,
  template: CellTemplate,
  choices: readonly Choice[],
  { target, operation }: Choice,
  random: Random,
): Decision<Choice> {
  const read = choices.filter((other) => other.target === target).map(({ source }) => source);
  return template.edges.flatMap((edge, e) => {
    if (edge.target !== target || read.includes(edge.source)) return [];
    const allowed = allowedOperations(rules, template, e);
    const own = (): string => (allowed.includes(operation) ? operation : random.pick(allowed));
    return [() => ({ source: edge.source, target, operation: own() })];
  });
}
