/** Training an autoencoder: what it has learnt by heart comes out again; it can be saved between any two steps (svge §9). */
import { liveTensors } from "@archwright/torch";
import { describe, expect, it } from "vitest";
import type { Autoencoder } from "../../src/embeddings/autoencoder.ts";
import type { EmbeddingSettings } from "../../src/embeddings/training/settings.ts";
import { checkLearntByHeart } from "./by-heart.ts";
import { graphsOf, trainerOf } from "./support.ts";

it("16 graphs of nasbench201 learnt by heart come out as they went in", () => checkLearntByHeart("nasbench201", 400));

describe("the trainer", () => {
  const graphs = graphsOf("nasbench101", 10);
  const run = (steps: number, set: Partial<EmbeddingSettings> = {}) => {
    const made = trainerOf("nasbench101", graphs, { batch: 4, epochs: 4, ...set });
    const events = [];
    for (let i = 0; i < steps; i++) events.push(...made.trainer.step());
    return { ...made, events };
  };
  const weights = (model: Autoencoder): number[][] => model.parameters().map((parameter) => parameter.toArray());

  it.each([1, 3, 5])("goes on to the same bits when it is saved after %i steps", (steps) => {
    const whole = run(12);
    const first = run(steps);
    const fresh = run(0);
    const { trainer, model } = fresh;
    const { tensors, json } = first.trainer.save();
    trainer.restore({ tensors, json: JSON.parse(JSON.stringify(json)) });
    const events = [...first.events];
    while (!trainer.finished) events.push(...trainer.step());
    expect(events).toEqual(whole.events);
    expect(weights(model)).toEqual(weights(whole.model));
    for (const { dispose } of [whole, first, fresh]) dispose();
  });

  it("goes through every graph once in an epoch, in another order each time; frees what it makes", () => {
    const before = liveTensors();
    const { trainer, events, dispose } = run(6);
    expect(events.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(trainer.progress).toMatchObject({ done: 6, total: 12, label: "epoch 3 of 4" });
    dispose();
    expect(liveTensors()).toBe(before);
  });

  it("names a loss that is no number", () => {
    const { trainer, dispose } = run(0, { learningRate: 1e30 });
    expect(() => {
      while (!trainer.finished) trainer.step();
    }).toThrow(/loss became (NaN|Infinity) in epoch 1, step [23]: the autoencoder diverged; lower --set learningRate/);
    dispose();
  });
});
