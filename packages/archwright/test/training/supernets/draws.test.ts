/** What passes that belong together have in common: the relaxation's draw, and the noise of operations. */
import { Generator, rand, scope, softmax, stack, tensor } from "@archwright/torch";
import "../../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Cell } from "../../../src/networks/cell.ts";
import { BatchNorm } from "../../../src/networks/layers.ts";
import { edgeParameters, smallNormal } from "../../../src/relaxations/edge-parameters.ts";
import type { SearchModel } from "../../../src/search/model.ts";
import type { ArchitectureParameters, Occasion, Relaxation } from "../../../src/search/relaxation.ts";
import { s4 } from "../../../src/spaces/s4.ts";
import type { CellTemplate, Edge } from "../../../src/spaces/space.ts";
import { SupernetProblem } from "../../../src/training/supernets/supernet-problem.ts";
import { norm as normOf } from "../../../src/training/vectors.ts";
import { mixedDifference, mixedProduct } from "../../../src/updates/bilevel/derivatives.ts";
import { validGradient } from "../../../src/updates/bilevel/unrolled.ts";
import { sized } from "../../networks/support.ts";
import { norm, numbers } from "../../updates/support.ts";
import {
  alphaOf,
  dataset,
  firstBatch,
  inDoubles,
  moment,
  plan,
  rulesOf,
  runEpoch,
  smallModel,
  smallTrainer,
  space,
  trainable,
} from "./support.ts";

const [template] = space.cells as [CellTemplate];

/** In a space whose operations draw noise. */
const noisy = (): SearchModel => {
  const model = inDoubles(smallModel(sized(s4, 4, 3)));
  trainable(model);
  return model;
};

describe("the noise of operations", () => {
  /** M·v by a finite difference and by differentiating twice, after one draw. */
  const relativeError = (common: boolean): number => {
    using model = noisy();
    return scope(() => {
      const problem = new SupernetProblem(model, new Generator(1), common);
      const [train, valid] = [firstBatch(model, "train"), firstBatch(model, "valid")];
      problem.draw({ ...moment(), purpose: "architecture" });
      const { weights: v } = validGradient(problem, valid);
      const exact = numbers(mixedProduct(problem, train, v));
      const difference = numbers(mixedDifference(problem, train, v, 1e-7 / normOf(v)));
      return norm(difference.map((x, i) => x - (exact[i] as number))) / norm(exact);
    });
  };

  it("is the same at both ends of a finite difference, which else is of the noise and not of the weights", () => {
    expect(relativeError(true)).toBeLessThan(1e-6);
    expect(relativeError(false)).toBeGreaterThan(1e4);
  });

  it("is another with the next draw, and the same again for the same seed", () => {
    const losses = (common: boolean): number[] => {
      using model = noisy();
      return scope(() => {
        const problem = new SupernetProblem(model, new Generator(1), common);
        const batch = firstBatch(model, "train");
        return [0, 1].flatMap(() => {
          problem.draw({ ...moment(), purpose: "weights" });
          return [0, 1].map(() => problem.trainLoss(batch).value.item());
        });
      });
    };
    const [a, b, c, d] = losses(true);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(d).toBe(c);
    expect(losses(true)).toEqual([a, b, c, d]);
    expect(new Set(losses(false)).size).toBe(4);
  });

  it.each([
    ["common", 1],
    ["independent", 2],
  ])("%s, as the setting has it: %d draws for two passes of a step", (noise, draws) => {
    using model = smallModel(sized(s4, 4, 3));
    const losses: number[] = [];
    const rules = rulesOf("first-order");
    using trainer = smallTrainer(
      model,
      {
        ...rules,
        weightGradient: (objective, probabilities, now) => {
          const loss = (): number => scope(() => objective.loss(probabilities, "train").value.item());
          losses.push(loss(), loss());
          return rules.weightGradient(objective, probabilities, now);
        },
      },
      { noise },
    );
    trainer.startEpoch(plan(0));
    trainer.step();
    expect(new Set(losses).size).toBe(draws);
  });
});

/** Softmax on one drawn edge; all others are skip connections, and their other operations are not run. */
function oneEdge(seen: { occasions: Occasion[]; drawn: unknown[] }): Relaxation {
  return {
    name: "one-edge",
    title: "for tests",
    source: "none",
    domain: "reals",
    settings: z.object({}),
    create(context): ArchitectureParameters<number> {
      const alpha = edgeParameters(context, smallNormal);
      const [cell] = context.space.cells as [CellTemplate];
      const [edges, operations] = [cell.edges.length, cell.operations[0]?.length ?? 0];
      return {
        ...alpha,
        draw(occasion) {
          seen.occasions.push(occasion);
          return Math.floor(scope(() => rand([1], occasion.random).item()) * edges);
        },
        weights(draw) {
          seen.drawn.push(draw);
          const skip = tensor(Float32Array.from({ length: operations }, (_, o) => (o === 1 ? 1 : 0)));
          const rows = alpha.parameters.map(({ tensor: row }, e) => (e === draw ? softmax(row, -1) : skip));
          return [stack(rows)];
        },
        active: (draw) => [
          Array.from({ length: edges }, (_, e) => Array.from({ length: operations }, () => e === draw)),
        ],
      };
    },
  };
}

describe("a relaxation's draw", () => {
  it("is made before each step of α and of the weights and each minibatch of the evaluation, and seen by all their passes", () => {
    const seen: { occasions: Occasion[]; drawn: unknown[] } = { occasions: [], drawn: [] };
    using model = smallModel(space, dataset, oneEdge(seen));
    using trainer = smallTrainer(model, rulesOf("second-order"), { evaluate: true });
    runEpoch(trainer, 1);
    const steps = Array.from({ length: 3 }, () => ["architecture", "weights"]).flat();
    expect(seen.occasions.map(({ purpose }) => purpose)).toEqual([...steps, ...Array(3).fill("evaluation")]);
    expect(seen.occasions.every(({ epoch, epochs, phase }) => epoch === 1 && epochs === 3 && phase === "search")).toBe(
      true,
    );
    // An α step: at w, at w′, and at both ends of the difference. A weight step and an evaluation take the weights once.
    const runs = [4, 1, 4, 1, 4, 1, 1, 1, 1];
    let at = 0;
    for (const length of runs) {
      expect(new Set(seen.drawn.slice(at, at + length)).size).toBe(1);
      at += length;
    }
    expect(seen.drawn).toHaveLength(at);
    expect(new Set(seen.drawn).size).toBeGreaterThan(1);
  });

  it("decides which parameters move: the others stay to the bit, whatever Adam's decay and momentum", () => {
    const seen: { occasions: Occasion[]; drawn: unknown[] } = { occasions: [], drawn: [] };
    using model = smallModel(space, dataset, oneEdge(seen));
    using trainer = smallTrainer(
      model,
      rulesOf("first-order", { architecture: { weightDecay: 0.5, learningRate: 0.1 } }),
    );
    trainer.startEpoch(plan(0));
    const moved = new Set<unknown>();
    for (let n = 0; n < 3; n++) {
      const before = alphaOf(model).map((row) => String(row.toArray()));
      seen.drawn.length = 0;
      trainer.step();
      const after = alphaOf(model).map((row) => String(row.toArray()));
      const changed = after.flatMap((row, e) => (row === before[e] ? [] : [e]));
      expect(changed).toEqual([seen.drawn[0]]);
      moved.add(seen.drawn[0]);
    }
    const { json } = trainer.save();
    const steps = (json as { alphaOptimizer: { steps: Record<string, number> } }).alphaOptimizer.steps;
    expect(Object.values(steps).filter((count) => count > 0)).toHaveLength(moved.size);
  });

  it("decides which operations run: the running statistics of the others stay", () => {
    const seen: { occasions: Occasion[]; drawn: unknown[] } = { occasions: [], drawn: [] };
    using model = smallModel(space, dataset, oneEdge(seen));
    const statistics = (): string[] =>
      [...(model.supernet.blocks[0] as Cell).operations].flatMap(([name, { layers }]) =>
        layers.flatMap((layer) => (layer instanceof BatchNorm ? [`${name} ${layer.runningMean.toArray()}`] : [])),
      );
    const problem = new SupernetProblem(model, new Generator(1));
    scope(() => {
      problem.draw({ ...moment(), purpose: "weights" });
      const before = statistics();
      problem.trainLoss(firstBatch(model, "train"));
      const changed = statistics().filter((line, i) => line !== before[i]);
      const edge = seen.drawn[0] as number;
      const { source, target } = template.edges[edge] as Edge;
      expect(changed).toHaveLength(2);
      for (const line of changed) expect(line.startsWith(`${target}<-${source}:`)).toBe(true);
    });
  });
});
