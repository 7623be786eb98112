/** How the architectures of a space are labelled graphs. */
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import type { LabelledGraph } from "./labelled-graph.ts";

export interface GraphCodec<A = unknown> {
  readonly space: ArchitectureSpace<A>;
  /** Names of the labels, `output` and `input` first; their number is the autoencoder's node types. */
  readonly labels: readonly string[];
  /** Nodes of the largest graph, input and output included. */
  readonly mostNodes: number;
  toGraph(architecture: A): LabelledGraph;
  /** Throws `ArchwrightError("architecture")` with the reason for a graph that is no architecture of the space. */
  toArchitecture(graph: LabelledGraph): A;
  /**
   * What the released code counts as valid, where that is less: in NAS-Bench-201 it does not look at the edges but for their
   * being there (svge §5).
   */
  releasedValidity?(graph: LabelledGraph): boolean;
}
