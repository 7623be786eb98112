/** Downloads against a local server: complete or absent, resumed where they were cut, refused when the hash is wrong. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { serve } from "./file-server.ts";
import { download, SetupError } from "./modules.ts";
import { scratch } from "./scratch.ts";

const CONTENT = randomBytes(300_000);

describe("a good server", () => {
  it("gives the file, reports progress and leaves no part", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "new", "folder", "file");
    const progress: { received: number; total: number | undefined }[] = [];
    await download(server.url, file, { sha256: server.sha256, onProgress: (step) => progress.push(step) });
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect(progress.at(-1)).toEqual({ received: CONTENT.length, total: CONTENT.length });
  });

  it("is not asked again for a file that is there", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "file");
    await download(server.url, file, { sha256: server.sha256.toUpperCase() });
    await download(server.url, file, { sha256: server.sha256 });
    expect(server.ranges).toEqual([undefined]);
  });

  it("is asked for nothing without a hash", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "file");
    for (const sha256 of [undefined, "", "abc"]) {
      await expect(download(server.url, file, { sha256 })).rejects.toThrow(
        /refusing to download .* without its SHA-256/,
      );
    }
    expect(server.ranges).toEqual([]);
  });
});

describe("a cut connection", () => {
  it("keeps the part, says so, and the next call goes on from there", async () => {
    const server = await serve(CONTENT, { cutAfter: 100_000 });
    const file = join(scratch(), "file");
    const failure = await failureOf(download(server.url, file, { sha256: server.sha256 }));
    expect(failure.message).toMatch(/was cut/);
    expect(failure.remedies.join()).toContain("goes on from the 100000 bytes");
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.part`).equals(CONTENT.subarray(0, 100_000))).toBe(true);
    server.behave({});
    await download(server.url, file, { sha256: server.sha256 });
    expect(server.ranges).toEqual([undefined, "bytes=100000-"]);
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });

  it("may happen again and again", async () => {
    const server = await serve(CONTENT, { cutAfter: 70_001 });
    const file = join(scratch(), "file");
    for (let attempt = 0; attempt < 4; attempt++)
      await failureOf(download(server.url, file, { sha256: server.sha256 }));
    await download(server.url, file, { sha256: server.sha256 });
    expect(server.ranges.length).toBe(5);
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });

  it("is noticed when it only falls silent", async () => {
    const server = await serve(CONTENT, { stallAfter: 50_000 });
    const file = join(scratch(), "file");
    const failure = await failureOf(download(server.url, file, { sha256: server.sha256, stallSeconds: 0.3 }));
    expect(failure.message).toContain("nothing came for 0.3 s");
    expect(statSync(`${file}.part`).size).toBe(50_000);
  });
});

it("goes on after the downloading process was killed", async () => {
  const server = await serve(CONTENT, { stallAfter: 120_000 });
  const file = join(scratch(), "file");
  const module = new URL("../../scripts/setup/download.mjs", import.meta.url).href;
  const program = `import { download } from "${module}"; await download("${server.url}", "${file}", { sha256: "${server.sha256}" });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  while (!existsSync(`${file}.part`) || statSync(`${file}.part`).size < 120_000) await sleep(20);
  child.kill("SIGKILL");
  await exited;
  server.behave({});
  await download(server.url, file, { sha256: server.sha256 });
  expect(server.ranges).toEqual([undefined, "bytes=120000-"]);
  expect(readFileSync(file).equals(CONTENT)).toBe(true);
});

describe("a wrong hash", () => {
  it("is refused with both hashes, and nothing is kept", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "file");
    const wrong = "0".repeat(64);
    const failure = await failureOf(download(server.url, file, { sha256: wrong }));
    expect(failure.message).toContain(server.sha256);
    expect(failure.message).toContain(wrong);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it("of a damaged part costs one failure, and the next call starts afresh", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "file");
    writeFileSync(`${file}.part`, randomBytes(1000));
    expect((await failureOf(download(server.url, file, { sha256: server.sha256 }))).message).toContain("has SHA-256");
    await download(server.url, file, { sha256: server.sha256 });
    expect(server.ranges).toEqual(["bytes=1000-", undefined]);
  });

  it("of a file already there has it replaced", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "file");
    writeFileSync(file, "older");
    await download(server.url, file, { sha256: server.sha256 });
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });
});

describe("a server that", () => {
  it("ignores ranges sends the file from the start", async () => {
    const server = await serve(CONTENT, { ignoreRange: true });
    const file = join(scratch(), "file");
    writeFileSync(`${file}.part`, CONTENT.subarray(0, 1000));
    await download(server.url, file, { sha256: server.sha256 });
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });

  it("has nothing after the part means that the part is complete", async () => {
    const server = await serve(CONTENT);
    const file = join(scratch(), "file");
    writeFileSync(`${file}.part`, CONTENT);
    await download(server.url, file, { sha256: server.sha256 });
    expect(readFileSync(file).equals(CONTENT)).toBe(true);
  });

  it("sends another range than asked for is refused, and the part stays as it was", async () => {
    const server = await serve(CONTENT, { shift: 1 });
    const file = join(scratch(), "file");
    writeFileSync(`${file}.part`, CONTENT.subarray(0, 1000));
    expect((await failureOf(download(server.url, file, { sha256: server.sha256 }))).message).toContain("another range");
    expect(statSync(`${file}.part`).size).toBe(1000);
  });

  it.each([
    [404, "answered 404 Not Found"],
    [503, "answered 503 Service Unavailable"],
  ])("answers %d is quoted", async (status, text) => {
    const server = await serve(CONTENT, { status });
    const file = join(scratch(), "file");
    expect((await failureOf(download(server.url, file, { sha256: server.sha256 }))).message).toContain(text);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it("is not there is named", async () => {
    const failure = await failureOf(
      download("http://127.0.0.1:1/file", join(scratch(), "file"), { sha256: "0".repeat(64) }),
    );
    expect(failure.message).toMatch(/^http:\/\/127\.0\.0\.1:1\/file cannot be reached: ./);
  });
});

it.skipIf(!existsSync("/dev/full"))("says that the disk is full (skipped where there is no /dev/full)", async () => {
  const server = await serve(CONTENT);
  const file = join(scratch(), "file");
  symlinkSync("/dev/full", `${file}.part`);
  expect((await failureOf(download(server.url, file, { sha256: server.sha256 }))).message).toContain(
    "the disk is full",
  );
});

async function failureOf(work: Promise<void>) {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof SetupError)) throw failure ?? new Error("it did not fail");
  return failure;
}
