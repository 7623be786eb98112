/** A round of Bayesian optimization: points that may be expected to improve most, and what they decode to (svge §6). */
import { scope } from "@archwright/torch";
import { logExpectedImprovement } from "../../bayesian/expected-improvement.ts";
import { fittedKernel, GaussianProcess, type Kernel } from "../../bayesian/gaussian-process.ts";
import { mostFrequent } from "../../embeddings/evaluation/prior.ts";
import { generate } from "../../embeddings/generation.ts";
import { graphKey } from "../../embeddings/graphs/labelled-graph.ts";
import { encodedPoints, pointTensor } from "../../embeddings/latents.ts";
import type { LatentSpace } from "../../embeddings/model-file.ts";
import type { Random } from "../../random.ts";
import type { LatentSettings } from "../settings.ts";

export interface Observed {
  readonly architectures: readonly unknown[];
  /** Larger is better; minus infinity where there is none. */
  readonly values: readonly number[];
}

/** So many times the points of a round are chosen for it; what decodes to something known is passed over. */
const SPARE = 2;

/** At most `round` architectures that are not among those observed, the most promising first. */
export function roundOf(latent: LatentSpace, observed: Observed, settings: LatentSettings, random: Random): unknown[] {
  const { codec, model } = latent;
  const graphs = observed.architectures.map((architecture) => codec.toGraph(architecture));
  const points = encodedPoints(model, graphs);
  const values = standardized(observed.values);
  const kernel = fittedKernel(points, values, { steps: settings.fitSteps, rate: settings.fitRate });
  const chosen = promisingPoints(latent, { points, values }, kernel, settings, random);
  const { mostNodes } = codec;
  const decoded = scope(() => generate(model, pointTensor(chosen), { mostNodes, draws: settings.draws }, random));
  const known = new Set(graphs.map(graphKey));
  return decoded
    .flatMap((some) => {
      const found = mostFrequent(codec, some)?.graph;
      if (found === undefined || known.has(graphKey(found))) return [];
      known.add(graphKey(found));
      return [codec.toArchitecture(found)];
    })
    .slice(0, settings.round);
}

/** Mean 0 and deviation 1; what has no value gets the worst. */
export function standardized(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const worst = Math.min(...finite);
  const filled = values.map((value) => (Number.isFinite(value) ? value : worst));
  const mean = filled.reduce((sum, value) => sum + value, 0) / filled.length;
  const deviation = Math.sqrt(filled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / filled.length);
  return filled.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}

export interface Data {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
}

/** One after the other, each taken for observed at its mean (Kriging believer). */
export function promisingPoints(
  box: Pick<LatentSpace, "least" | "most">,
  { points, values }: Data,
  kernel: Kernel,
  settings: Pick<LatentSettings, "round" | "candidates">,
  random: Random,
): number[][] {
  const chosen: number[][] = [];
  const believed: number[] = [];
  const best = values.reduce((most, value) => Math.max(most, value));
  for (let i = 0; i < SPARE * settings.round; i++) {
    using process = new GaussianProcess([...points, ...chosen], [...values, ...believed], kernel);
    const pick = (from: readonly number[][]): { point: number[]; mean: number } => {
      const { mean, variance } = process.predict(from);
      const gains = mean.map((value, c) => logExpectedImprovement(value, variance[c] as number, best));
      const most = gains.reduce((top, gain, c) => (gain > (gains[top] as number) ? c : top), 0);
      return { point: from[most] as number[], mean: mean[most] as number };
    };
    const first = pick(candidates(box, { points, values }, settings.candidates, random));
    const refined = pick([first.point, ...around(box, first.point, 0.02, Math.ceil(settings.candidates / 10), random)]);
    chosen.push(refined.point);
    believed.push(refined.mean);
  }
  return chosen;
}

/** Half of them uniform in the box of the training graphs' points, half around the best tenth of those observed. */
function candidates(box: Pick<LatentSpace, "least" | "most">, data: Data, count: number, random: Random): number[][] {
  const half = Math.ceil(count / 2);
  const uniform = Array.from({ length: half }, () =>
    box.least.map((least, d) => least + random.uniform() * ((box.most[d] as number) - least)),
  );
  const order = [...data.values.keys()].sort((a, b) => (data.values[b] as number) - (data.values[a] as number));
  const good = order.slice(0, Math.max(1, Math.ceil(order.length / 10)));
  const near = Array.from({ length: count - half }, () => {
    const [point] = around(box, data.points[random.pick(good)] as readonly number[], 0.1, 1, random);
    return point as number[];
  });
  return [...uniform, ...near];
}

/** Normal around a point, `share` of the box's width for a deviation, and within the box. */
function around(
  { least, most }: Pick<LatentSpace, "least" | "most">,
  point: readonly number[],
  share: number,
  count: number,
  random: Random,
): number[][] {
  return Array.from({ length: count }, () =>
    point.map((value, d) => {
      const [low, high] = [least[d] as number, most[d] as number];
      return Math.min(high, Math.max(low, value + share * (high - low) * random.normal()));
    }),
  );
}
