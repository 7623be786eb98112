/** Training of one network: events, resumed to the bit, best weights, and what goes wrong. */
import { type Tensor, tensor } from "@archwright/torch";
import { describe, expect, test } from "vitest";
import type { TrainedEpoch } from "../../../src/training/networks/events.ts";
import type { NetworkTrainer } from "../../../src/training/networks/network-trainer.ts";
import { smallTraining } from "./support.ts";

const finish = (trainer: NetworkTrainer): TrainedEpoch[] => {
  const events: TrainedEpoch[] = [];
  while (!trainer.finished) events.push(...trainer.step());
  return events;
};

const values = (all: Readonly<Record<string, Tensor>>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.toArray()]));

const recipes = {
  sgd: {},
  "rmsprop by steps": {
    optimizer: { name: "rmsprop", learningRate: 0.01, weightDecay: 1e-4 },
    schedule: { every: "step", warmUp: 1 },
    classWeights: "balanced",
    labelSmoothing: 0.1,
  },
};

describe.each(Object.entries(recipes))("%s", (_, settings) => {
  test.each([0, 1, 4, 5, 9, 14])(
    "saved after step %i and restored: the same events, weights and best weights",
    (stop) => {
      const straight = smallTraining(settings);
      const events = finish(straight.trainer);
      const stopped = smallTraining(settings);
      const before = Array.from({ length: stop }, () => stopped.trainer.step()).flat();
      const { tensors, json } = stopped.trainer.save();
      const copies = Object.fromEntries(
        Object.entries(tensors).map(([name, value]) => [name, tensor(value.toTypedArray(), value.shape)]),
      );
      const resumed = smallTraining(settings);
      resumed.trainer.restore({ tensors: copies, json: JSON.parse(JSON.stringify(json)) });
      expect([...before, ...finish(resumed.trainer)]).toEqual(events);
      expect(values(resumed.network.state())).toEqual(values(straight.network.state()));
      expect(values(resumed.trainer.best ?? {})).toEqual(values(straight.trainer.best ?? {}));
      for (const { network, trainer } of [straight, stopped, resumed]) {
        trainer.dispose();
        network.dispose();
      }
      for (const copy of Object.values(copies)) copy.dispose();
    },
  );
});

test("an epoch's event: drop-path grows from 0, the cosine falls, the first of equal accuracies is the best", () => {
  const { network, trainer } = smallTraining();
  const events = finish(trainer);
  expect(events.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
  expect(events.map(({ dropPath }) => dropPath)).toEqual([0, 0.1, 0.2].map((p) => expect.closeTo(p, 12)));
  expect(events[1]?.learningRate).toBeCloseTo(0.025 * 0.75, 12);
  const accuracies = events.map(({ validation }) => validation?.accuracy as number);
  const best = events.map((_, i) => accuracies.slice(0, i).every((earlier) => (accuracies[i] as number) > earlier));
  expect(events.map((event) => event.best)).toEqual(best);
  trainer.dispose();
  network.dispose();
});

test("without images held out nothing is the best", () => {
  const { network, trainer } = smallTraining({ epochs: 1 }, null as never);
  expect(finish(trainer)).toMatchObject([{ best: false }]);
  expect(trainer.best).toBeUndefined();
  trainer.dispose();
  network.dispose();
});

test("the images are learned: the loss falls below that of guessing", () => {
  const plain = { dropPath: 0, dropout: 0, augmentation: { pad: 0, flip: false, cutout: 0 } };
  const { network, trainer } = smallTraining({ ...plain, epochs: 40, optimizer: { learningRate: 0.1 } });
  const events = finish(trainer);
  expect(events.at(-1)?.train.loss).toBeLessThan(0.5 * Math.log(3));
  trainer.dispose();
  network.dispose();
});

test("a loss that becomes NaN is an error that names the step and what to change", () => {
  const { network, trainer } = smallTraining({ optimizer: { learningRate: 1e30 }, clip: null });
  expect(() => finish(trainer)).toThrow(
    /became (NaN|Infinity) in epoch 1, step \d.*lower --set optimizer.learningRate/,
  );
  trainer.dispose();
  network.dispose();
});

test("a last minibatch of one image is left out", () => {
  const { network, trainer } = smallTraining({ epochs: 1, batch: 7 }, null as never);
  expect(trainer.progress.total).toBe(3); // 22 = 3·7 + 1
  trainer.dispose();
  network.dispose();
});
