/** Discrete proxy search: settings of Eproxy that order a few benchmarked architectures as their results do. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, ftruncateSync, openSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { scoringImages } from "../../data/minibatches.ts";
import { openDataset } from "../../data/open.ts";
import { ArchwrightError } from "../../errors.ts";
import { nextGenes } from "../../proxies/eproxy/discrete/evolution.ts";
import { agreement } from "../../proxies/eproxy/discrete/objective.ts";
import { configurationFrom, type Genes, mutatedGenes, randomGenes } from "../../proxies/eproxy/discrete/space.ts";
import { plainConfiguration } from "../../proxies/eproxy/published.ts";
import { Random } from "../../random.ts";
import { BACKBONE_IMAGES } from "../../spaces/architecture-space.ts";
import { mostBackboneMacs } from "../../spaces/most-macs.ts";
import { fromScore, toScore } from "../../statistics/score.ts";
import { checkDataset, datasetSummary } from "../dataset-summary.ts";
import type { Progress } from "../drive.ts";
import { currentVersions } from "../environment.ts";
import { readableJson, replaceFile, writeFailure } from "../files.ts";
import { lockRun } from "../run-lock.ts";
import { ScoringPool } from "../score/pool.ts";
import {
  type DpsFile,
  dpsPaths,
  type Evaluation,
  makeDirectory,
  readDescription,
  readEvaluations,
  writeDescription,
} from "./directory.ts";
import { agreementAt, lossesOf, type Sample, sampleOf } from "./evaluation.ts";
import { dpsPage } from "./page.ts";
import { type CheckedDps, checkDps, type DpsRequest, dpsCommand } from "./request.ts";

export interface DpsOptions {
  /** Ends the search as "interrupted" after the configuration that is being tried. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface DpsRow {
  readonly name: string;
  /** Spearman's ρ on the architectures that configurations were chosen by, and on others; null where there are too few. */
  readonly chosen: number | null;
  readonly others: number | null;
}

export interface DpsResult {
  readonly status: "finished" | "interrupted";
  readonly directory: string;
  readonly evaluations: number;
  readonly total: number;
  /** Of the best so far; null where nothing was tried. */
  readonly best: { readonly index: number; readonly rho: number } | null;
  /** Path of the configuration, once it is finished. */
  readonly proxy?: string;
  readonly report?: string;
  readonly rows?: readonly DpsRow[];
}

/** Throws {@link ArchwrightError}: what {@link checkDps} does, `data` for images, `run` if the directory exists. */
export async function runDps(asked: DpsRequest, directory: string, options: DpsOptions = {}): Promise<DpsResult> {
  const made = makeDirectory(directory);
  try {
    return await begin(asked, directory, options);
  } catch (error) {
    // What was refused leaves nothing behind.
    if (made && !existsSync(dpsPaths(directory).description)) rmSync(directory, { recursive: true });
    throw error;
  }
}

function begin(asked: DpsRequest, directory: string, options: DpsOptions): Promise<DpsResult> {
  return locked(directory, async () => {
    const checked = checkDps(asked, dpsPaths(directory).table);
    const images = await drawImages(checked, options);
    const workers = checked.request.workers ?? (checked.request.device === "cpu" ? availableParallelism() : 1);
    await using pool = await startPool(checked, images, Math.min(workers, checked.chosen.length));
    const description: DpsFile = {
      format: 1,
      status: "running",
      command: dpsCommand(checked.request),
      request: asked,
      workers,
      sha256: fingerprint(checked),
      dataset: images.summary,
      versions: currentVersions(pool.libtorch),
      startedAt: new Date().toISOString(),
      elapsedSeconds: 0,
    };
    writeDescription(directory, description);
    return await search({ checked, images, pool, directory, description }, options);
  });
}

/** Continues to what it would be had it not been stopped. Throws `ArchwrightError("run")` where table or images have changed. */
export async function resumeDps(directory: string, options: DpsOptions = {}): Promise<DpsResult> {
  readDescription(directory);
  return locked(directory, async () => {
    const description = readDescription(directory);
    const checked = checkDps(description.request, dpsPaths(directory).table);
    if (fingerprint(checked) !== description.sha256) {
      throw new ArchwrightError("run", `the results are not those that ${directory} began with; search again`);
    }
    const images = await drawImages(checked, options);
    checkDataset(checked.request.data, images.summary, description.dataset, directory);
    await using pool = await startPool(checked, images, Math.min(description.workers, checked.chosen.length));
    return await search({ checked, images, pool, directory, description }, options);
  });
}

async function locked<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const unlock = lockRun(directory);
  try {
    return await work();
  } finally {
    unlock();
  }
}

const fingerprint = ({ chosen, others }: CheckedDps): string =>
  createHash("sha256")
    .update(JSON.stringify([chosen, others]))
    .digest("hex");

type Images = Awaited<ReturnType<typeof drawImages>>;

/** One minibatch, the same for every configuration and architecture. */
async function drawImages({ request }: CheckedDps, { onProgress }: DpsOptions) {
  const { data, seed, download = false } = request;
  const progress = onProgress === undefined ? {} : { onProgress };
  const dataset = await openDataset(data, { size: BACKBONE_IMAGES, channels: 3, download, ...progress });
  return {
    block: scoringImages(dataset, { batch: BATCH, minibatches: 1, seed }),
    classes: dataset.classes.length,
    summary: datasetSummary(dataset),
  };
}

const BATCH = 16;

function startPool({ request }: CheckedDps, { block, classes }: Images, workers: number): Promise<ScoringPool> {
  const { space, network, seed, device } = request;
  const task = { space, network, proxies: ["eproxy"], block, imageSize: BACKBONE_IMAGES, classes, seed, device };
  return ScoringPool.start(task, workers);
}

interface Search {
  readonly checked: CheckedDps;
  readonly images: Images;
  readonly pool: ScoringPool;
  readonly directory: string;
  readonly description: DpsFile;
}

async function search(own: Search, options: DpsOptions): Promise<DpsResult> {
  const { checked, directory, description, images } = own;
  const started = performance.now();
  const end = (status: DpsFile["status"], rows?: readonly DpsRow[]): void => {
    const elapsedSeconds = description.elapsedSeconds + Math.round(performance.now() - started) / 1000;
    writeDescription(directory, {
      ...description,
      status,
      elapsedSeconds,
      ...(rows === undefined ? {} : { rows: [...rows] }),
    });
  };
  const chosen = sampleOf(checked.space, checked.chosen, images.classes);
  const evaluations = await evaluated(own, chosen, options);
  const best = bestOf(evaluations);
  const total = checked.request.evaluations;
  const result = {
    directory,
    evaluations: evaluations.length,
    total,
    best: best && { index: best.index, rho: best.rho },
  };
  const rows = evaluations.length < total || best === null ? undefined : await comparison(own, chosen, best, options);
  if (rows === undefined || best === null) {
    end("interrupted");
    return { status: "interrupted", ...result };
  }
  const paths = dpsPaths(directory);
  const title = `discrete proxy search on ${checked.chosen.length} architectures of ${checked.space.name}`;
  replaceFile(paths.proxy, readableJson({ ...configurationFrom(best.genes), title }));
  end("finished", rows);
  replaceFile(paths.report, dpsPage({ description: readDescription(directory), evaluations, best, rows, checked }));
  return { status: "finished", ...result, proxy: paths.proxy, report: paths.report, rows };
}

/** All evaluations, those that are written and new ones; fewer where it was stopped. */
async function evaluated(
  { checked, images, pool, directory }: Search,
  sample: Sample,
  { signal, onProgress }: DpsOptions,
): Promise<Evaluation[]> {
  const { evaluations: total, population, tournament, seed } = checked.request;
  const { evaluations: path } = dpsPaths(directory);
  const written = readEvaluations(directory);
  const all: Evaluation[] = [...written.evaluations];
  const most = mostBackboneMacs(checked.space, images.classes);
  const cancelled = (): boolean => signal?.aborted ?? false;
  const file = openLines(path, written.bytes);
  try {
    let scored = all.length * sample.architectures.length;
    const onScored = (): void => {
      scored++;
      progress();
    };
    const progress = (): void => {
      const best = bestOf(all);
      const label = best === null ? "trying proxies" : `trying proxies, best ρ ${best.rho.toFixed(3)}`;
      onProgress?.({ done: scored, total: total * sample.architectures.length, label });
    };
    progress();
    while (all.length < total && !cancelled()) {
      const history = all.map(({ genes, rho }) => ({ genes, fitness: rho }));
      const random = Random.stream(seed, `dps/evaluation/${all.length}`);
      const { genes, parent } = nextGenes(
        history,
        { random: randomGenes, mutate: mutatedGenes, population, tournament },
        random,
      );
      const losses =
        knownLosses(all, genes) ??
        (await lossesOf(pool, sample.architectures, configurationFrom(genes), { cancelled, onScored }));
      if (losses === undefined) break;
      const evaluation: Evaluation = {
        index: all.length,
        genes,
        ...(parent === undefined ? {} : { parent }),
        losses: losses.map(toScore),
        rho: agreementAt(losses, sample, most, genes.flopsWeight),
      };
      append(path, file, evaluation);
      all.push(evaluation);
      scored = all.length * sample.architectures.length;
      progress();
    }
  } finally {
    closeSync(file);
  }
  return all;
}

/** Of a configuration that differs in the FLOPs weight alone, or in what it does not use: nothing has to be trained again. */
function knownLosses(all: readonly Evaluation[], genes: Genes): number[] | undefined {
  const key = (own: Genes): string => JSON.stringify({ ...configurationFrom(own), flopsWeight: 0 });
  const same = all.find((one) => key(one.genes) === key(genes));
  return same?.losses.map((loss) => fromScore(loss));
}

function openLines(path: string, bytes: number): number {
  try {
    const file = openSync(path, "a");
    ftruncateSync(file, bytes);
    return file;
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

function append(path: string, file: number, evaluation: Evaluation): void {
  try {
    writeFileSync(file, `${JSON.stringify(evaluation)}\n`);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

const bestOf = (all: readonly Evaluation[]): Evaluation | null =>
  all.reduce<Evaluation | null>((best, one) => (best === null || one.rho > best.rho ? one : best), null);

/** The answer beside plain Eproxy and costs, on the architectures that it was chosen by and on others. */
async function comparison(
  { checked, images, pool }: Search,
  chosen: Sample,
  best: Evaluation,
  { signal, onProgress }: DpsOptions,
): Promise<DpsRow[] | undefined> {
  const others = sampleOf(checked.space, checked.others, images.classes);
  const most = mostBackboneMacs(checked.space, images.classes);
  const cancelled = (): boolean => signal?.aborted ?? false;
  const found = configurationFrom(best.genes);
  const plain = plainConfiguration(checked.space.name);
  const total = chosen.architectures.length + 2 * others.architectures.length;
  let done = 0;
  const onScored = (): void => onProgress?.({ done: ++done, total, label: "looking at other architectures" });
  const look = (sample: Sample, configuration: typeof found) =>
    lossesOf(pool, sample.architectures, configuration, { cancelled, onScored });
  const plainChosen = await look(chosen, plain);
  const plainOthers = await look(others, plain);
  const foundOthers = await look(others, found);
  if (plainChosen === undefined || plainOthers === undefined || foundOthers === undefined) return undefined;
  const foundChosen = best.losses.map((loss) => fromScore(loss));
  const enough = others.architectures.length >= 3;
  const row = (name: string, ours: number, theirs: () => number): DpsRow => ({
    name,
    chosen: ours,
    others: enough ? theirs() : null,
  });
  const losses = (name: string, ours: readonly number[], theirs: readonly number[], alpha: number): DpsRow =>
    row(name, agreementAt(ours, chosen, most, alpha), () => agreementAt(theirs, others, most, alpha));
  const cost = (name: string, of: (sample: Sample) => readonly number[]): DpsRow => {
    const larger = (sample: Sample): number =>
      agreement(
        of(sample).map((value) => -value),
        sample.results,
      );
    return row(name, larger(chosen), () => larger(others));
  };
  const { flopsWeight } = best.genes;
  return [
    losses(`found, FLOPs weight ${flopsWeight}`, foundChosen, foundOthers, flopsWeight),
    losses("found, without FLOPs weight", foundChosen, foundOthers, 0),
    losses("plain Eproxy", plainChosen, plainOthers, 0),
    losses(`plain Eproxy, FLOPs weight ${flopsWeight}`, plainChosen, plainOthers, flopsWeight),
    cost("parameters", ({ params }) => params),
    cost("multiply-adds", ({ macs }) => macs),
  ];
}
