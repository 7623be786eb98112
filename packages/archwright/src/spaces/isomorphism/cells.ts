/** Which architectures of a cell space are the same network. */
import { enumerateArchitectures, spaceSize } from "../sampling.ts";
import type { Architecture, CellGenotype, CellTemplate, Space } from "../space.ts";
import { canonicalConcatenatingCell } from "./concatenating-cell.ts";
import { operationGraphText } from "./operation-graph.ts";

/** Up to as many architectures are gone through to find the first of each class. */
const MOST_ENUMERATED = 100_000n;

/**
 * For each architecture the one that stands for all with the same network; undefined where nothing is known of it. Of
 * cells with an output node it is the first in the order of the space, which is looked for when it is first asked for.
 */
export function canonicalCells(space: Space): ((architecture: Architecture) => Architecture) | undefined {
  const [only, ...others] = space.cells as [CellTemplate, ...CellTemplate[]];
  if (space.cells.every(({ output }) => output === "concat")) {
    return (architecture) =>
      Object.fromEntries(
        space.cells.map((template) => [
          template.name,
          canonicalConcatenatingCell(template, architecture[template.name] as CellGenotype),
        ]),
      );
  }
  if (others.length > 0 || only.inputs !== 1 || reduces(space) || spaceSize(space) > MOST_ENUMERATED) return undefined;
  const textOf = (architecture: Architecture): string =>
    operationGraphText(space, only, architecture[only.name] as CellGenotype);
  let first: Map<string, Architecture> | undefined;
  return (architecture) => {
    first ??= firstOfEach(enumerateArchitectures(space), textOf);
    return first.get(textOf(architecture)) ?? architecture;
  };
}

/** Whether some cell halves the resolution, so that its identities do more than pass on. */
const reduces = ({ skeleton, sizes }: Space): boolean =>
  skeleton({ ...sizes.evaluation, classes: 1, purpose: "evaluation" }).blocks.some(
    (block) => block.kind === "cell" && block.reduction,
  );

function firstOfEach(all: Iterable<Architecture>, text: (architecture: Architecture) => string) {
  const first = new Map<string, Architecture>();
  for (const architecture of all) {
    const own = text(architecture);
    if (!first.has(own)) first.set(own, architecture);
  }
  return first;
}
