/** Any set of architectures that can be written down, drawn at random, counted and built: cells, skeletons, chains. */
import { ArchwrightError } from "../errors.ts";
import { Random } from "../random.ts";
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
}

/** Parameters and multiply-adds of an architecture's network. `task`: by default the space's own. */
export function architectureCost<A>(space: ArchitectureSpace<A>, architecture: A, task: Partial<ImageTask> = {}): Cost {
  const { classes, imageSize } = { ...space.defaults, ...task };
  const plan = space.plan(architecture, classes);
  if (plan.kind === "graph") {
    const { parameters, macs } = graphCost(plan.graph, imageSize);
    return { parameters, macs };
  }
  const { size, purpose, stem } = plan;
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
 * supernet's; or channels×cells, such as `32x8`. Throws `ArchwrightError("usage")` for other words, and for another size
 * than its own of a space without a supernet.
 */
export function networkSpace(space: ArchitectureSpace, network: string): ArchitectureSpace {
  if (network === "evaluation") return space;
  const sizes = /^([1-9]\d{0,3})x([1-9]\d{0,2})$/.exec(network);
  if (network !== "search" && sizes === null) {
    const shown = JSON.stringify(network.slice(0, 20));
    throw new ArchwrightError("usage", `a network is evaluation, search, or channels×cells such as 32x8, not ${shown}`);
  }
  if (space.supernet === undefined) {
    throw new ArchwrightError("usage", `${space.name} has no supernet, and so only one size of networks`);
  }
  const size = sizes === null ? space.supernet.sizes.search : { channels: Number(sizes[1]), cells: Number(sizes[2]) };
  return {
    ...space,
    plan: (architecture, classes) => {
      const plan = space.plan(architecture, classes);
      return plan.kind === "cells" ? { ...plan, size } : plan;
    },
  };
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
  };
}
