/** The events of a fake differentiable search: mixing weights move at random, everything that follows from them does. */
import { Random } from "../../../src/random.ts";
import type { CellState, EpochEvent, SearchEvent } from "../../../src/search/events.ts";
import { strongest } from "../../../src/search/magnitude-rule.ts";
import type { Space } from "../../../src/spaces/space.ts";

export interface FakeTraining {
  readonly seed: number;
  readonly epochs: number;
  /** Epochs of fine-tuning after the search. @default 0 */
  readonly finetune?: number;
  /** How much likelier skip connections get with each epoch, in logits. @default 0 */
  readonly skipDrift?: number;
}

/** The epochs alone. */
export function fakeEpochs(space: Space, { seed, epochs, finetune = 0, skipDrift = 0 }: FakeTraining): EpochEvent[] {
  const random = Random.stream(seed, "fake training");
  const alpha = Object.fromEntries(
    space.cells.map(({ name, operations }) => [name, operations.map((row) => row.map(() => 0))]),
  );
  return Array.from({ length: epochs + finetune }, (_, epoch): EpochEvent => {
    for (const { name, operations } of space.cells) {
      for (const [e, row] of operations.entries()) {
        for (const [o, operation] of row.entries()) {
          const values = alpha[name]?.[e] as number[];
          values[o] = (values[o] as number) + 0.15 * random.normal() + (operation === "skip_connect" ? skipDrift : 0);
        }
      }
    }
    const mixture = Object.fromEntries(
      space.cells.map(({ name }) => [name, { values: (alpha[name] as number[][]).map(softmax) }]),
    );
    const architecture = strongest(space, mixture as Parameters<typeof strongest>[1]).architecture;
    const cells = space.cells.map(({ name }): [string, CellState] => {
      const weights = mixture[name]?.values ?? [];
      const skips = architecture[name]?.choices.filter(({ operation }) => operation === "skip_connect").length ?? 0;
      return [
        name,
        { alpha: structuredClone(alpha[name] as number[][]), weights, entropy: mean(weights.map(entropy)), skips },
      ];
    });
    const half = (shift: number) => ({
      loss: 2.3 * Math.exp(-epoch / 20) + shift + 0.05 * random.normal(),
      accuracy: 0.9 - 0.8 * Math.exp(-epoch / 15),
    });
    return {
      type: "epoch",
      epoch,
      phase: epoch < epochs ? "search" : "finetune",
      learningRate: 0.001 + 0.012 * (1 + Math.cos((Math.PI * epoch) / (epochs + finetune))),
      batch: 64,
      train: half(0),
      ...(epoch < epochs ? { valid: half(0.2) } : {}),
      evaluation: half(0.3),
      gradientNorms: {
        weights: 2 + random.uniform(),
        alpha: Object.fromEntries(space.cells.map(({ name }) => [name, 0.05 * random.uniform()])),
      },
      facts: { radius: 0.03 * Math.min(1, epoch / 10) },
      cells: Object.fromEntries(cells),
      architecture: space.format(architecture),
    };
  });
}

/** The epochs, and then the answer by magnitude. */
export function fakeMagnitudeSearch(space: Space, options: FakeTraining): SearchEvent[] {
  const epochs = fakeEpochs(space, options);
  const last = epochs.at(-1) as EpochEvent;
  const mixture = Object.fromEntries(
    Object.entries(last.cells).map(([name, { weights }]) => [name, { values: weights }]),
  );
  const { architecture: cells, events } = strongest(space, mixture as Parameters<typeof strongest>[1]);
  const answer = { proposal: 0, architecture: space.format(cells), cells };
  return [...epochs, ...events, { type: "proposal", ...answer }, { type: "answer", ...answer }];
}

function softmax(row: readonly number[]): number[] {
  const powers = row.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

const entropy = (row: readonly number[]): number => row.reduce((total, p) => total - p * Math.log(p), 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
