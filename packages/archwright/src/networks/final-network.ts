/** The network of an architecture as it is trained, evaluated and exported: of a chosen size, for one's own classes and images. */
import { ArchwrightError } from "../errors.ts";
import type { ArchitectureSpace, NetworkPlan } from "../spaces/architecture-space.ts";
import { type Cost, networkCost } from "../spaces/cost.ts";
import { graphCost } from "../spaces/graph/cost.ts";
import type { NetworkSize, Space } from "../spaces/space.ts";
import { type GraphNetwork, graphNetwork } from "./graph/network.ts";
import { discreteNetwork, type Network } from "./network.ts";

/** Images larger than this, in pixels along a side, get the ImageNet stem where a space has one. */
export const LARGEST_WITHOUT_STRIDED_STEM = 64;

export interface FinalNetworkDescription {
  readonly space: ArchitectureSpace;
  readonly architecture: unknown;
  readonly classes: number;
  /** Pixels along a side. */
  readonly imageSize: number;
  /** Channels and cells, in spaces of cells. @default the space's evaluation size */
  readonly size?: NetworkSize;
}

export interface FinalNetworkOptions {
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Adds the training-only classifier. Throws `ArchwrightError("usage")` where the space has none. @default false */
  readonly auxiliary?: boolean;
  /** @default "cpu" */
  readonly device?: string;
}

export type FinalNetwork = Network | GraphNetwork;

/** Builds the network. Its weights belong to the caller. */
export function finalNetwork(description: FinalNetworkDescription, options: FinalNetworkOptions): FinalNetwork {
  const { seed, auxiliary = false, device = "cpu" } = options;
  const plan = finalPlan(description);
  if (plan.kind === "graph") {
    if (auxiliary) throw noAuxiliaryHead(description.space.name);
    return graphNetwork(plan.graph, { seed, device });
  }
  const { size, purpose, stem, classes } = plan;
  if (auxiliary && !hasAuxiliaryHead(plan)) throw noAuxiliaryHead(description.space.name);
  return discreteNetwork(plan.space, plan.architecture, { classes, seed, size, purpose, stem, auxiliary, device });
}

/** Parameters, the training-only head not among them, and multiply-adds for one image. Throws for images that do not fit. */
export function finalCost(description: FinalNetworkDescription): Cost {
  const { imageSize } = description;
  const plan = finalPlan(description);
  if (plan.kind === "graph") {
    const { parameters, macs } = graphCost(plan.graph, imageSize);
    return { parameters, macs };
  }
  const { classes, size, purpose, stem } = plan;
  return networkCost(plan.space, plan.architecture, { classes, imageSize, size, purpose, stem });
}

/** The space's plan with the description's size, and the stem that its images call for. */
export function finalPlan({ space, architecture, classes, imageSize, size }: FinalNetworkDescription): NetworkPlan {
  const plan = space.plan(architecture, classes);
  if (plan.kind === "graph") {
    if (size === undefined) return plan;
    throw new ArchwrightError(
      "usage",
      `the networks of ${space.name} have one size; leave network.channels and network.cells at auto`,
    );
  }
  const large = imageSize > LARGEST_WITHOUT_STRIDED_STEM && hasStridedStem(plan.space);
  return { ...plan, size: size ?? plan.size, stem: large ? "imagenet" : plan.stem };
}

/** Whether its skeleton can be drawn with the ImageNet stem: spaces of one's own say it by drawing it. */
const hasStridedStem = (space: Space): boolean => draws(() => space.skeleton(skeleton(space, "imagenet", false)));

const hasAuxiliaryHead = ({ space }: Extract<NetworkPlan, { kind: "cells" }>): boolean =>
  draws(() => space.skeleton(skeleton(space, "cifar", true)));

const skeleton = (space: Space, stem: "cifar" | "imagenet", auxiliary: boolean) =>
  ({ ...space.sizes.evaluation, classes: 2, purpose: "evaluation", stem, auxiliary }) as const;

function draws(draw: () => unknown): boolean {
  try {
    draw();
    return true;
  } catch (error) {
    if (error instanceof ArchwrightError) return false;
    throw error;
  }
}

const noAuxiliaryHead = (space: string): ArchwrightError =>
  new ArchwrightError("usage", `the networks of ${space} have no auxiliary head; use --set auxiliary=0`);
