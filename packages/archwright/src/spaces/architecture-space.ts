/** Any set of architectures that can be written down, drawn at random, counted and built: cells, skeletons, chains. */
import { ArchwrightError } from "../errors.ts";
import { Random } from "../random.ts";
import { wholeChannels } from "./channels.ts";
import { type Cost, networkCost } from "./cost.ts";
import { graphCost } from "./graph/cost.ts";
import type { NetworkGraph } from "./graph/graph.ts";
import { canonicalCells } from "./isomorphism/cells.ts";
import type { Purpose } from "./layers.ts";
import { mutateArchitecture } from "./mutation.ts";
import { enumerateArchitectures, randomArchitecture, spaceSize } from "./sampling.ts";
import type { Architecture, CellTemplate, NetworkSize, Space } from "./space.ts";

/** The network of one architecture as data: what is counted and what is built are the same. */
export type NetworkPlan =
  | { readonly kind: "graph"; readonly graph: NetworkGraph }
  | {
      readonly kind: "cells";
      readonly space: Space;
      readonly architecture: Architecture;
      readonly size: NetworkSize;
      readonly purpose: Purpose;
      readonly stem: "cifar" | "imagenet";
      readonly classes: number;
    };

/** What a network is for, as far as its costs depend on it. */
export interface ImageTask {
  /** Outputs of the network. */
  readonly classes: number;
  /** Height and width in pixels of the images that it takes. */
  readonly imageSize: number;
}

/**
 * `A` is the space's own form of an architecture. Cell spaces ({@link Space}) are architecture spaces through
 * {@link cellArchitectures}; what has no supernet of edges and operations implements this directly.
 */
export interface ArchitectureSpace<A = unknown> {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** How many architectures it has, where that is known: those that {@link enumerate} gives. */
  readonly size?: bigint;
  /** Of the published networks. */
  readonly defaults: ImageTask;
  /** Name of the benchmark table that ships with the package, if there is one. */
  readonly benchmark?: string;
  /** The space of cells whose supernet holds these architectures, if there is one. */
  readonly supernet?: Space;
  /** Reads an architecture. Throws `ArchwrightError("architecture")` for text that is none or is outside the space. */
  parse(text: string): A;
  format(architecture: A): string;
  /** A text that is the same for architectures which tables do not tell apart. @default the text of {@link format} */
  identity?(architecture: A): string;
  /**
   * The one that stands for all architectures whose networks are the same up to the order of their parts, so that equal
   * networks are scored once. @default the architecture itself
   */
  canonical?(architecture: A): A;
  random(random: Random): A;
  /** An architecture that differs from the given one in one decision; which, and how, is uniform. */
  mutate(architecture: A, random: Random): A;
  /** Every architecture once, where that is feasible. */
  enumerate?(): Iterable<A>;
  plan(architecture: A, classes: number): NetworkPlan;
  /**
   * The network that is trained for a few steps on images of {@link BACKBONE_IMAGES} pixels, for proxies that look at such a
   * training. @default that of {@link plan}
   */
  backbone?(architecture: A, classes: number): NetworkPlan;
  /** The space with `share` times the channels, where networks are graphs of layers; those of cells need none. */
  withWidth?(share: number): ArchitectureSpace<A>;
}

/** Height and width of the images that backbones are trained on. */
export const BACKBONE_IMAGES = 32;

/** {@link ArchitectureSpace.backbone}, or the network itself. */
export const backbonePlan = <A>(space: ArchitectureSpace<A>, architecture: A, classes: number): NetworkPlan =>
  space.backbone?.(architecture, classes) ?? space.plan(architecture, classes);

/** Parameters and multiply-accumulates of an architecture's backbone, for one image. */
export function backboneCost<A>(space: ArchitectureSpace<A>, architecture: A, classes: number): Cost {
  return planCost(backbonePlan(space, architecture, classes), BACKBONE_IMAGES);
}

/** Parameters and multiply-adds of an architecture's network. `task`: by default the space's own. */
export function architectureCost<A>(space: ArchitectureSpace<A>, architecture: A, task: Partial<ImageTask> = {}): Cost {
  const { classes, imageSize } = { ...space.defaults, ...task };
  return planCost(space.plan(architecture, classes), imageSize);
}

function planCost(plan: NetworkPlan, imageSize: number): Cost {
  if (plan.kind === "graph") {
    const { parameters, macs } = graphCost(plan.graph, imageSize);
    return { parameters, macs };
  }
  const { size, purpose, stem, classes } = plan;
  return networkCost(plan.space, plan.architecture, { classes, imageSize, size, purpose, stem });
}

/** Throws `ArchwrightError("usage")` for images that are too small for a space's networks, or cannot be halved in them. */
export function requireFittingImages(space: ArchitectureSpace, imageSize: number): void {
  architectureCost(space, space.random(Random.stream(0, "image size")), { imageSize });
}

/** `10 classes, 32×32 pixels` */
export const taskText = ({ classes, imageSize }: ImageTask): string =>
  `${classes} ${classes === 1 ? "class" : "classes"}, ${imageSize}×${imageSize} pixels`;

/** The space's text of an architecture, or what tables know it by. */
export const identityOf = <A>(space: ArchitectureSpace<A>, architecture: A): string =>
  space.identity?.(architecture) ?? space.format(architecture);

/** The cells that its networks are made of; none where networks are graphs of layers. */
export function cellTemplates(space: ArchitectureSpace): readonly CellTemplate[] {
  const plan = space.plan(space.random(Random.stream(0, "cell templates")), 2);
  return plan.kind === "cells" ? plan.space.cells : [];
}

/** The decided cells of an architecture; undefined where its network is a graph of layers. */
export function cellsOf<A>(space: ArchitectureSpace<A>, architecture: A): Architecture | undefined {
  const plan = space.plan(architecture, space.defaults.classes);
  return plan.kind === "cells" ? plan.architecture : undefined;
}

/**
 * The space with its networks at another size: `evaluation`, the trained ones' and the space's own; `search`, the
 * supernet's; channels×cells, such as `32x8`; or a part of the channels, such as `1/4`. Throws `ArchwrightError("usage")` for
 * other words, and for what a space does not have.
 */
export function networkSpace(space: ArchitectureSpace, network: string): ArchitectureSpace {
  if (network === "evaluation") return space;
  const part = /^1\/([1-9]\d{0,2})$/.exec(network);
  if (part !== null) return narrowed(space, Number(part[1]));
  const sizes = /^([1-9]\d{0,3})x([1-9]\d{0,2})$/.exec(network);
  if (network !== "search" && sizes === null) {
    const shown = JSON.stringify(network.slice(0, 20));
    throw new ArchwrightError(
      "usage",
      `a network is evaluation, search, a part of the channels such as 1/4, or channels×cells such as 32x8, not ${shown}`,
    );
  }
  if (space.supernet === undefined) {
    throw new ArchwrightError(
      "usage",
      `${space.name} has no supernet, and so only one size of networks, or parts of it`,
    );
  }
  const size = sizes === null ? space.supernet.sizes.search : { channels: Number(sizes[1]), cells: Number(sizes[2]) };
  return sized(space, () => size);
}

/** With every cell network's size changed. */
function sized(space: ArchitectureSpace, change: (size: NetworkSize) => NetworkSize): ArchitectureSpace {
  const resized = (plan: NetworkPlan): NetworkPlan =>
    plan.kind === "cells" ? { ...plan, size: change(plan.size) } : plan;
  return {
    ...space,
    plan: (architecture, classes) => resized(space.plan(architecture, classes)),
    backbone: (architecture, classes) => resized(backbonePlan(space, architecture, classes)),
  };
}

/** With one part in `parts` of the channels. */
function narrowed(space: ArchitectureSpace, parts: number): ArchitectureSpace {
  if (space.withWidth !== undefined) return space.withWidth(1 / parts);
  if (cellTemplates(space).length === 0) {
    throw new ArchwrightError("usage", `the networks of ${space.name} have only one width`);
  }
  return sized(space, ({ channels, cells }) => {
    // Halves of the channels meet in factorized reductions.
    return { channels: wholeChannels(channels, 1 / parts, 2), cells };
  });
}

/** A cell space's networks of the evaluation size. */
export function cellArchitectures(space: Space): ArchitectureSpace<Architecture> {
  const { name, title, source, benchmark } = space;
  const canonical = canonicalCells(space);
  return {
    name,
    title,
    source,
    ...(benchmark === undefined ? {} : { benchmark }),
    size: spaceSize(space),
    supernet: space,
    defaults: { classes: 10, imageSize: 32 },
    parse: space.parse,
    format: space.format,
    ...(canonical === undefined ? {} : { canonical }),
    random: (random) => randomArchitecture(space, random),
    mutate: (architecture, random) => mutateArchitecture(space, architecture, random),
    enumerate: () => enumerateArchitectures(space),
    plan: (architecture, classes) => ({
      kind: "cells",
      space,
      architecture,
      size: space.sizes.evaluation,
      purpose: "evaluation",
      stem: "cifar",
      classes,
    }),
    // Their batch norm has no scale and shift, as in Eproxy's released networks of NAS-Bench-201 (its review, §5.5).
    backbone: (architecture, classes) => ({
      kind: "cells",
      space,
      architecture,
      size: space.sizes.evaluation,
      purpose: "search",
      stem: "cifar",
      classes,
    }),
  };
}
