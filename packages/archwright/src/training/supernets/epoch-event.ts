/** The report of an epoch. */
import { type CellDecisions, isDecided } from "../../search/decisions.ts";
import type { CellState, EpochEvent, HalfMetrics } from "../../search/events.ts";
import { strongest } from "../../search/magnitude-rule.ts";
import type { SearchModel } from "../../search/model.ts";
import { meanOf, meansOf, type Sums } from "../statistics.ts";
import type { Trainer } from "./trainer.ts";
import type { EpochPlan } from "./training-plan.ts";

/**
 * What the trainer's finished epoch came to, and the cells as they now are.
 *
 * - `facts`: what the relaxation has to report of the epoch.
 */
export function epochEvent(
  model: SearchModel,
  trainer: Trainer,
  facts: Readonly<Record<string, number>> = {},
): EpochEvent {
  const { sums } = trainer;
  const { epoch, phase, learningRate, batch } = trainer.plan as EpochPlan;
  const valid = metrics(sums, "valid");
  const evaluation = metrics(sums, "evaluation");
  const mixture = model.mixture();
  const architecture = strongest(model.context.space, model.ranking()).architecture;
  const cells = model.context.space.cells.map(({ name }): [string, CellState] => {
    const weights = mixture[name]?.values ?? [];
    const decisions = model.decisions[name] as CellDecisions;
    const open = weights.filter((_, e) => !isDecided(decisions, e));
    const own = model.alpha.parameters.filter(({ cell }) => cell === name);
    const alpha = own.map(({ tensor }) => tensor.toArray());
    const skips = architecture[name]?.choices.filter(({ operation }) => operation === "skip_connect").length ?? 0;
    return [name, { alpha, weights, entropy: mean(open.map(entropy)), skips }];
  });
  return {
    type: "epoch",
    epoch,
    phase,
    learningRate,
    batch,
    train: metrics(sums, "train") as HalfMetrics,
    ...(valid === undefined ? {} : { valid }),
    ...(evaluation === undefined ? {} : { evaluation }),
    gradientNorms: { weights: meanOf(sums, "weightNorm") ?? 0, alpha: meansOf(sums, "alphaNorm.") },
    facts: { ...meansOf(sums, "fact."), ...facts },
    cells: Object.fromEntries(cells),
    architecture: model.context.space.format(architecture),
  };
}

function metrics(sums: Readonly<Sums>, half: string): HalfMetrics | undefined {
  const loss = meanOf(sums, `${half}.loss`);
  const accuracy = meanOf(sums, `${half}.accuracy`);
  return loss === undefined || accuracy === undefined ? undefined : { loss, accuracy };
}

/** −Σ p ln p. */
const entropy = (row: readonly number[]): number =>
  row.reduce((total, p) => (p > 0 ? total - p * Math.log(p) : total), 0);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b) / values.length;
