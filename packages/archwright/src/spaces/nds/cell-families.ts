/** The cell spaces that Network Design Spaces compares (Radosavovic et al., ICCV 2019; space-nds §3). */
import { cell } from "../cells.ts";
import { genotypeCodec } from "../codecs/genotype.ts";
import { defineSpace } from "../define.ts";
import { batchNorm, conv, depthwise, factoredConv, type Operation, relu } from "../layers.ts";
import { dartsOperations, normalizedPool, reluConvNorm, separableConv } from "../operations.ts";
import { chained } from "../skeletons/chained.ts";
import type { Space } from "../space.ts";

const factored =
  (kernel: number): Operation =>
  () => [relu(), factoredConv(kernel), batchNorm()];

/** A separable convolution with dilation 2 in both halves. */
const dilatedSeparable: Operation = () =>
  [true, false].flatMap((strided) => [relu(), depthwise(3, { strided, dilation: 2 }), conv(1), batchNorm()]);

/** All operations of the families; pools are not normalized in the networks that were trained. */
const operations = {
  ...dartsOperations,
  max_pool_5x5: normalizedPool("max", 5),
  max_pool_7x7: normalizedPool("max", 7),
  conv_1x1: reluConvNorm(1),
  conv_3x3: reluConvNorm(3),
  sep_conv_7x7: separableConv(7),
  conv_3x1_1x3: factored(3),
  conv_7x1_1x7: factored(7),
  dil_sep_conv_3x3: dilatedSeparable,
} as const satisfies Record<string, Operation>;

type OperationName = keyof typeof operations;

export interface CellFamily {
  /** `darts`, `nasnet`, ... */
  readonly name: string;
  /** Cells concatenate the nodes that no other node reads, or all. */
  readonly output: "loose ends" | "all nodes";
  /** Two cells of two inputs, two kept per node. */
  readonly space: Space;
}

function family(
  name: string,
  title: string,
  nodes: number,
  output: CellFamily["output"],
  candidates: readonly OperationName[],
): CellFamily {
  const shape = { inputs: 2, nodes: 2 + nodes, operations: candidates, output: "concat" } as const;
  const [normal, reduction] = [cell("normal", shape), cell("reduce", shape)];
  const space = defineSpace({
    name: `nds-${name}`,
    title: `${title} cells as Network Design Spaces has them: ${nodes} nodes, ${candidates.length} operations`,
    source: "Radosavovic et al., ICCV 2019, arXiv 1905.13214",
    cells: [normal, reduction],
    operations: Object.fromEntries(candidates.map((candidate) => [candidate, operations[candidate]])),
    inDegree: 2,
    sizes: { search: { channels: 16, cells: 8 }, evaluation: { channels: 16, cells: 20 } },
    skeleton: chained({ normal, reduction: reduction }),
    codec: genotypeCodec,
  });
  return { name, output, space };
}

export const cellFamilies: readonly CellFamily[] = [
  family("nasnet", "NASNet", 5, "loose ends", [
    "skip_connect",
    "conv_3x1_1x3",
    "conv_7x1_1x7",
    "dil_conv_3x3",
    "avg_pool_3x3",
    "max_pool_3x3",
    "max_pool_5x5",
    "max_pool_7x7",
    "conv_1x1",
    "conv_3x3",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "sep_conv_7x7",
  ]),
  family("amoeba", "AmoebaNet", 5, "loose ends", [
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "sep_conv_7x7",
    "avg_pool_3x3",
    "max_pool_3x3",
    "dil_sep_conv_3x3",
    "conv_7x1_1x7",
  ]),
  family("pnas", "PNAS", 5, "all nodes", [
    "sep_conv_3x3",
    "sep_conv_5x5",
    "sep_conv_7x7",
    "conv_7x1_1x7",
    "skip_connect",
    "avg_pool_3x3",
    "max_pool_3x3",
    "dil_conv_3x3",
  ]),
  family("enas", "ENAS", 5, "loose ends", [
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "avg_pool_3x3",
    "max_pool_3x3",
  ]),
  family("darts", "DARTS", 4, "all nodes", [
    "none",
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
  ]),
];
