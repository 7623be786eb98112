/**
 * SGD and Adam against trajectories of PyTorch 2.13, RMSProp against TensorFlow's formula in plain Python, and closed forms.
 *
 * The expected numbers come from torch.optim with w = [0.5, -1, 2] and b = [0.25] in float64 and five steps t = 0..4 with
 * the gradients w.grad[i] = sin(3t + i) and b.grad = cos(t). "skipping": b.grad = None at t = 0 and t = 2.
 */
import { describe, expect, test } from "vitest";
import { Adam, type Optimizer, RMSProp, SGD, scope, type Tensor, tensor } from "../../src/index.ts";
import { thrown } from "../support/error.ts";
import "../support/leaks.ts";

type Make = (parameters: Map<string, Tensor>) => Optimizer;

const trajectories: [string, Make, number[], number][] = [
  [
    "SGD",
    (p) => new SGD(p, { learningRate: 0.1 }),
    [0.5262749922897737, -1.061780101415603, 1.9069651452069907, 0.301948064814306],
    0.3603333811595918,
  ],
  [
    "SGD with momentum",
    (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9 }),
    [0.5025452088442304, -1.2010224657187611, 1.7802289876374786, 0.02091876615666815],
    0.35704101155018,
  ],
  [
    "SGD with momentum and weight decay",
    (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, weightDecay: 3e-4 }),
    [0.5023499352091316, -1.200599456609028, 1.7794695520307706, 0.02087864117478462],
    0.35700212705034307,
  ],
  [
    "SGD with dampening",
    (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, dampening: 0.5 }),
    [0.5012726044221152, -1.2728066243537213, 1.703931299189047, -0.06929561692166603],
    0.23030954332995704,
  ],
  [
    "SGD with Nesterov momentum",
    (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true }),
    [0.5203339069110735, -1.2241306571702795, 1.6774539399333992, 0.09531245253437114],
    0.4548601622699624,
  ],
  [
    "Adam",
    (p) => new Adam(p, { learningRate: 0.1 }),
    [0.44697348856978625, -1.1512166055111395, 1.861371526419794, 0.043340833346222005],
    0.23751247275687942,
  ],
  [
    "Adam as DARTS uses it",
    (p) => new Adam(p, { learningRate: 3e-4, betas: [0.5, 0.999], weightDecay: 1e-3 }),
    [0.4996006710881215, -1.0003210695379272, 1.9996699348826086, 0.24983657996881853],
    0.2501112194094644,
  ],
  [
    "Adam with a large epsilon",
    (p) => new Adam(p, { learningRate: 0.1, epsilon: 0.01 }),
    [0.452652213229604, -1.1493399010013325, 1.8628560149582891, 0.04570440954688436],
    0.23820642796668193,
  ],
  [
    "RMSProp as NAS-Bench-101 uses it",
    (p) => new RMSProp(p, { learningRate: 0.2, decay: 0.9, momentum: 0.9, epsilon: 1, weightDecay: 1e-4 }),
    [0.5056295633619593, -1.2860054962698886, 1.6877919658426166, -0.058807777827923596],
    0.40489042182063717,
  ],
];

const parameters = (): Map<string, Tensor> =>
  new Map([
    ["w", tensor(Float64Array.of(0.5, -1, 2))],
    ["b", tensor(Float64Array.of(0.25))],
  ]);

function advance(optimizer: Optimizer, from: number, to: number, skipped: readonly number[] = []): void {
  for (let t = from; t < to; t++) {
    scope(() => {
      const w = tensor(Float64Array.of(Math.sin(3 * t), Math.sin(3 * t + 1), Math.sin(3 * t + 2)));
      optimizer.step([w, skipped.includes(t) ? null : tensor(Float64Array.of(Math.cos(t)))]);
    });
  }
}

const values = (all: Map<string, Tensor>): number[] => [...all.values()].flatMap((value) => value.toArray());

describe.each(trajectories)("%s", (_, make, expected, skipping) => {
  test("follows PyTorch", () => {
    scope(() => {
      const all = parameters();
      using optimizer = make(all);
      advance(optimizer, 0, 5);
      for (const [i, value] of values(all).entries()) expect(value).toBeCloseTo(expected[i] as number, 13);
    });
  });

  test("leaves a parameter without a gradient alone, with its state", () => {
    scope(() => {
      const all = parameters();
      using optimizer = make(all);
      advance(optimizer, 0, 5, [0, 2]);
      const wanted = [...expected.slice(0, 3), skipping];
      for (const [i, value] of values(all).entries()) expect(value).toBeCloseTo(wanted[i] as number, 13);
    });
  });

  test.each([0, 1, 3])("continues to the same bits after being saved at step %i", (stop) => {
    scope(() => {
      const whole = parameters();
      using straight = make(whole);
      advance(straight, 0, 5, [2]);

      const first = parameters();
      using before = make(first);
      advance(before, 0, stop, [2]);
      const second = new Map([...first].map(([name, value]) => [name, tensor(value.toTypedArray())]));
      using after = make(second);
      after.learningRate = 99;
      const { tensors, json } = before.state();
      after.restore({ tensors, json: JSON.parse(JSON.stringify(json)) });
      advance(after, stop, 5, [2]);
      expect(values(second)).toEqual(values(whole));
    });
  });

  test("can restore its own state", () => {
    scope(() => {
      const all = parameters();
      using optimizer = make(all);
      advance(optimizer, 0, 3);
      optimizer.restore(optimizer.state());
      advance(optimizer, 3, 5);
      for (const [i, value] of values(all).entries()) expect(value).toBeCloseTo(expected[i] as number, 13);
    });
  });

  test("refuses a state of other parameters, shapes or tensors", () => {
    scope(() => {
      using optimizer = make(parameters());
      advance(optimizer, 0, 1);
      const { tensors, json } = optimizer.state();
      const restore = (change: object) => thrown(() => optimizer.restore({ tensors, json, ...change }));
      expect(restore({ json: { ...json, optimizer: "other" } }).code).toBe("format");
      expect(restore({ json: { ...json, steps: { w: 1 } } }).code).toBe("format");
      expect(restore({ tensors: { ...tensors, extra: tensor([1]) } }).message).toContain('"extra"');
      for (const name of Object.keys(tensors)) {
        expect(restore({ tensors: { ...tensors, [name]: tensor([1, 2]) } }).message).toContain(`"${name}"`);
      }
    });
  });

  test("refuses gradients that do not fit", () => {
    scope(() => {
      using optimizer = make(parameters());
      const error = thrown(() => optimizer.step([tensor(Float64Array.of(1, 2)), null]));
      expect(error).toMatchObject({ code: "argument", argument: "gradients" });
      expect(error.message).toContain('"w"');
      expect(thrown(() => optimizer.step([])).argument).toBe("gradients");
    });
  });
});

test("the first step of Adam moves every weight by the learning rate against its gradient's sign", () => {
  // m̂ = g and v̂ = g², so the step is lr·g/(|g| + ε).
  scope(() => {
    const w = tensor([1, 1, 1]);
    using optimizer = new Adam(new Map([["w", w]]), { learningRate: 0.5, epsilon: 0 });
    optimizer.step([tensor([3, -0.01, 100])]);
    for (const [i, value] of w.toArray().entries()) expect(value).toBeCloseTo([0.5, 1.5, 0.5][i] as number, 5);
  });
});

test("a constant gradient under momentum adds up to the geometric series", () => {
  // w after n steps: −lr·Σₖ (1 − μᵏ)/(1 − μ), k = 1..n.
  scope(() => {
    const w = tensor(Float64Array.of(0));
    using optimizer = new SGD(new Map([["w", w]]), { learningRate: 0.1, momentum: 0.5 });
    for (let i = 0; i < 4; i++) scope(() => optimizer.step([tensor(Float64Array.of(1))]));
    expect(w.item()).toBeCloseTo(-0.1 * (1 + 1.5 + 1.75 + 1.875), 14);
  });
});

test("the gradients are read, not kept or changed", () => {
  scope(() => {
    const w = tensor([0]);
    const gradient = tensor([2]);
    using optimizer = new SGD(new Map([["w", w]]), { learningRate: 1, momentum: 0.5, weightDecay: 0.5 });
    optimizer.step([gradient]);
    optimizer.step([gradient]);
    expect(gradient.toArray()).toEqual([2]);
    // v: 2, then 0.5·2 + (2 + 0.5·(−2)) = 2
    expect(w.toArray()).toEqual([-4]);
  });
});

test.each([
  ["SGD", "learningRate", { learningRate: -1 }],
  ["SGD", "learningRate", { learningRate: Number.NaN }],
  ["SGD", "momentum", { learningRate: 1, momentum: 2 }],
  ["SGD", "momentum", { learningRate: 1, nesterov: true }],
  ["SGD", "dampening", { learningRate: 1, momentum: 0.9, dampening: 0.5, nesterov: true }],
  ["Adam", "betas", { learningRate: 1, betas: [0.9, 1] as const }],
  ["Adam", "epsilon", { learningRate: 1, epsilon: -1 }],
  ["Adam", "weightDecay", { learningRate: 1, weightDecay: -1 }],
])("%s refuses a bad %s", (name, argument, options) => {
  const make = () => (name === "SGD" ? new SGD(new Map(), options) : new Adam(new Map(), options));
  expect(thrown(make)).toMatchObject({ code: "argument", argument });
});
