/** The regression behind an Eproxy score: what is trained, what is not, and what the losses are. */
import {
  Generator,
  liveTensors,
  noGrad,
  ones,
  randn,
  SGD,
  scope,
  setThreads,
  type Tensor,
  tensor,
} from "@archwright/torch";
import "../../networks/leaks.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { Outputs } from "../../../src/networks/network.ts";
import { branchWeights, configurationOf } from "../../../src/proxies/eproxy/configuration.ts";
import { NumberCache } from "../../../src/proxies/eproxy/number-cache.ts";
import { regress } from "../../../src/proxies/eproxy/regression.ts";
import { optimizersOf } from "../../../src/proxies/eproxy/training.ts";
import { fingerprint } from "../support.ts";
import { branchesOf, cells, networkOf, small, subjectOf, trainedBy, values } from "./support.ts";

beforeAll(() => setThreads(1));

/** Changes what training is given, by its key. */
class Changing extends NumberCache {
  readonly #change: (key: string, values: Float32Array) => Float32Array;

  constructor(change: (key: string, values: Float32Array) => Float32Array) {
    super();
    this.#change = change;
  }

  override get(key: string, make: () => Float32Array): Float32Array {
    return this.#change(key, super.get(key, make));
  }
}

const isBarrier = (key: string): boolean => key.includes('["barrier"');
const isHead = (key: string): boolean => key.includes('["head"');

describe("what is trained", () => {
  it("the network and the heads, not the barriers", () => {
    using network = networkOf(cells.convolutions);
    scope(() => {
      const before = fingerprint(network);
      const start = new Map<string, Float32Array>();
      const cache = new Changing((key, own) => {
        start.set(key, own.slice());
        return own;
      });
      const look = (training: {
        heads: readonly { conv: { weight: Tensor }; barrier: { weight: Tensor; bias: Tensor } | undefined }[];
      }): void => {
        for (const [i, { conv, barrier }] of training.heads.entries()) {
          const named = (test: (key: string) => boolean): number[] => [
            ...([...start].find(([key]) => test(key) && key.includes(`",${i},[`))?.[1] ?? []),
          ];
          const whole = named(isBarrier);
          expect([...values(barrier?.weight as Tensor), ...values(barrier?.bias as Tensor)]).toEqual(whole);
          expect(whole.length).toBe(8 * 16 * 9 + 8);
          expect(values(conv.weight)).not.toEqual(named(isHead).slice(0, conv.weight.size));
        }
        expect(training.heads).toHaveLength(2);
      };
      trainedBy(subjectOf(network), small(), look, cache);
      const after = fingerprint(network);
      const still = Object.keys(before).filter((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
      // Behind the last stage nothing is reached.
      expect(still.filter((name) => !/^(head|classifier)\./.test(name))).toEqual([]);
      expect(still).toContain("classifier.weight");
    });
  });

  it("weights decay, biases and what batch norm learns do not", () => {
    scope(() => {
      const names = ["conv.weight", "conv.bias", "norm.weight"];
      const own = [ones([2, 2, 1, 1]), ones([2]), ones([2])];
      const named = names.map((name, i) => [name, own[i] as Tensor] as const);
      const settings = configurationOf({ learningRate: 0.5, weightDecay: 0.1, branches: branchesOf(1, []) });
      const optimizing = optimizersOf(named, settings);
      expect(optimizing.every(({ optimizer }) => optimizer instanceof SGD)).toBe(true);
      noGrad(() => {
        for (const { parameters, optimizer } of optimizing) {
          optimizer.step(parameters.map(({ shape }) => tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape)));
          optimizer.dispose();
        }
      });
      expect(values(own[0] as Tensor).every((value) => Math.abs(value - 0.95) < 1e-6)).toBe(true);
      expect(values(own[1] as Tensor)).toEqual([1, 1]);
      expect(values(own[2] as Tensor)).toEqual([1, 1]);
    });
  });

  it("the network has its own weights and switches back, and nothing is left behind", () => {
    using network = networkOf(cells.mixed);
    scope(() => {
      const subject = subjectOf(network);
      const [before, alive] = [fingerprint(network), liveTensors()];
      const first = regress(subject, small());
      expect(first.losses).toHaveLength(10);
      expect(first.score).toBe(first.losses[9]);
      expect(fingerprint(network)).toEqual(before);
      expect(liveTensors()).toBe(alive);
      expect(regress(subjectOf(network, subject.batch), small())).toEqual(first);
    });
  });
});

describe("losses", () => {
  it("are the same when the channels of targets and barriers change places together", () => {
    using network = networkOf(cells.convolutions);
    using other = networkOf(cells.convolutions);
    scope(() => {
      const place = (channel: number): number => (channel < 8 ? (3 * channel + 2) % 8 : channel);
      const permuted = new Changing((key, own) => {
        if (isHead(key)) return own;
        const moved = own.slice();
        const move = (base: number, size: number): void => {
          for (let c = 0; c < 8; c++)
            moved.set(own.subarray(base + c * size, base + (c + 1) * size), base + place(c) * size);
        };
        if (isBarrier(key)) {
          move(0, 16 * 9);
          move(8 * 16 * 9, 1);
        } else for (let image = 0; image < 8; image++) move(image * 512 * 64, 64);
        return moved;
      });
      const straight = trainedBy(subjectOf(network), small()).losses;
      const crossed = trainedBy(subjectOf(other), small(), undefined, permuted).losses;
      for (const [i, loss] of straight.entries()) expect(crossed[i]).toBeCloseTo(loss, 4);
    });
  });

  it("an orthogonal barrier only turns the target", () => {
    using network = networkOf(cells.mixed);
    using other = networkOf(cells.mixed);
    scope(() => {
      // A Hadamard matrix.
      const turn = Array.from({ length: 8 }, (_, r) =>
        Array.from({ length: 8 }, (_, c) => (bits(r & c) % 2 === 0 ? 1 : -1) / Math.sqrt(8)),
      );
      const linear = (barrier: { kernel: 1; channels: number } | null) =>
        configurationOf({
          learningRate: 0.02,
          branches: [{ head: { form: "bn-conv", channels: 8 }, barrier, targets: ["wave_h"] }],
        });
      const fixed = new Changing((key, own) =>
        isBarrier(key) ? Float32Array.from([...turn.flat(), ...new Array(8).fill(0)]) : own,
      );
      const turned = new Changing((key, own) => {
        if (isHead(key)) return own;
        const back = own.slice();
        for (let image = 0; image < 8; image++) {
          for (let cell = 0; cell < 64; cell++) {
            const at = (channel: number): number => (image * 512 + channel) * 64 + cell;
            for (let c = 0; c < 8; c++)
              back[at(c)] = turn.reduce((sum, row, r) => sum + (row[c] as number) * (own[at(r)] as number), 0);
          }
        }
        return back;
      });
      const through = trainedBy(subjectOf(network), linear({ kernel: 1, channels: 8 }), undefined, fixed).losses;
      const without = trainedBy(subjectOf(other), linear(null), undefined, turned).losses;
      for (const [i, loss] of through.entries()) expect(Math.abs((without[i] as number) - loss)).toBeLessThan(1e-5);
      expect(through[9]).toBeLessThan(through[0] as number);
    });
  });

  it("weigh branches 1, ½, ¼ in the score and equally in training", () => {
    expect(branchWeights("halving", 3).reduce((a, b) => a + b)).toBe(1.75);
    expect(branchWeights("equal", 3).reduce((a, b) => a + b)).toBe(3);
    using network = networkOf(cells.disconnected);
    scope(() => {
      // Nothing comes through but the rounding of batch norm, Kaiming's biases are 0, and dots have a mean square of 1.
      const of = (scoreWeights: "halving" | "equal") =>
        regress(
          subjectOf(network),
          small({
            branches: branchesOf(3, ["dot"]),
            barrierInitialization: "kaiming_normal",
            iterations: 1,
            scoreWeights,
          }),
        ).score;
      expect(of("halving")).toBeCloseTo(1.75, 4);
      expect(of("equal")).toBeCloseTo(3, 4);
    });
  });

  it("of an empty target fall towards 0, and are numbers", () => {
    using network = networkOf(cells.convolutions);
    scope(() => {
      const { losses } = regress(subjectOf(network), small({}, []));
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(losses[9]).toBeLessThan(0.5 * (losses[0] as number));
      expect(losses[9]).toBeGreaterThan(0);
    });
  });

  it("are read before the update: ten of ten steps are those of twenty", () => {
    using network = networkOf(cells.convolutions);
    scope(() => {
      const ten = regress(subjectOf(network), small()).losses;
      const more = regress(subjectOf(network), small({ iterations: 12 })).losses;
      expect(more.slice(0, 10)).toEqual(ten);
      const one = regress(subjectOf(network), small({ iterations: 1 }));
      expect(one.score).toBe(ten[0]);
    });
  });

  it("in evaluation mode differ from those of the last step", () => {
    using network = networkOf(cells.convolutions);
    scope(() => {
      const configuration = small({ iterations: 6, scored: "evaluation" });
      const { losses, score } = regress(subjectOf(network), configuration);
      expect(losses).toHaveLength(6);
      expect(Number.isFinite(score)).toBe(true);
      expect(losses).not.toContain(score);
      // By then as many updates have been made as losses were seen.
      expect(regress(subjectOf(network), small({ iterations: 7 })).losses.slice(0, 6)).toEqual(losses);
    });
  });

  it("that are no numbers end the training, and are the score", () => {
    using network = networkOf(cells.convolutions);
    scope(() => {
      const { losses, score } = regress(
        subjectOf(network),
        small({ learningRate: 100, iterations: 100, momentum: 0.99 }, [{ from: "dots", part: 1, level: 100 }]),
      );
      if (Number.isFinite(score)) expect(score).toBeGreaterThan(1e6);
      else expect(losses.length).toBeLessThan(100);
      expect(losses.at(-1)).toBe(score);
    });
  });
});

const bits = (n: number): number => n.toString(2).replaceAll("0", "").length;

it("images, noise, seeds and initializations matter; images beyond the batch do not", () => {
  using network = networkOf(cells.convolutions);
  scope(() => {
    const subject = () => subjectOf(network);
    const base = regress(subject(), small()).score;
    const scores = [
      regress(subject(), small({ noise: { kind: "uniform", level: 0.5 } })).score,
      regress(subject(), small({ noise: { kind: "gaussian", level: 0.5 } })).score,
      regress(subjectOf(network, undefined, 2), small()).score,
      regress(subject(), small({ batch: 4 })).score,
      ...(["xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"] as const).flatMap((how) => [
        regress(subject(), small({ initialization: how })).score,
        regress(subject(), small({ barrierInitialization: how })).score,
      ]),
    ];
    expect(new Set([base, ...scores])).toHaveProperty("size", scores.length + 1);
    const { batch, ...rest } = subject();
    const doubled = { ...batch, images: batch.images };
    expect(regress({ ...rest, random: new Generator(1), batch: doubled }, small({ batch: 8 })).score).toBe(base);
  });
});

it("a network without stages is refused", () => {
  const network = {
    forward: (images: Tensor): Outputs => ({
      logits: randn([images.shape[0] as number, 2], new Generator(0)),
      auxiliary: undefined,
    }),
  };
  using real = networkOf(cells.mixed);
  scope(() => {
    const blind = Object.assign(Object.create(real), network);
    expect(() => trainedBy(subjectOf(blind), small())).toThrow(/ends of stages/);
  });
});
