/** A family of cells with the width and depth of its networks (space-nds §3.3). */
import type { Random } from "../../random.ts";
import { withConcat } from "../architecture.ts";
import type { ArchitectureSpace, NetworkPlan } from "../architecture-space.ts";
import { computedNodes } from "../cells.ts";
import { bareText } from "../codecs/bare-text.ts";
import { isRecord, plain, readWhole } from "../codecs/literal.ts";
import { networkCost, sideWork } from "../cost.ts";
import { notOf } from "../digits.ts";
import { canonicalCells } from "../isomorphism/cells.ts";
import { changeOne, type Decision, others } from "../mutation.ts";
import type { Architecture, CellGenotype, CellTemplate, Choice, Space } from "../space.ts";
import type { CellFamily } from "./cell-families.ts";

export interface NdsCells {
  readonly cells: Architecture;
  /** Channels of the first cells. */
  readonly width: number;
  /** Number of cells. */
  readonly depth: number;
}

/** What networks were trained on decides their stem. */
export type NdsDataset = "cifar" | "imagenet";

/** Widths and depths that are drawn: CIFAR's as the paper lists them, ImageNet's as they are in the records. */
const drawn = {
  cifar: { widths: [16, 24, 32], depths: [4, 8, 12, 16, 20] },
  imagenet: { widths: [32, 48, 64, 80, 96], depths: [6, 10, 14, 18, 22] },
} as const;

export const datasetDefaults = {
  cifar: { classes: 10, imageSize: 32 },
  imagenet: { classes: 1000, imageSize: 224 },
} as const;

export const datasetSuffix = { cifar: "", imagenet: "-in" } as const;

const titles = { cifar: "for CIFAR-10", imagenet: "for ImageNet" } as const;

/** Text: `Genotype(...) width=32 depth=14`; the JSON of a record's `net` is read, too. */
export function ndsCellSpace(family: CellFamily, dataset: NdsDataset): ArchitectureSpace<NdsCells> {
  const { space } = family;
  const name = `${space.name}${datasetSuffix[dataset]}`;
  const canonical = canonicalCells(space);
  return {
    name,
    title: `${space.title}, ${titles[dataset]}`,
    source: space.source,
    defaults: datasetDefaults[dataset],
    parse: (text) => parse(name, family, text),
    format: ({ cells, width, depth }) => `${space.format(cells)} width=${width} depth=${depth}`,
    ...(canonical === undefined
      ? {}
      : { canonical: ({ cells, width, depth }) => ({ cells: canonical(cells), width, depth }) }),
    random: (random) => ({
      cells: Object.fromEntries(space.cells.map((cell) => [cell.name, randomCell(family, cell, random)])),
      width: random.pick(drawn[dataset].widths),
      depth: random.pick(drawn[dataset].depths),
    }),
    mutate: (architecture, random) => mutated(family, dataset, architecture, random),
    plan: (architecture, classes) => network(space, architecture, classes, dataset),
    // Eproxy takes CIFAR's networks also of ImageNet's records (eproxy-dps §4).
    backbone: (architecture, classes) => network(space, architecture, classes, "cifar"),
  };
}

const network = (space: Space, { cells, width, depth }: NdsCells, classes: number, stem: NdsDataset): NetworkPlan => ({
  kind: "cells",
  space,
  architecture: cells,
  size: { channels: width, cells: depth },
  purpose: "evaluation",
  stem,
  classes,
});

/**
 * The `flops` of the released ImageNet records, exactly: multiply-adds, the classifier's bias, one for each
 * ReLU value and each value a pool reads, and dilated convolutions as if their outputs were larger.
 */
export function recordedCellFlops(family: CellFamily, dataset: NdsDataset, { cells, width, depth }: NdsCells): number {
  const { classes, imageSize } = datasetDefaults[dataset];
  const options = { classes, imageSize, stem: dataset, size: { channels: width, cells: depth } } as const;
  const { relu, pool, dilationOverrun } = sideWork(family.space, cells, options);
  return networkCost(family.space, cells, options).macs + classes + relu + pool + dilationOverrun;
}

/** Two ordered pairs for each node, sources and operations uniform: one source may be drawn twice (§3.1). */
function randomCell(family: CellFamily, template: CellTemplate, random: Random): CellGenotype {
  const operations = template.operations[0] as readonly string[];
  const choices = computedNodes(template).flatMap((target) =>
    [0, 1].map((): Choice => ({ source: random.integer(target), target, operation: random.pick(operations) })),
  );
  return decided(family, template, choices);
}

/**
 * One operation or one source changed (§4), which may be the node's other source, too. Width and depth are two more
 * decisions: else no descendant could have others than its first ancestor.
 */
function mutated(family: CellFamily, dataset: NdsDataset, architecture: NdsCells, random: Random): NdsCells {
  const { widths, depths } = drawn[dataset];
  const { cells, width, depth } = architecture;
  const decisions = family.space.cells.flatMap((template): Decision<NdsCells>[] => {
    const { choices } = cells[template.name] as CellGenotype;
    const operations = template.operations[0] as readonly string[];
    const withChoice = (i: number, choice: Choice): NdsCells => ({
      ...architecture,
      cells: { ...cells, [template.name]: decided(family, template, choices.with(i, choice)) },
    });
    return choices.flatMap((choice, i) => {
      const sources = Array.from({ length: choice.target }, (_, source) => source);
      return [
        others(operations, choice.operation).map((operation) => () => withChoice(i, { ...choice, operation })),
        others(sources, choice.source).map((source) => () => withChoice(i, { ...choice, source })),
      ];
    });
  });
  const sizes: Decision<NdsCells>[] = [
    others<number>(widths, width).map((other) => () => ({ ...architecture, width: other })),
    others<number>(depths, depth).map((other) => () => ({ ...architecture, depth: other })),
  ];
  return changeOne([...decisions, ...sizes], random);
}

/** The cell with its output as the family has it. */
const decided = ({ output }: CellFamily, template: CellTemplate, choices: readonly Choice[]): CellGenotype =>
  output === "all nodes" ? { choices } : withConcat(template, choices, looseEnds(template, choices));

/** The nodes that no other node reads. */
export const looseEnds = (template: CellTemplate, choices: readonly Choice[]): number[] =>
  computedNodes(template).filter((node) => !choices.some(({ source }) => source === node));

function parse(name: string, { space }: CellFamily, text: string): NdsCells {
  const trimmed = bareText(text).trim();
  if (trimmed.startsWith("{")) return fromRecord(name, space.parse, trimmed);
  const match = /^(.*\))\s+width=(\d{1,4})\s+depth=(\d{1,4})$/s.exec(trimmed);
  if (match === null) throw notOf(name, 'expected "Genotype(...) width=32 depth=14"');
  return checked(name, { cells: space.parse(match[1] as string), width: Number(match[2]), depth: Number(match[3]) });
}

/** `{"genotype": {"normal": [["skip_connect", 0], ...], "normal_concat": [2, 3], ...}, "width": 32, "depth": 14}` */
function fromRecord(name: string, parseCells: (text: string) => Architecture, text: string): NdsCells {
  const record = readWhole(text);
  const genotype = isRecord(record) ? record.fields.find((field) => field.name === "genotype")?.value : undefined;
  if (genotype === undefined || !isRecord(genotype)) throw notOf(name, 'the JSON has no "genotype"');
  const { width, depth } = plain(record) as { width?: unknown; depth?: unknown };
  return checked(name, {
    // Blanks in front keep the places in messages right.
    cells: parseCells(" ".repeat(genotype.position) + text.slice(genotype.position, genotype.end)),
    width: width as number,
    depth: depth as number,
  });
}

function checked(name: string, architecture: NdsCells): NdsCells {
  const { width, depth } = architecture;
  if (!Number.isInteger(width) || width < 2 || width % 2 !== 0) {
    throw notOf(name, `the width must be an even number of at least 2, not ${width}`);
  }
  // Fewer cells have both reductions in one place.
  if (!Number.isInteger(depth) || depth < 3) throw notOf(name, `the depth must be at least 3 cells, not ${depth}`);
  return architecture;
}
