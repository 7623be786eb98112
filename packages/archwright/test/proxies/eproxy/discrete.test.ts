/** Discrete proxy search without training: the space of settings, the evolution, the objective. */
import { describe, expect, it } from "vitest";
import { componentNames, configurationSchema } from "../../../src/proxies/eproxy/configuration.ts";
import { type Evaluated, nextGenes } from "../../../src/proxies/eproxy/discrete/evolution.ts";
import { agreement } from "../../../src/proxies/eproxy/discrete/objective.ts";
import {
  configurationFrom,
  type Genes,
  mutatedGenes,
  randomGenes,
} from "../../../src/proxies/eproxy/discrete/space.ts";
import { Random } from "../../../src/random.ts";

/** All single decisions. */
const decisions = ({ genes, ...rest }: Genes): unknown[] => [
  ...Object.values(rest),
  ...genes.flatMap(({ components, ...branch }) => [...Object.values(branch), ...components]),
];

const equal = (a: Genes, b: Genes): number => {
  const other = decisions(b);
  return decisions(a).filter((value, i) => value === other[i]).length;
};

const options = { random: randomGenes, mutate: mutatedGenes };

describe("settings", () => {
  const many = Array.from({ length: 3000 }, (_, i) => randomGenes(Random.stream(i, "test/genes")));

  it("are drawn as specified", () => {
    const share = (test: (genes: Genes) => boolean): number => many.filter(test).length / many.length;
    expect(share(({ genes }) => genes[0]?.components[2] === true)).toBeCloseTo(0.2, 1);
    // No component of five in the deepest branch: 0.8⁵.
    expect(Math.abs(share(({ genes }) => genes[0]?.components.every((on) => !on) === true) - 0.32768)).toBeLessThan(
      0.03,
    );
    for (const branches of [1, 2, 3])
      expect(Math.abs(share((genes) => genes.branches === branches) - 1 / 3)).toBeLessThan(0.03);
    expect(new Set(many.map(({ learningRate }) => learningRate))).toEqual(
      new Set([0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5]),
    );
    expect(new Set(many.map(({ flopsWeight }) => flopsWeight)).size).toBe(11);
    expect(new Set(many.map(({ initialization }) => initialization)).size).toBe(4);
    expect(new Set(many.flatMap(({ genes }) => genes.map(({ headKernel }) => headKernel)))).toEqual(new Set([1, 3, 7]));
  });

  it("become configurations", () => {
    for (const genes of many.slice(0, 50)) {
      const configuration = configurationFrom(genes);
      expect(configurationSchema.parse(configuration)).toEqual(configuration);
      expect(configuration.branches).toHaveLength(genes.branches);
      const [deepest] = configuration.branches;
      expect(deepest?.targets).toEqual(componentNames.filter((_, i) => genes.genes[0]?.components[i]));
      expect(deepest?.barrier?.channels).toBe(genes.genes[0]?.barrierChannels);
    }
  });

  it("mutate field by field, with probability 0.2 each", () => {
    const random = Random.stream(1, "test/mutation");
    let flipped = 0;
    let bits = 0;
    let rates = 0;
    for (const genes of many) {
      const child = mutatedGenes(genes, random);
      for (const [i, { components }] of child.genes.entries()) {
        for (const [c, on] of components.entries()) {
          bits++;
          if (on !== genes.genes[i]?.components[c]) flipped++;
        }
      }
      if (child.learningRate !== genes.learningRate) rates++;
    }
    expect(Math.abs(flipped / bits - 0.2)).toBeLessThan(0.01);
    // One in eleven draws gives the same rate again.
    expect(Math.abs(rates / many.length - (0.2 * 10) / 11)).toBeLessThan(0.025);
  });
});

/** The history of a search for the genes that are most like `hidden`. */
function searched(hidden: Genes, seed: number, evaluations: number): (Evaluated<Genes> & { parent?: number })[] {
  const history: (Evaluated<Genes> & { parent?: number })[] = [];
  for (let i = 0; i < evaluations; i++) {
    const next = nextGenes(history, options, Random.stream(seed, `test/${i}`));
    history.push({ ...next, fitness: equal(next.genes, hidden) });
  }
  return history;
}

describe("evolution", () => {
  const best = (history: readonly Evaluated<Genes>[]): number => Math.max(...history.map(({ fitness }) => fitness));

  it("finds a hidden configuration better than random draws do", () => {
    let evolved = 0;
    let random = 0;
    for (let seed = 0; seed < 20; seed++) {
      const hidden = randomGenes(Random.stream(seed, "test/hidden"));
      evolved += best(searched(hidden, seed, 200));
      const draws = Array.from({ length: 200 }, (_, i) =>
        equal(randomGenes(Random.stream(seed, `test/draw/${i}`)), hidden),
      );
      random += Math.max(...draws);
    }
    expect(evolved).toBeGreaterThan(random + 20);
  });

  it("begins with 40 random ones; later parents are among the last 40, and the fittest of ten", () => {
    const history = searched(randomGenes(Random.stream(9, "test/hidden")), 3, 150);
    expect(history.slice(0, 40).every(({ parent }) => parent === undefined)).toBe(true);
    for (const [i, { parent }] of history.entries()) {
      if (i < 40) continue;
      expect(parent).toBeGreaterThanOrEqual(i - 40);
      expect(parent).toBeLessThan(i);
    }
    const fitness = Array.from({ length: 60 }, (_, i) => (i === 5 ? 1000 : i));
    const evaluated = fitness.map((value, i) => ({ genes: i, fitness: value }));
    const everyone = { random: () => -1, mutate: (own: number) => own, population: 40, tournament: 40 };
    // The very best is too old.
    expect(nextGenes(evaluated, everyone, Random.stream(0, "test"))).toEqual({ genes: 59, parent: 59 });
    const parents = Array.from(
      { length: 300 },
      (_, i) => nextGenes(evaluated, { ...everyone, tournament: 10 }, Random.stream(i, "test")).parent as number,
    );
    // The tenth from the end of ten draws without replacement: no parent has fewer than nine below it.
    expect(Math.min(...parents)).toBeGreaterThanOrEqual(29);
    expect(new Set(parents).size).toBeGreaterThan(3);
  });
});

it("the objective is 1 for losses that fall where results rise, ties by average ranks, NaN and infinity last", () => {
  expect(agreement([3, 2, 1, 0], [10, 20, 30, 40])).toBe(1);
  expect(agreement([0, 1, 2, 3], [10, 20, 30, 40])).toBe(-1);
  expect(agreement([1, 1, 1], [10, 20, 30])).toBe(-1);
  expect(agreement([2, 1, 1], [10, 20, 30])).toBeCloseTo(Math.sqrt(3) / 2, 12);
  expect(agreement([Number.NaN, 2, 1], [10, 20, 30])).toBe(1);
  expect(agreement([Number.POSITIVE_INFINITY, 2, 1], [10, 20, 30])).toBe(1);
});
