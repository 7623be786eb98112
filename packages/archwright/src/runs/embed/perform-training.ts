/** A whole training of an autoencoder in the calling thread: opens or resumes its directory and drives it. */
import { performance } from "node:perf_hooks";
import { Generator, libtorchVersion } from "@archwright/torch";
import { Autoencoder } from "../../embeddings/autoencoder.ts";
import { graphCodecOf } from "../../embeddings/graphs/registry.ts";
import { encodedPoints, latentStatistics } from "../../embeddings/latents.ts";
import { hasModelFile, writeModelFile } from "../../embeddings/model-file.ts";
import type { EmbeddingEpoch } from "../../embeddings/training/events.ts";
import { EmbeddingTrainer } from "../../embeddings/training/trainer.ts";
import { ArchwrightError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { restored, stepUntilDone } from "../drive.ts";
import { currentMachine, currentVersions } from "../environment.ts";
import { createRunDirectory, defaultRunDirectory } from "../run-directory.ts";
import { lockRun } from "../run-lock.ts";
import type { Teller, ThreadTask } from "../thread.ts";
import { type EmbeddingFile, readEmbeddingFile, writeEmbeddingFile } from "./embedding-file.ts";
import { type GraphSplit, splitGraphs } from "./graphs.ts";
import { checkEmbedding, type EmbeddingRequest } from "./request.ts";

export type EmbeddingStart = { readonly request: EmbeddingRequest } | { readonly resume: string };

export interface EmbeddingOpened {
  readonly directory: string;
  readonly file: EmbeddingFile;
}

/** How a training ended. */
export interface EmbeddingResult {
  readonly status: "finished" | "interrupted";
  readonly directory: string;
  /** Summed over resumes. */
  readonly elapsedSeconds: number;
}

/** Checkpoints hold the weights three times over: fewer of them than a search takes. */
const CHECKPOINT_SECONDS = 60;

export async function performTraining(
  { start, checkpointSeconds = CHECKPOINT_SECONDS }: ThreadTask<EmbeddingStart>,
  tell: Teller<EmbeddingOpened, EmbeddingEpoch>,
): Promise<EmbeddingResult> {
  const { directory, file, split, unlock } = "resume" in start ? reopened(start.resume) : created(start.request);
  try {
    tell.opened({ directory, file });
    if (file.status === "finished" && hasModelFile(directory)) return result(directory, file);
    return result(directory, await train(directory, file, split, { checkpointSeconds, tell }));
  } finally {
    unlock();
  }
}

const result = (directory: string, { status, elapsedSeconds }: EmbeddingFile): EmbeddingResult => ({
  status: status === "finished" ? "finished" : "interrupted",
  directory,
  elapsedSeconds,
});

interface Opened extends EmbeddingOpened {
  readonly split: GraphSplit;
  readonly unlock: () => void;
}

function created(request: EmbeddingRequest): Opened {
  const { codec, graphs, seed, settings, command } = checkEmbedding(request);
  const split = splitGraphs(codec, graphs, seed, settings.heldOut);
  const space = codec.space.name;
  const directory = request.out ?? defaultRunDirectory({ space, method: "embedding", seed }, new Date());
  createRunDirectory(directory);
  const unlock = lockRun(directory);
  const file: EmbeddingFile = {
    format: 1,
    status: "running",
    request: { command, space, graphs, seed },
    settings,
    graphs: { train: split.train.length, heldOut: split.heldOut.length, sha256: split.sha256 },
    versions: currentVersions(libtorchVersion()),
    machine: currentMachine(),
    startedAt: new Date().toISOString(),
    elapsedSeconds: 0,
    cpuSeconds: 0,
  };
  writeEmbeddingFile(directory, file);
  return { directory, file, split, unlock };
}

/** Throws `ArchwrightError("run")` if the architectures are no longer those that it began with. */
function reopened(directory: string): Opened {
  readEmbeddingFile(directory);
  const unlock = lockRun(directory);
  try {
    const file = readEmbeddingFile(directory);
    return { directory, file, split: graphsOf(directory, file), unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The graphs of an embedding as its training split them. Throws `ArchwrightError("run")` if they have changed since. */
export function graphsOf(directory: string, { request, settings, graphs }: EmbeddingFile): GraphSplit {
  const codec = graphCodecOf({ name: request.space });
  const split = splitGraphs(codec, request.graphs, request.seed, settings.heldOut);
  if (split.sha256 === graphs.sha256) return split;
  throw new ArchwrightError(
    "run",
    `the architectures that ${directory} was trained on have changed since; restore them, or train anew`,
    { details: { directory } },
  );
}

/** A new one, as a training begins with it. */
export function newAutoencoder({ request, settings }: Pick<EmbeddingFile, "request" | "settings">): Autoencoder {
  const { labels } = graphCodecOf({ name: request.space });
  const generator = new Generator(Random.stream(request.seed, "embedding/weights").uint32());
  return new Autoencoder(labels.length, generator, settings);
}

async function train(
  directory: string,
  begun: EmbeddingFile,
  split: GraphSplit,
  { checkpointSeconds, tell }: { checkpointSeconds: number; tell: Teller<EmbeddingOpened, EmbeddingEpoch> },
): Promise<EmbeddingFile> {
  const started = performance.now();
  const processor = process.cpuUsage();
  const state = (status: EmbeddingFile["status"], error?: string): EmbeddingFile => {
    const { error: _, ...file } = begun;
    const { user, system } = process.cpuUsage(processor);
    const elapsedSeconds = begun.elapsedSeconds + Math.round(performance.now() - started) / 1000;
    const cpuSeconds = begun.cpuSeconds + Math.round((user + system) / 1000) / 1000;
    return { ...file, status, elapsedSeconds, cpuSeconds, ...(error === undefined ? {} : { error }) };
  };
  const write = (file: EmbeddingFile): EmbeddingFile => {
    writeEmbeddingFile(directory, file);
    return file;
  };
  const codec = graphCodecOf({ name: begun.request.space });
  using model = newAutoencoder(begun);
  using trainer = new EmbeddingTrainer({
    model,
    mostNodes: codec.mostNodes,
    train: split.train.map(({ graph }) => graph),
    heldOut: split.heldOut.map(({ graph }) => graph),
    settings: begun.settings,
    seed: begun.request.seed,
  });
  const log = restored(directory, trainer);
  try {
    write(state("running"));
    const stopped = await stepUntilDone(
      {
        directory,
        machine: trainer,
        checkpointSeconds,
        stopRequested: tell.stopRequested,
        onCheckpoint: () => void write(state("running")),
        onProgress: tell.progress,
        onEvents: tell.events,
      },
      log,
    );
    if (!stopped) {
      const points = encodedPoints(
        model,
        split.train.map(({ graph }) => graph),
      );
      writeModelFile(directory, { codec, model, ...latentStatistics(points) });
    }
    return write(state(stopped ? "interrupted" : "finished"));
  } catch (error) {
    write(state("failed", error instanceof Error ? error.message : String(error)));
    throw error;
  } finally {
    log.close();
  }
}
