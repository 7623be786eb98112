import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { CIFAR10, openCifar } from "../../src/data/cifar.ts";
import { downloadCifar } from "../../src/data/cifar-download.ts";
import { download, type Hash } from "../../src/data/download.ts";
import { coordinateRecord, failure, temporaryDirectory } from "./helpers.ts";

const FILE = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251));
const md5 = (bytes: Uint8Array): Hash => ({ algorithm: "md5", hex: createHash("md5").update(bytes).digest("hex") });
const sha256 = (bytes: Uint8Array): Hash => ({
  algorithm: "sha256",
  hex: createHash("sha256").update(bytes).digest("hex"),
});
const QUICK = { hashes: [md5(FILE), sha256(FILE)], retryDelay: 1 };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server on this machine; `answer` gets the number of the request, from 0. Returns the URL of a file on it. */
async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<string> {
  let requests = 0;
  server = createServer((request, response) => answer(request, response, requests++));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.tar.gz`;
}

/** Answers as a file server does, honouring Range; `cutAfter` ends the connection after so many bytes. */
function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  cutAfter?: number,
  file: Uint8Array = FILE,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start >= file.length) {
    response.writeHead(416).end();
    return;
  }
  const body = file.subarray(start);
  const range = start > 0 ? { "content-range": `bytes ${start}-${file.length - 1}/${file.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { "content-length": body.length, ...range });
  if (cutAfter === undefined || cutAfter >= body.length) response.end(body);
  else response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
}

const sendFileOnly = (request: IncomingMessage, response: ServerResponse) => sendFile(request, response);

describe("download", () => {
  test("a whole file, once, with progress", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      sendFile(request, response);
    });
    const directory = await temporaryDirectory();
    const file = join(directory, "new", "file");
    const seen: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number | undefined }) => {
      expect(total).toBe(FILE.length);
      seen.push(done);
    };
    await download(url, file, { ...QUICK, onProgress });
    expect((await readFile(file)).equals(FILE)).toBe(true);
    expect(seen.at(-1)).toBe(FILE.length);
    await download(url, file, QUICK);
    expect(requests).toBe(1);
    expect(await readdir(join(directory, "new"))).toEqual(["file"]);
  });

  test("connections that are cut: every request goes on where the last one stopped", async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      sendFile(request, response, 60_000);
    });
    const file = join(await temporaryDirectory(), "file");
    await download(url, file, { ...QUICK, attempts: 2 });
    expect((await readFile(file)).equals(FILE)).toBe(true);
    expect(ranges).toEqual([undefined, "bytes=60000-", "bytes=120000-", "bytes=180000-"]);
  });

  test("a part of an earlier process is continued", async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      sendFile(request, response);
    });
    const file = join(await temporaryDirectory(), "file");
    await writeFile(`${file}.part`, FILE.subarray(0, 1234));
    await download(url, file, QUICK);
    expect((await readFile(file)).equals(FILE)).toBe(true);
    expect(ranges).toEqual(["bytes=1234-"]);
  });

  test("a part that was complete, and one that is too long", async () => {
    const url = await serve(sendFileOnly);
    const file = join(await temporaryDirectory(), "file");
    await writeFile(`${file}.part`, FILE);
    await download(url, file, QUICK);
    expect((await readFile(file)).equals(FILE)).toBe(true);
    const other = join(await temporaryDirectory(), "file");
    await writeFile(`${other}.part`, Buffer.concat([FILE, FILE]));
    await download(url, other, QUICK);
    expect((await readFile(other)).equals(FILE)).toBe(true);
  });

  test("a server without ranges sends everything again", async () => {
    const url = await serve((_, response, nth) => {
      response.writeHead(200, { "content-length": FILE.length });
      if (nth > 0) response.end(FILE);
      else response.write(FILE.subarray(0, 5000), () => setTimeout(() => response.destroy(), 20));
    });
    const file = join(await temporaryDirectory(), "file");
    await download(url, file, QUICK);
    expect((await readFile(file)).equals(FILE)).toBe(true);
  });

  test("a body marked as gzip is kept as it is", async () => {
    const packed = gzipSync(FILE);
    const url = await serve((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(packed));
    const file = join(await temporaryDirectory(), "file");
    await download(url, file, { ...QUICK, hashes: [md5(packed)] });
    expect((await readFile(file)).equals(packed)).toBe(true);
  });

  test("redirections are followed, but not for ever", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else if (request.url === "/real") sendFile(request, response);
      else response.writeHead(302, { location: "/real" }).end();
    });
    const file = join(await temporaryDirectory(), "file");
    await download(url, file, QUICK);
    expect((await readFile(file)).equals(FILE)).toBe(true);
    const error = await failure(() => download(new URL("/loop", url).href, `${file}2`, { ...QUICK, attempts: 2 }));
    expect(error.message).toContain("too many redirections");
  });

  test("a wrong hash is refused and leaves nothing", async () => {
    const url = await serve(sendFileOnly);
    const directory = await temporaryDirectory();
    const wrong: Hash = { algorithm: "sha256", hex: "0".repeat(64) };
    const error = await failure(() => download(url, join(directory, "file"), { ...QUICK, hashes: [md5(FILE), wrong] }));
    expect(error.code).toBe("data");
    expect(error.message).toContain(`its sha256 is ${sha256(FILE).hex}, not 000`);
    expect(await readdir(directory)).toEqual([]);
  });

  test("404 fails at once; 503 is tried again", async () => {
    let requests = 0;
    const url = await serve((request, response, nth) => {
      requests++;
      if (request.url === "/gone") response.writeHead(404).end();
      else if (nth < 3) response.writeHead(503).end();
      else sendFile(request, response);
    });
    const directory = await temporaryDirectory();
    const error = await failure(() => download(new URL("/gone", url).href, join(directory, "x"), QUICK));
    expect(error.message).toContain("the server answers 404");
    expect(requests).toBe(1);
    await download(url, join(directory, "file"), QUICK);
    expect(requests).toBe(4);
    expect(await readdir(directory)).toEqual(["file"]);
  });

  test("nobody answers: gives up after the attempts asked for, and keeps the part", async () => {
    const url = await serve((_, response) => response.destroy());
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "file.part"), "begun");
    const error = await failure(() => download(url, join(directory, "file"), { ...QUICK, attempts: 3 }));
    expect(error.code).toBe("io");
    expect(error.message).toContain("try again later");
    expect(await readFile(join(directory, "file.part"), "utf8")).toBe("begun");
  });

  test("a connection that stalls is cut and resumed", async () => {
    const url = await serve((request, response, nth) => {
      if (nth > 0) return sendFile(request, response);
      response.writeHead(200, { "content-length": FILE.length });
      response.write(FILE.subarray(0, 7000)); // and then nothing
    });
    const file = join(await temporaryDirectory(), "file");
    await download(url, file, { ...QUICK, stallTimeout: 100 });
    expect((await readFile(file)).equals(FILE)).toBe(true);
  });

  test("stopping it keeps what came", async () => {
    const stop = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": FILE.length });
      response.write(FILE.subarray(0, 7000));
    });
    const directory = await temporaryDirectory();
    const onProgress = () => stop.abort();
    await expect(
      download(url, join(directory, "file"), { ...QUICK, signal: stop.signal, onProgress }),
    ).rejects.toThrow();
    expect((await readFile(join(directory, "file.part"))).length).toBe(7000);
  });
});

describe("downloadCifar", () => {
  /** An archive as the official one, of one image a batch, packed by the system's tar. */
  async function archive(files: readonly string[]): Promise<Uint8Array> {
    const root = await temporaryDirectory();
    await mkdir(join(root, CIFAR10.folder));
    for (const [i, name] of files.entries()) await writeFile(join(root, CIFAR10.folder, name), coordinateRecord([i]));
    return gzipSync(execFileSync("tar", ["-cf", "-", "-C", root, CIFAR10.folder]));
  }

  test("the batches are there afterwards, and nothing else", async () => {
    const packed = await archive([
      "data_batch_1.bin",
      "data_batch_2.bin",
      "test_batch.bin",
      "readme.html",
      "batches.meta.txt",
    ]);
    const url = await serve((request, response) => sendFile(request, response, undefined, packed));
    const directory = join(await temporaryDirectory(), "cifar10");
    await downloadCifar(CIFAR10, directory, {}, { url, hashes: [md5(packed), sha256(packed)] });
    expect((await readdir(directory)).sort()).toEqual([
      "batches.meta.txt",
      "data_batch_1.bin",
      "data_batch_2.bin",
      "test_batch.bin",
    ]);
    const dataset = await openCifar(directory, CIFAR10);
    expect([[...dataset.train.labels], dataset.test?.labels[0]]).toEqual([[0, 1], 2]);
  });

  test("an archive without the batches, or that is none, places nothing", async () => {
    for (const packed of [await archive(["test_batch.bin"]), Buffer.from("not gzip")]) {
      const url = await serve((request, response) => sendFile(request, response, undefined, packed));
      const directory = await temporaryDirectory();
      await failure(() => downloadCifar(CIFAR10, directory, {}, { url, hashes: [md5(packed)] }));
      expect(await readdir(directory)).toEqual(["file.tar.gz"]);
      server?.close();
    }
  });
});
