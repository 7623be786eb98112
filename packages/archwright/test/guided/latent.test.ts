/** Bayesian optimization in a latent space: it maximizes, beats random points, and proposes new architectures (svge §9.12). */
import { Generator, scope } from "@archwright/torch";
import { expect, it } from "vitest";
import { fittedKernel } from "../../src/bayesian/gaussian-process.ts";
import { Autoencoder } from "../../src/embeddings/autoencoder.ts";
import { graphCodecOf } from "../../src/embeddings/graphs/registry.ts";
import { encodedPoints, latentStatistics } from "../../src/embeddings/latents.ts";
import { openLatentSpace, writeModelFile } from "../../src/embeddings/model-file.ts";
import { promisingPoints, standardized } from "../../src/guided/latent/round.ts";
import { Random } from "../../src/random.ts";
import { graphsOf } from "../embeddings/support.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const dimensions = 3;
const box = { least: Array(dimensions).fill(-1), most: Array(dimensions).fill(1) };
const peak = [0.6, -0.4, 0.2];
const height = (point: readonly number[]): number =>
  -point.reduce((sum, value, d) => sum + (value - (peak[d] as number)) ** 2, 0);
const drawn = (count: number, random: Random): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: dimensions }, () => 2 * random.uniform() - 1));

/** The heights of the best point at the start, after five rounds, and of as many random points. */
function climbed(seed: number): { start: number; end: number; random: number } {
  const random = Random.stream(seed, "test/latent");
  const points = drawn(8, random);
  const best = (some: readonly number[][]): number => Math.max(...some.map(height));
  const start = best(points);
  for (let round = 0; round < 5; round++) {
    const values = standardized(points.map(height));
    const kernel = fittedKernel(points, values, { steps: 60, rate: 0.1 });
    points.push(...promisingPoints(box, { points, values }, kernel, { round: 1, candidates: 200 }, random));
  }
  for (const point of points) for (const value of point) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  return { start, end: best(points), random: best(drawn(points.length, Random.stream(seed, "test/random"))) };
}

it("after five rounds it is nearer to the peak than random points, over three seeds", () => {
  const all = [1, 2, 3].map(climbed);
  const total = (name: "start" | "end" | "random"): number => all.reduce((sum, one) => sum + one[name], 0);
  expect(total("end")).toBeGreaterThan(total("random"));
  for (const { start, end } of all) expect(end).toBeGreaterThan(start);
});

it("standardizes; what has no value gets the worst, and equal values are 0", () => {
  expect(standardized([1, 3])).toEqual([-1, 1]);
  expect(standardized([1, Number.NEGATIVE_INFINITY, 3])[1]).toBe(standardized([1, 1, 3])[0]);
  expect(standardized([2, 2])).toEqual([0, 0]);
});

it("a latent space is read as it was written; other spaces and folders are refused", () => {
  const folder = temporaryFolder();
  const codec = graphCodecOf({ name: "nasbench101" });
  using model = new Autoencoder(codec.labels.length, new Generator(1), { state: 8, latent: 3, layers: 1 });
  const graphs = graphsOf("nasbench101", 5);
  writeModelFile(folder, { codec, model, ...latentStatistics(encodedPoints(model, graphs)) });
  const opened = openLatentSpace(folder, "nasbench101");
  expect(scope(() => encodedPoints(opened.model, graphs))).toEqual(encodedPoints(model, graphs));
  expect(opened.least.every((least, d) => least <= (opened.mean[d] as number))).toBe(true);
  opened.model.dispose();
  expect(() => openLatentSpace(folder, "nasbench201")).toThrow("is an embedding of nasbench101, not of nasbench201");
  expect(() => openLatentSpace("/nowhere", "nasbench201")).toThrow("/nowhere holds no trained embedding");
  expect(() => openLatentSpace("", "nasbench201")).toThrow("svge-bo needs a latent space: --set embedding=DIR");
});
