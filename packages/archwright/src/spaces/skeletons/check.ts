/** Whether a skeleton's blocks fit each other and the cells that are to stand in it. */
import { outputNodes } from "../cells.ts";
import type { Layer, Purpose } from "../layers.ts";
import type { CellBlock, Skeleton, Space } from "../space.ts";

/** The first thing that does not fit, in words; undefined if all does. */
export function skeletonProblem(
  space: Pick<Space, "cells" | "operations">,
  skeleton: Skeleton,
  purpose: Purpose,
): string | undefined {
  const outputs = new Map([[-1, skeleton.stem.channels]]);
  if (skeleton.stem.kind === "imagenet") outputs.set(-2, skeleton.stem.channels);
  let last = skeleton.stem.channels;
  for (const [k, block] of skeleton.blocks.entries()) {
    const inputs = block.kind === "cell" ? block.inputs : [{ from: block.from, channels: block.inputChannels }];
    const wrong = inputs.find(({ from, channels }) => outputs.get(from) !== channels);
    if (wrong !== undefined) {
      const actual = outputs.get(wrong.from);
      if (actual === undefined) return `block ${k} reads block ${wrong.from}, which does not come before it`;
      return `block ${k} expects ${wrong.channels} channels from block ${wrong.from}, which has ${actual}`;
    }
    const problem = block.kind === "cell" ? cellProblem(space, block, purpose) : undefined;
    if (problem !== undefined) return `block ${k}: ${problem}`;
    const template = block.kind === "cell" ? space.cells.find(({ name }) => name === block.cell) : undefined;
    last = block.channels * (template === undefined ? 1 : outputNodes(template).length);
    outputs.set(k, last);
  }
  const stage = skeleton.stages?.find(
    (block) => !Number.isInteger(block) || block < -1 || block >= skeleton.blocks.length,
  );
  if (stage !== undefined) return `a stage ends with block ${stage}, which is not there`;
  if (skeleton.head.channels !== last) return `the head expects ${skeleton.head.channels} channels and gets ${last}`;
  return undefined;
}

function cellProblem(
  space: Pick<Space, "cells" | "operations">,
  block: CellBlock,
  purpose: Purpose,
): string | undefined {
  const template = space.cells.find(({ name }) => name === block.cell);
  if (template === undefined) return `there is no cell "${block.cell}"`;
  if (template.inputs !== block.inputs.length) {
    return `cell "${block.cell}" has ${template.inputs} inputs, the skeleton gives it ${block.inputs.length}`;
  }
  const unprojected = block.inputs.find(
    ({ preprocess, channels }) => preprocess === "none" && channels !== block.channels,
  );
  if (unprojected !== undefined) {
    return `an input of ${unprojected.channels} channels needs preprocessing to enter a cell of ${block.channels}`;
  }
  for (const [e, edge] of template.edges.entries()) {
    const stride = block.reduction && edge.source < template.inputs ? 2 : 1;
    for (const name of template.operations[e] as readonly string[]) {
      const problem = strideProblem(space.operations[name]?.({ stride, purpose }) ?? [], stride);
      if (problem !== undefined) return `operation "${name}" at stride ${stride} ${problem}`;
    }
  }
  return undefined;
}

/** At stride 2 exactly one layer must take the stride. */
function strideProblem(layers: readonly Layer[], stride: 1 | 2): string | undefined {
  if (layers.length === 0) return "has no layers";
  if (stride === 1)
    return layers.some(({ kind }) => kind === "factorized-reduce") ? "reduces the resolution" : undefined;
  const striding = layers.filter((layer) => (layer.kind === "conv" ? layer.strided : STRIDING.has(layer.kind)));
  return striding.length === 1 ? undefined : `has ${striding.length} layers that take the stride instead of one`;
}

/** Layers that always take their edge's stride. */
const STRIDING: ReadonlySet<Layer["kind"]> = new Set(["pool", "zero", "noise", "factorized-reduce", "factored-conv"]);
