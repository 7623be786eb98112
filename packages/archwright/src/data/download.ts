/** Downloading one file: resumed where it was cut, checked against its published hashes, complete or absent. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ArchwrightError } from "../errors.ts";
import { get } from "./http.ts";

export interface Hash {
  readonly algorithm: "md5" | "sha256";
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

export interface DownloadOptions {
  /** All of them must hold, or the file is refused. At least one. */
  readonly hashes: readonly Hash[];
  /** Bytes on disk so far and in all (undefined when the server does not say). */
  readonly onProgress?: (progress: { done: number; total: number | undefined; label: string }) => void;
  readonly signal?: AbortSignal;
  /** Attempts in a row that may bring nothing before giving up. Default 5. */
  readonly attempts?: number;
  /** Wait before the second attempt, in ms; doubled for each further one. Default 500. */
  readonly retryDelay?: number;
  /** A connection that brings nothing for so long, in ms, is cut and resumed. Default 30000. */
  readonly stallTimeout?: number;
}

/**
 * Downloads `url` to `file`. Until every hash holds, the bytes are in `file.part`; a later call goes on from there,
 * also in another process. Returns at once when `file` is already there and its hashes hold.
 */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  if ((await sizeOf(file)) > 0 && (await wrongHash(file, options.hashes)) === undefined) return;
  const part = `${file}.part`;
  await onDisk(mkdir(dirname(file), { recursive: true }), dirname(file));
  await fetchAll(url, part, options);
  const wrong = await wrongHash(part, options.hashes);
  if (wrong !== undefined) {
    await rm(part, { force: true });
    throw new ArchwrightError(
      "data",
      `${url} is not the file it should be: its ${wrong.expected.algorithm} is ${wrong.found}, not ${wrong.expected.hex}; nothing was kept`,
      { details: { url, ...wrong } },
    );
  }
  await onDisk(rename(part, file), file);
}

/** Repeats requests until the whole of `url` is in `part`. */
async function fetchAll(url: string, part: string, options: DownloadOptions): Promise<void> {
  const { attempts = 5, retryDelay = 500 } = options;
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    try {
      await fetchRest(url, part, before, options);
      return;
    } catch (cause) {
      if (cause instanceof ArchwrightError || options.signal?.aborted) throw cause;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures >= attempts) {
        throw new ArchwrightError(
          "io",
          `cannot download ${url} (${reason(cause)}); try again later, it goes on where it stopped`,
          { cause },
        );
      }
      await sleep(
        retryDelay * 2 ** (failures - 1),
        undefined,
        options.signal === undefined ? {} : { signal: options.signal },
      );
    }
  }
}

/** One request for the bytes from `offset` on. Throws an ArchwrightError where trying again is of no use. */
async function fetchRest(url: string, part: string, offset: number, options: DownloadOptions): Promise<void> {
  const stall = new AbortController();
  const { stallTimeout = 30000 } = options;
  const timer = setTimeout(() => stall.abort(new Error(`nothing came for ${stallTimeout / 1000} s`)), stallTimeout);
  const signal = options.signal === undefined ? stall.signal : AbortSignal.any([options.signal, stall.signal]);
  try {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await get(new URL(url), headers, signal);
    const { statusCode = 0 } = response;
    if (statusCode !== 200 && statusCode !== 206) {
      response.destroy();
      if (statusCode !== 416 || offset === 0) throw refusal(url, statusCode);
      if ((await wrongHash(part, options.hashes)) === undefined) return;
      await rm(part, { force: true });
      throw new Error("the part on disk did not belong to this file");
    }
    const start = statusCode === 206 ? rangeStart(response.headers["content-range"]) : 0;
    if (start !== 0 && start !== offset) {
      response.destroy();
      throw new Error("the server sent another range than the one asked for");
    }
    const length = response.headers["content-length"];
    const total = length === undefined ? undefined : start + Number(length);
    const handle = await onDisk(open(part, start === 0 ? "w" : "a"), part);
    try {
      let done = start;
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        await onDisk(writeAll(handle, chunk), part);
        done += chunk.length;
        timer.refresh();
        options.onProgress?.({ done, total, label: url });
      }
      if (total !== undefined && done !== total)
        throw new Error(`the connection was cut after ${done} of ${total} bytes`);
    } finally {
      await handle.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
}

/** `bytes 100-199/200` → 100; NaN when the header says something else. */
function rangeStart(header: string | undefined): number {
  return Number(/^bytes (\d+)-/.exec(header ?? "")?.[1]);
}

/** Busy servers are asked again; other refusals are final. */
function refusal(url: string, status: number): Error {
  if (status === 408 || status === 429 || status >= 500) return new Error(`the server answers ${status}`);
  return new ArchwrightError("io", `cannot download ${url}: the server answers ${status}`, {
    details: { url, status },
  });
}

/** Failures of the disk are not worth another attempt. */
async function onDisk<T>(operation: Promise<T>, path: string): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw new ArchwrightError("io", `cannot write ${path} (${reason(cause)})`, { cause, details: { path } });
  }
}

/** The first hash that does not hold. */
async function wrongHash(
  file: string,
  hashes: readonly Hash[],
): Promise<{ expected: Hash; found: string } | undefined> {
  const running = hashes.map((expected) => ({ expected, state: createHash(expected.algorithm) }));
  for await (const chunk of createReadStream(file)) for (const { state } of running) state.update(chunk);
  return running
    .map(({ expected, state }) => ({ expected, found: state.digest("hex") }))
    .find(({ expected, found }) => found !== expected.hex);
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;

/** The innermost message: fetch hides why it failed in the cause. */
function reason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  if (!(inner instanceof Error)) return String(inner);
  const { code } = inner as NodeJS.ErrnoException;
  return code === undefined || inner.message.includes(code) ? inner.message : `${code} ${inner.message}`.trim();
}
