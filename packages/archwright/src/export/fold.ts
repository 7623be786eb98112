/** Folding batch norm into the convolution before it: s·(Wx) + t = (s·W)x + t. */
import type { ExportGraph, ExportNode } from "./graph.ts";

/** Every affine whose input is a convolution that nothing else reads disappears; the others stay. */
export function foldNorms({ nodes }: ExportGraph): ExportGraph {
  const readers = new Map<string, number>();
  for (const { inputs } of nodes) for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  /** Affines that are gone, with the convolution that they are in. */
  const merged = new Map<string, ExportNode>();
  for (const node of nodes) {
    const { operation, inputs } = node;
    if (operation.kind !== "affine") continue;
    const [input = ""] = inputs;
    const conv = byName.get(input);
    if (conv?.operation.kind !== "conv" || readers.get(input) !== 1) continue;
    merged.set(node.name, { ...conv, operation: foldedConv(conv.operation, operation) });
  }
  const folded = new Map([...merged.values()].map((node) => [node.name, node]));
  return {
    nodes: nodes.flatMap((node) => {
      if (merged.has(node.name)) return [];
      const { inputs, ...rest } = folded.get(node.name) ?? node;
      return [{ ...rest, inputs: inputs.map((input) => merged.get(input)?.name ?? input) }];
    }),
  };
}

type Conv = Extract<ExportNode["operation"], { kind: "conv" }>;
type Affine = Extract<ExportNode["operation"], { kind: "affine" }>;

/** In doubles, rounded once. */
function foldedConv(conv: Conv, { scale, shift }: Affine): Conv {
  const { values, shape } = conv.weight;
  const perOutput = values.length / (shape[0] as number);
  const weight = Float32Array.from(values, (value, i) => value * (scale[Math.floor(i / perOutput)] as number));
  const bias = Float32Array.from(shift, (t, k) => t + (scale[k] as number) * (conv.bias?.[k] ?? 0));
  return { ...conv, weight: { values: weight, shape }, bias };
}
