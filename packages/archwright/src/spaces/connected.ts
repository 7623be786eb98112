/** Whether an architecture's network sees its images at all. */
import type { NetworkPlan } from "./architecture-space.ts";
import { outputNodes } from "./cells.ts";
import type { NetworkGraph } from "./graph/graph.ts";
import type { OperationContext } from "./layers.ts";
import type { CellBlock, Space } from "./space.ts";

/** Operations that pass nothing on. */
const blind: ReadonlySet<string> = new Set(["zero", "noise"]);

/** Whether what an operation gives depends on what it is given. */
export const passesOn = (
  { operations }: Pick<Space, "operations">,
  operation: string,
  context: OperationContext = { stride: 1, purpose: "search" },
): boolean => operations[operation]?.(context).some(({ kind }) => blind.has(kind)) === false;

/** Whether a path without zeros leads from the images to the logits; without one they are the same for every image. */
export const connected = (plan: NetworkPlan): boolean =>
  plan.kind === "graph" ? graphConnected(plan.graph) : cellsConnected(plan);

function graphConnected({ nodes }: NetworkGraph): boolean {
  const sees: boolean[] = [];
  for (const { layer, inputs } of nodes) {
    sees.push(layer.kind === "images" || (layer.kind !== "zero" && inputs.some((input) => sees[input])));
  }
  return sees.at(-1) === true;
}

function cellsConnected(plan: NetworkPlan & { kind: "cells" }): boolean {
  const { space, size, classes, purpose, stem } = plan;
  const sees: boolean[] = [];
  // The stem stands before the first block.
  const reads = (from: number): boolean => from < 0 || sees[from] === true;
  for (const block of space.skeleton({ ...size, classes, purpose, stem }).blocks) {
    sees.push(
      block.kind === "cell"
        ? cellConnected(
            plan,
            block,
            block.inputs.map(({ from }) => reads(from)),
          )
        : reads(block.from),
    );
  }
  return reads(sees.length - 1);
}

/** `inputs`: which of the cell's inputs see the images. */
function cellConnected(
  { space, architecture, purpose }: NetworkPlan & { kind: "cells" },
  block: CellBlock,
  inputs: readonly boolean[],
): boolean {
  const template = space.cells.find(({ name }) => name === block.cell);
  const decided = architecture[block.cell];
  if (template === undefined || decided === undefined) throw new RangeError(`there is no cell "${block.cell}"`);
  const sees = [...inputs];
  for (let node = template.inputs; node < template.nodes; node++) {
    sees[node] = decided.choices.some(({ source, target, operation }) => {
      if (target !== node || sees[source] !== true) return false;
      const stride = block.reduction && source < template.inputs ? 2 : 1;
      return passesOn(space, operation, { stride, purpose });
    });
  }
  return outputNodes(template, decided.concat).some((node) => sees[node]);
}
