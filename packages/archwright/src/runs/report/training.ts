/** What the epochs of a search say, brought together for the report. */

import type { EpochEvent, SearchEvent } from "../../search/events.ts";
import type { Architecture, CellTemplate } from "../../spaces/space.ts";

export function epochsOf(events: readonly SearchEvent[]): EpochEvent[] {
  return events.filter((event) => event.type === "epoch");
}

/** Epochs as people count them, from 1. */
export const epochNumber = ({ epoch }: Pick<EpochEvent, "epoch">): number => epoch + 1;

/** At most `most` of the items: the first, the last, and evenly chosen ones between them. */
export function thinned<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as T);
}

/** First and last epoch of each stretch of fine-tuning, counted from 1. */
export function finetuningSpans(epochs: readonly EpochEvent[]): { readonly from: number; readonly to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const event of epochs.filter(({ phase }) => phase === "finetune")) {
    const last = spans.at(-1);
    if (last?.to === event.epoch) last.to = epochNumber(event);
    else spans.push({ from: epochNumber(event), to: epochNumber(event) });
  }
  return spans;
}

/** Edges that a decided cell has, where an architecture says it: the ones that were selected, or the answer. */
export const edgeCount = (template: CellTemplate, cells: Architecture | undefined): number | undefined =>
  cells?.[template.name]?.choices.length;

export interface Collapse {
  readonly cell: string;
  readonly skips: number;
  readonly edges: number;
  /** The epoch from which on skip connections have dominated, counted from 1. */
  readonly since: number;
}

/**
 * The cells in which, after the last epoch, skip connections would be more than half of the kept edges.
 *
 * - `kept`: edges that a decided cell has, by cell name; a cell without is left out.
 */
export function collapses(epochs: readonly EpochEvent[], kept: Readonly<Record<string, number>>): Collapse[] {
  return Object.entries(kept).flatMap(([cell, edges]): Collapse[] => {
    const dominated = (event: EpochEvent): boolean => (event.cells[cell]?.skips ?? 0) > edges / 2;
    const last = epochs.at(-1);
    if (last === undefined || !dominated(last)) return [];
    const first = epochs[epochs.findLastIndex((event) => !dominated(event)) + 1] as EpochEvent;
    return [{ cell, skips: last.cells[cell]?.skips as number, edges, since: epochNumber(first) }];
  });
}

/** A stretch of epochs with the same selected architecture. */
export interface SelectedStretch {
  readonly architecture: string;
  /** First and last epoch, counted from 1. */
  readonly from: number;
  readonly to: number;
}

/** What magnitude would have selected, epoch by epoch, as stretches without a change. */
export function selectedStretches(epochs: readonly EpochEvent[]): SelectedStretch[] {
  const stretches: { architecture: string; from: number; to: number }[] = [];
  for (const event of epochs) {
    const last = stretches.at(-1);
    if (last?.architecture === event.architecture) last.to = epochNumber(event);
    else stretches.push({ architecture: event.architecture, from: epochNumber(event), to: epochNumber(event) });
  }
  return stretches;
}
