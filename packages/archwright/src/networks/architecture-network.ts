/** The network of an architecture of any space. */
import type { Module, Tensor } from "@archwright/torch";
import type { ArchitectureSpace, NetworkPlan } from "../spaces/architecture-space.ts";
import type { ForwardContext } from "./context.ts";
import { graphNetwork } from "./graph/network.ts";
import { discreteNetwork, type Outputs } from "./network.ts";

/** What scoring and training need of a network: images in, logits out. */
export interface ArchitectureNetwork extends Module {
  readonly layersOnly: true;
  /** - `images`: [batch, 3, height, width], normalized. */
  forward(images: Tensor, context: ForwardContext): Outputs;
}

export interface ArchitectureNetworkOptions {
  /** Seed of the initial weights. */
  readonly seed: number;
  /** @default the space's own */
  readonly classes?: number;
  /** @default "cpu" */
  readonly device?: string;
}

/** Builds the plan that the cost is counted from. The weights belong to the caller. */
export function architectureNetwork<A>(
  space: ArchitectureSpace<A>,
  architecture: A,
  options: ArchitectureNetworkOptions,
): ArchitectureNetwork {
  const { classes = space.defaults.classes } = options;
  return planNetwork(space.plan(architecture, classes), options);
}

/** The network of a plan. */
export function planNetwork(
  plan: NetworkPlan,
  { seed, device = "cpu" }: Omit<ArchitectureNetworkOptions, "classes">,
): ArchitectureNetwork {
  if (plan.kind === "graph") return graphNetwork(plan.graph, { seed, device });
  const { space, architecture, classes, size, purpose, stem } = plan;
  return discreteNetwork(space, architecture, { classes, seed, size, purpose, stem, device });
}
