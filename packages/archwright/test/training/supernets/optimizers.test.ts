/** How the trainer moves α and the weights by gradients that are given: Adam and SGD as the papers have them, step by step. */
import { Generator, mulScalar, noGrad, randn, type Tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import type { GradientRules } from "../../../src/training/supernets/gradient-rules.ts";
import { alphaOf, plan, rulesOf, smallModel, smallTrainer } from "./support.ts";

interface Moves {
  /** Values of all α, and of all weights, before the first step and after each. */
  readonly alpha: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  /** The gradients that were given, step by step. */
  readonly alphaGradients: readonly (readonly number[])[];
  readonly weightGradients: readonly (readonly number[])[];
}

/** Three steps with gradients that do not depend on anything, `scale` large. */
function moves(settings: Readonly<Record<string, unknown>>, scale: number, learningRate = 0.025): Moves {
  using model = smallModel();
  const generator = new Generator(3);
  const alphaGradients: number[][] = [];
  const weightGradients: number[][] = [];
  const drawn = (like: readonly Tensor[], record: number[][]): Tensor[] => {
    const own = noGrad(() => like.map(({ shape }) => mulScalar(randn(shape, generator), scale)));
    record.push(own.flatMap((t) => t.toArray()));
    return own;
  };
  const rules: GradientRules = {
    ...rulesOf("first-order", settings),
    architectureGradient: ({ alpha }) => ({ gradients: drawn(alpha, alphaGradients), loss: 1, accuracy: 0 }),
    weightGradient: ({ weights }) => ({ gradients: drawn(weights, weightGradients), loss: 1, accuracy: 0 }),
  };
  using trainer = smallTrainer(model, rules, settings);
  const values = (tensors: readonly Tensor[]): number[] => tensors.flatMap((t) => t.toArray());
  const alpha = [values(alphaOf(model))];
  const weights = [values(model.supernet.parameters())];
  trainer.startEpoch(plan(0, { learningRate }));
  for (let n = 0; n < 3; n++) {
    trainer.step();
    alpha.push(values(alphaOf(model)));
    weights.push(values(model.supernet.parameters()));
  }
  return { alpha, weights, alphaGradients, weightGradients };
}

const difference = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0);

/** Kingma and Ba, algorithm 1, with λ·α added to the gradient; one value. */
function adam(
  start: number,
  gradients: readonly number[],
  given: Record<"rate" | "beta1" | "beta2" | "decay", number>,
) {
  const { rate, beta1, beta2, decay } = given;
  let [x, m, v] = [start, 0, 0];
  return gradients.map((gradient, i) => {
    const g = gradient + decay * x;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    x -= (rate * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + 1e-8);
    return x;
  });
}

describe("α", () => {
  it.each([
    ["as published", {}, { rate: 3e-4, beta1: 0.5, beta2: 0.999, decay: 1e-3 }],
    [
      "as set",
      { learningRate: 0.05, beta1: 0.3, beta2: 0.9, weightDecay: 3 },
      { rate: 0.05, beta1: 0.3, beta2: 0.9, decay: 3 },
    ],
  ])("moves by Adam, with weight decay in the gradient, %s", (_, architecture, given) => {
    // Gradients as small as α itself, so that its decay is seen.
    const { alpha, alphaGradients } = moves({ architecture }, 1e-3);
    const [start = []] = alpha;
    const expected = start.map((x, i) =>
      adam(
        x,
        alphaGradients.map((step) => step[i] as number),
        given,
      ),
    );
    for (const step of [0, 1, 2]) {
      const own = expected.map((values) => values[step] as number);
      expect(difference(alpha[step + 1] as number[], own)).toBeLessThan(2e-3 * given.rate);
    }
  });
});

/** SGD with coupled weight decay, as PyTorch defines it; one value. */
function sgd(
  start: number,
  gradients: readonly number[],
  given: Record<"rate" | "momentum" | "decay", number> & { nesterov: boolean },
) {
  let [x, buffer] = [start, 0];
  return gradients.map((gradient, i) => {
    const g = gradient + given.decay * x;
    buffer = i === 0 ? g : given.momentum * buffer + g;
    x -= given.rate * (given.nesterov ? g + given.momentum * buffer : buffer);
    return x;
  });
}

describe("the weights", () => {
  it.each([
    ["as published", {}, { momentum: 0.9, decay: 3e-4, nesterov: false }],
    ["with Nesterov's momentum", { nesterov: true }, { momentum: 0.9, decay: 3e-4, nesterov: true }],
    ["as set", { momentum: 0.5, weightDecay: 0.2, nesterov: true }, { momentum: 0.5, decay: 0.2, nesterov: true }],
  ])("move by SGD at the epoch's rate, %s", (_, weights, given) => {
    const { weights: seen, weightGradients } = moves({ weights }, 1e-3, 0.0125);
    const [start = []] = seen;
    const expected = start.map((x, i) =>
      sgd(
        x,
        weightGradients.map((step) => step[i] as number),
        { ...given, rate: 0.0125 },
      ),
    );
    for (const step of [0, 1, 2]) {
      const own = expected.map((values) => values[step] as number);
      // Weights near 1 are known to 6e-8; the smallest of the terms, the decay, moves them by 4e-6.
      expect(difference(seen[step + 1] as number[], own)).toBeLessThan(5e-7);
    }
  });

  it.each([
    ["5", {}, 5],
    ["what is set", { clip: 0.5 }, 0.5],
  ])("have the norm of their gradients together cut to %s", (_, clip, limit) => {
    const plainSGD = { momentum: 0, weightDecay: 0, ...clip };
    const { weights: seen, weightGradients } = moves({ weights: plainSGD }, 1);
    const [before = [], after = []] = seen;
    const [gradient = []] = weightGradients;
    const norm = Math.hypot(...gradient);
    expect(norm).toBeGreaterThan(6);
    const moved = after.map((x, i) => ((before[i] as number) - x) / 0.025);
    expect(Math.hypot(...moved)).toBeCloseTo(limit, 3);
    const scaled = gradient.map((x) => (limit / norm) * x);
    expect(difference(moved, scaled)).toBeLessThan(1e-4);
  });
});
