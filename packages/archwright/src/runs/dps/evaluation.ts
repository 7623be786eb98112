/** Configurations on architectures: their losses by processes side by side, and how they order them at every FLOPs weight. */
import type { Configuration } from "../../proxies/eproxy/configuration.ts";
import { agreement } from "../../proxies/eproxy/discrete/objective.ts";
import { withFlopsTerm } from "../../proxies/eproxy/flops-term.ts";
import { type ArchitectureSpace, backboneCost } from "../../spaces/architecture-space.ts";
import type { ScoringPool } from "../score/pool.ts";
import type { Measured } from "./request.ts";

/** What is known of some architectures before anything is trained. */
export interface Sample {
  readonly architectures: readonly string[];
  /** Larger is better. */
  readonly results: readonly number[];
  readonly macs: readonly number[];
  readonly params: readonly number[];
}

export function sampleOf(space: ArchitectureSpace, measured: readonly Measured[], classes: number): Sample {
  const costs = measured.map(({ architecture }) => backboneCost(space, space.parse(architecture), classes));
  return {
    architectures: measured.map(({ architecture }) => architecture),
    results: measured.map(({ result }) => result),
    macs: costs.map(({ macs }) => macs),
    params: costs.map(({ parameters }) => parameters),
  };
}

/** Losses without the FLOPs term, in the order of the architectures; undefined if cancelled. NaN for one that failed. */
export async function lossesOf(
  pool: ScoringPool,
  architectures: readonly string[],
  configuration: Configuration,
  { cancelled, onScored = () => {} }: { readonly cancelled: () => boolean; readonly onScored?: () => void },
): Promise<number[] | undefined> {
  const plain = { ...configuration, flopsWeight: 0 };
  const all = await Promise.all(
    architectures.map(async (architecture) => {
      const scores = await pool.score(architecture, cancelled, plain);
      if (scores !== undefined) onScored();
      return scores;
    }),
  );
  return all.includes(undefined) ? undefined : all.map((scores) => scores?.scores[0] ?? Number.NaN);
}

/** Spearman's ρ with the results at one FLOPs weight, from losses that are there. */
export const agreementAt = (
  losses: readonly number[],
  { macs, results }: Sample,
  most: number,
  alpha: number,
): number =>
  agreement(
    losses.map((loss, i) => withFlopsTerm(loss, macs[i] as number, most, alpha)),
    results,
  );
