/** `checkpoint/`: the last complete state of a search, replaced as one, and checked to the last bit when it is read. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors } from "@archwright/torch";
import { z } from "zod";
import { ArchwrightError } from "../errors.ts";
import type { SearchState } from "../search/search.ts";
import { packageVersion } from "./environment.ts";
import type { EventPosition } from "./event-log.ts";
import { syncFolder, writeDurably, writeFailure } from "./files.ts";

/*
 * state.safetensors   the tensors
 * state.json          {"format":2,"sha256":S,...}: S is the SHA-256 of the text after it up to the line end, which
 *                     holds the version, how far events.jsonl had come, the digest of the tensors and the JSON state
 *
 * Replacing: the new one is written to checkpoint-new and made durable; the present one steps aside to checkpoint-old;
 * the new one takes its name; the old one is removed. So at every moment `checkpoint` is complete, or it is absent and
 * `checkpoint-old` is complete.
 */
const FORMAT = 2;

const body = z.object({
  archwright: z.string(),
  events: z.object({ bytes: z.number(), count: z.number(), sha256: z.string() }),
  tensors: z.object({ bytes: z.number(), sha256: z.string() }),
  state: z.unknown(),
});

export interface Checkpoint {
  readonly state: SearchState;
  /** How far `events.jsonl` had come. */
  readonly events: EventPosition;
}

const folders = (directory: string) => ({
  current: join(directory, "checkpoint"),
  next: join(directory, "checkpoint-new"),
  previous: join(directory, "checkpoint-old"),
});

/** Replaces the checkpoint of a run directory. The events up to `events` must be on the disk. */
export function writeCheckpoint(directory: string, { state, events }: Checkpoint): void {
  const { current, next, previous } = folders(directory);
  try {
    rmSync(next, { recursive: true, force: true });
    mkdirSync(next);
    const tensors = encodeSafetensors(state.tensors);
    writeDurably(join(next, "state.safetensors"), tensors);
    writeDurably(join(next, "state.json"), stateText(tensors, state.json, events));
    syncFolder(next);
    if (existsSync(current)) {
      rmSync(previous, { recursive: true, force: true });
      renameSync(current, previous);
    }
    renameSync(next, current);
    syncFolder(directory);
    rmSync(previous, { recursive: true, force: true });
  } catch (cause) {
    rmSync(next, { recursive: true, force: true });
    throw cause instanceof Error && "syscall" in cause ? writeFailure(next, cause) : cause;
  }
}

function stateText(tensors: Uint8Array, state: unknown, events: EventPosition): string {
  const content: z.infer<typeof body> = {
    archwright: packageVersion(),
    events,
    tensors: { bytes: tensors.length, sha256: sha256(tensors) },
    state,
  };
  const rest = JSON.stringify(content).slice(1);
  return `{"format":${FORMAT},"sha256":"${sha256(rest)}",${rest}\n`;
}

/**
 * The checkpoint of a run directory; undefined where the run was stopped before its first. The caller frees its
 * tensors. Throws `ArchwrightError("run")` if a bit of it is not as it was written, or another version wrote it.
 */
export function readCheckpoint(directory: string): Checkpoint | undefined {
  const { current, previous } = folders(directory);
  const folder = [current, previous].find((path) => existsSync(path));
  if (folder === undefined) return undefined;
  const { archwright, events, tensors, state } = readState(join(folder, "state.json"));
  if (archwright !== packageVersion()) {
    throw new ArchwrightError(
      "run",
      `${folder} was written by archwright ${archwright}, this is ${packageVersion()}: continue the run with that version, or start a new one`,
      { details: { folder, archwright } },
    );
  }
  const path = join(folder, "state.safetensors");
  const bytes = readPart(path);
  if (bytes.length !== tensors.bytes) {
    throw damaged(path, `it has ${bytes.length} bytes, ${tensors.bytes} were written`);
  }
  if (sha256(bytes) !== tensors.sha256) throw damaged(path, "its content is not what was written");
  return { state: { tensors: decodeSafetensors(bytes).tensors, json: state }, events };
}

function readState(path: string): z.infer<typeof body> {
  const text = readPart(path).toString("utf8");
  const format = /^\s*\{\s*"format"\s*:\s*(\d+)\b/.exec(text)?.[1];
  if (format !== undefined && Number(format) !== FORMAT) {
    throw new ArchwrightError(
      "run",
      `${path} has format ${format}, this version of archwright reads format ${FORMAT}: continue the run with the version that wrote it, or start a new one`,
      { details: { path, format: Number(format) } },
    );
  }
  const [, digest, rest] = /^\{"format":\d+,"sha256":"([0-9a-f]{64})",(.*)\n$/s.exec(text) ?? [];
  if (rest === undefined || sha256(rest) !== digest) throw damaged(path, "its content is not what was written");
  return body.parse(JSON.parse(`{${rest}`));
}

function readPart(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw damaged(path, `it cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const damaged = (path: string, why: string, cause?: unknown): ArchwrightError =>
  new ArchwrightError("run", `${path} is damaged: ${why}; restore it from a copy, or start a new run`, {
    cause,
    details: { path },
  });
