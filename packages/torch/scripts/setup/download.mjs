/** Download a file of known SHA-256 over HTTP: resumes from `file.part`, and the file appears only when its hash is right. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SetupError } from "./errors.mjs";

/**
 * @param {string} url
 * @param {string} file where it goes; a file already there with the right hash is left alone
 * @param {{ sha256: string, onProgress?: (progress: { received: number, total: number | undefined }) => void,
 *   stallSeconds?: number }} options `sha256`: 64 hex digits, required; `stallSeconds`: give up after a silence this
 *   long, default 60
 * @returns {Promise<void>}
 * @throws {SetupError} no hash given, the server's refusal, a cut connection (the part is kept, call again to go on), a
 *   full disk (the part is kept), a wrong hash (the part is deleted)
 */
export async function download(url, file, { sha256, onProgress = () => {}, stallSeconds = 60 }) {
  if (!/^[0-9a-f]{64}$/i.test(sha256 ?? "")) {
    throw new SetupError(`refusing to download ${url} without its SHA-256 (64 hex digits)`);
  }
  const expected = sha256.toLowerCase();
  if ((await sizeOf(file)) > 0 && (await hashOf(file)).digest("hex") === expected) return;
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  const actual = await fetchInto(part, url, onProgress, stallSeconds);
  if (actual !== expected) {
    await rm(part, { force: true });
    throw new SetupError(`${url} has SHA-256 ${actual}, expected ${expected}; the download was deleted`, {
      remedies: ["run again; if it stays wrong, the file at this address is not the one that was pinned"],
    });
  }
  await rename(part, file);
}

/** Append what is missing to the part, and return the hash of the whole. */
async function fetchInto(part, url, onProgress, stallSeconds) {
  const present = await sizeOf(part);
  const stall = new AbortController();
  const response = await request(url, present, stall, stallSeconds);
  if (response.status === 416) {
    // The part is already complete, or longer than the file is now: only its hash can tell.
    await response.body?.cancel();
    return (await hashOf(part)).digest("hex");
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new SetupError(`${url} answered ${response.status} ${response.statusText}`.trimEnd(), {
      remedies: [response.status === 404 ? "the address is wrong or the file was removed" : "try again later"],
    });
  }
  const resumed = present > 0 && response.status === 206 && startOf(response) === present;
  if (response.status === 206 && !resumed)
    throw new SetupError(`${url} answered with another range than was asked for`);
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const start = resumed ? present : 0;
  const total = Number.isFinite(length) ? start + length : undefined;
  const hash = resumed ? await hashOf(part) : createHash("sha256");
  const received = await append(response, part, { url, hash, start, total, onProgress, stall, stallSeconds });
  if (total !== undefined && received < total) throw cut(url, part, received, `${received} of ${total} bytes came`);
  return hash.digest("hex");
}

async function request(url, present, stall, stallSeconds) {
  // Compressed in transit, byte offsets would mean something else.
  const headers = { "accept-encoding": "identity", ...(present > 0 ? { range: `bytes=${present}-` } : {}) };
  const timer = setTimeout(() => stall.abort(), stallSeconds * 1000);
  try {
    return await fetch(url, { headers, signal: stall.signal });
  } catch (error) {
    const reason = stall.signal.aborted ? `no answer in ${stallSeconds} s` : reasonOf(error);
    throw new SetupError(`${url} cannot be reached: ${reason}`, {
      cause: error,
      remedies: ["check the network and run again"],
    });
  } finally {
    clearTimeout(timer);
  }
}

async function append(response, part, { url, hash, start, total, onProgress, stall, stallSeconds }) {
  const handle = await open(part, start > 0 ? "a" : "w");
  const reader = response.body.getReader();
  let received = start;
  try {
    for (;;) {
      const timer = setTimeout(() => stall.abort(), stallSeconds * 1000);
      const { done, value } = await reader.read().catch((error) => {
        const reason = stall.signal.aborted ? `nothing came for ${stallSeconds} s` : reasonOf(error);
        throw cut(url, part, received, reason);
      });
      clearTimeout(timer);
      if (done) return received;
      await writeAll(handle, value, part);
      hash.update(value);
      received += value.length;
      onProgress({ received, total });
    }
  } finally {
    stall.abort();
    await handle.close();
  }
}

async function writeAll(handle, bytes, part) {
  try {
    for (let offset = 0; offset < bytes.length; ) {
      offset += (await handle.write(bytes, offset)).bytesWritten;
    }
  } catch (error) {
    const problem = error.code === "ENOSPC" ? "the disk is full" : error.message;
    throw new SetupError(`cannot write ${part}: ${problem}`, {
      cause: error,
      remedies: ["make room and run again: it goes on where it stopped"],
    });
  }
}

function cut(url, part, received, reason) {
  return new SetupError(`the download of ${url} was cut: ${reason}`, {
    remedies: [`run again: it goes on from the ${received} bytes kept in ${part}`],
  });
}

// `Content-Range: bytes 100-199/200`
function startOf(response) {
  return Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? Number.NaN);
}

function reasonOf(error) {
  return error.cause?.message || error.cause?.code || error.message;
}

async function sizeOf(file) {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error.code === "ENOENT") return 0;
    throw error;
  }
}

async function hashOf(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash;
}
