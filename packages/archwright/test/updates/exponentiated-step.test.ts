/** Exponentiated gradients: mirror descent on the simplex (gaea §1, §9). */
import { noGrad, tensor } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import type { ArchitectureParameter } from "../../src/search/relaxation.ts";
import { ExponentiatedStep } from "../../src/updates/exponentiated-step.ts";
import { constant } from "./support.ts";

interface Asked {
  readonly rate?: number;
  readonly floor?: number;
  readonly entries?: ArchitectureParameter["entries"];
}

/** θ after steps along the gradients, in doubles. */
function after(
  start: readonly number[],
  gradients: readonly (readonly number[] | null)[],
  { rate = 0.1, floor = 0, entries = "operations" }: Asked = {},
): number[] {
  using theta = constant(start);
  const step = new ExponentiatedStep([{ name: "cell/0", cell: "cell", edges: [0], entries, tensor: theta }], {
    learningRate: rate,
    floor,
  });
  for (const gradient of gradients) {
    if (gradient === null) step.step([null]);
    else {
      using g = constant(gradient);
      step.step([g]);
    }
  }
  return theta.toArray();
}

const close = (found: readonly number[], expected: readonly number[], digits = 12): void => {
  expect(found).toHaveLength(expected.length);
  for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, digits);
};

const QUARTERS = [0.25, 0.25, 0.25, 0.25];
const random = Random.stream(1, "exponentiated");
const drawn = (count: number): number[] => Array.from({ length: count }, () => 2 * random.uniform() - 1);

/** min over the simplex of η⟨g, θ'⟩ + KL(θ'‖θ) by projected Newton-free search: coordinate exchanges until none helps. */
function mirrorDescent(theta: readonly number[], g: readonly number[], rate: number): number[] {
  const cost = (x: readonly number[]): number =>
    x.reduce((sum, p, i) => sum + rate * (g[i] as number) * p + p * Math.log(p / (theta[i] as number)), 0);
  let x = [...theta];
  for (let size = 0.1; size > 1e-9; size /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (let i = 0; i < x.length; i++) {
        for (let j = 0; j < x.length; j++) {
          const next = x.map((p, k) => (k === i ? p + size : k === j ? p - size : p));
          if (i === j || (next[j] as number) <= 0 || cost(next) >= cost(x)) continue;
          [x, moved] = [next, true];
        }
      }
    }
  }
  return x;
}

describe("one step", () => {
  it("has the value of the specification (§9.1)", () => {
    close(after(QUARTERS, [[1, 0, -1, 2]]), [0.23632778, 0.26118259, 0.28865141, 0.21383822], 8);
  });

  it("is mirror descent with the entropy as mirror map: what a search for the minimum finds", () => {
    const theta = [0.1, 0.2, 0.3, 0.4];
    const g = [1, -2, 0.5, 3];
    close(after(theta, [g], { rate: 0.7 }), mirrorDescent(theta, g, 0.7), 6);
  });

  it("does not see a constant in the gradient, however large (§9.2)", () => {
    const g = drawn(4);
    close(after(QUARTERS, [g.map((x) => x + 500)]), after(QUARTERS, [g]));
    close(after(QUARTERS, [g.map((x) => x - 1e4)], { rate: 1 }), after(QUARTERS, [g], { rate: 1 }));
  });

  it("composes: two steps are one along the sum (§9.2)", () => {
    const [a, b] = [drawn(4), drawn(4)];
    close(after(QUARTERS, [a, b]), after(QUARTERS, [a.map((x, i) => x + (b[i] as number))]));
  });

  it("leaves a parameter without gradient as it is, to the bit", () => {
    expect(after([0.1, 0.2, 0.7], [null])).toEqual([0.1, 0.2, 0.7]);
  });
});

describe("the floor (§9.3)", () => {
  const start = [1 - 3e-9, 1e-9, 1e-9, 1e-9];

  it("raises what is below it, then all are normalized", () => {
    const expected = [(1 - 3e-9) / (1 - 3e-9 + 3e-5), ...Array(3).fill(1e-5 / (1 - 3e-9 + 3e-5))];
    close(after(start, [[0, 0, 0, 0]], { floor: 1e-5 }), expected, 10);
  });

  it("is not for the weights of edges, which are normalized alone", () => {
    close(after(start, [[0, 0, 0, 0]], { floor: 1e-5, entries: "edges" }), start, 14);
  });

  it("holds whatever the gradients are, and rows sum to 1 (§9.4)", () => {
    for (let n = 0; n < 20; n++) {
      const theta = after(
        QUARTERS,
        Array.from({ length: 30 }, () => drawn(4).map((x) => 50 * x)),
        { floor: 1e-5 },
      );
      expect(theta.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...theta)).toBeGreaterThan(0.9e-5);
    }
  });
});

describe("many steps without a floor", () => {
  it("come as near to the best vertex of a linear loss as the theorem says: log K/(ηT) (§9.5)", () => {
    const c = [0.3, -0.2, 0.9, 0.1];
    for (const T of [10, 50, 200]) {
      const theta = after(QUARTERS, Array(T).fill(c));
      const loss = theta.reduce((sum, x, i) => sum + x * (c[i] as number), 0);
      expect(loss - Math.min(...c)).toBeLessThanOrEqual(Math.log(4) / (0.1 * T));
    }
  });

  it("have a regret of log K/η + ηTG²/2 at most, for any gradients (§9.6)", () => {
    const [T, rate] = [60, 0.2];
    const gradients = Array.from({ length: T }, () => drawn(4));
    let paid = 0;
    for (const [t, g] of gradients.entries()) {
      const theta = after(QUARTERS, gradients.slice(0, t), { rate });
      paid += theta.reduce((sum, x, i) => sum + x * (g[i] as number), 0);
    }
    const totals = QUARTERS.map((_, i) => gradients.reduce((sum, g) => sum + (g[i] as number), 0));
    const regret = paid - Math.min(...totals);
    expect(regret).toBeGreaterThan(0);
    expect(regret).toBeLessThanOrEqual(Math.log(4) / rate + (rate * T) / 2);
  });
});

it("its state is its rate; that of another optimizer is refused", () => {
  using theta = tensor([0.5, 0.5]);
  const parameter = { name: "cell/0", cell: "cell", edges: [0], tensor: theta };
  using step = new ExponentiatedStep([parameter], { learningRate: 0.1, floor: 0 });
  using other = new ExponentiatedStep([parameter], { learningRate: 0.7, floor: 0 });
  other.restore(noGrad(() => step.state()));
  expect(other.learningRate).toBe(0.1);
  const adam = { tensors: {}, json: { optimizer: "Adam", learningRate: 1, steps: {} } };
  expect(() => step.restore(adam)).toThrow(expect.objectContaining({ code: "run" }));
});
