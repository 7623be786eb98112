/** A training of an autoencoder as a run: its directory, kills, stops, what it refuses, and what can be asked of it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { embed } from "../../../src/cli/commands/embed.ts";
import { commonOptions, parseOptions } from "../../../src/cli/options.ts";
import { decodePoints } from "../../../src/runs/embed/decode.ts";
import { readEmbeddingFile } from "../../../src/runs/embed/embedding-file.ts";
import { evaluateEmbedding } from "../../../src/runs/embed/evaluate.ts";
import { openEmbedding } from "../../../src/runs/embed/open-embedding.ts";
import { resumeEmbedding, trainEmbedding } from "../../../src/runs/embed/train-embedding.ts";
import { start } from "../processes.ts";
import { temporaryFolder } from "../temporary.ts";
import { smallRequest } from "./small-request.ts";

const main = new URL("../../../src/cli/main.ts", import.meta.url);
const archwright = (...args: string[]) => start(main, ["embed", ...args]).ended;
/** The same in this process, for what is refused. */
const called = async (...args: string[]) => embed.run(parseOptions(args, [...embed.options, ...commonOptions], 1));
/** Processes load libtorch: a second each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };

const left = (directory: string): string[] =>
  ["events.jsonl", "checkpoint/state.safetensors"].map((name) => readFileSync(join(directory, name), "latin1"));
const lines = (path: string): number => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);

test("killed in the middle and stopped by a signal, it goes on to the same bits", PATIENT, async () => {
  const folder = temporaryFolder();
  const [straight, killed] = [join(folder, "straight"), join(folder, "killed")];
  await trainEmbedding(smallRequest(straight, 8));

  const process = start(new URL("./train-process.ts", import.meta.url), [killed, "8"]);
  while (lines(join(killed, "events.jsonl")) < 1) await new Promise((resolve) => setTimeout(resolve, 2));
  process.child.kill("SIGKILL");
  expect((await process.ended).signal).toBe("SIGKILL");
  expect(readEmbeddingFile(killed).status).toBe("running");

  const stop = new AbortController();
  const stopped = await resumeEmbedding(killed, { signal: stop.signal, onProgress: () => stop.abort() });
  expect(stopped.status).toBe("interrupted");
  expect((await resumeEmbedding(killed)).status).toBe("finished");
  expect(left(killed)).toEqual(left(straight));
  expect(readEmbeddingFile(killed)).toMatchObject({
    status: "finished",
    graphs: { train: 18, heldOut: 2 },
    request: {
      command: expect.stringContaining(
        "archwright embed train --space nasbench201 --sample 20 --seed 3 --set epochs=8",
      ),
    },
  });
});

test("what it has learnt can be encoded, decoded and evaluated", PATIENT, async () => {
  const folder = temporaryFolder();
  const [directory, csv] = [join(folder, "embedding"), join(folder, "points.csv")];
  await trainEmbedding(smallRequest(directory, 2));

  const wrote = await archwright("encode", "--embedding", directory, "--sample", "3", "--out", csv);
  expect(wrote, wrote.stderr).toMatchObject({ status: 0, stdout: "" });
  expect(readFileSync(csv, "utf8").split("\n")[0]).toBe("architecture,z0,z1,z2,z3");
  const decoded = await archwright("decode", "--embedding", directory, "--points", csv, "--draws", "5", "--json");
  const points = JSON.parse(decoded.stdout);
  expect(points).toHaveLength(3);
  for (const { graphs, valid, distinct, count } of points) {
    expect(graphs).toBe(5);
    expect(valid).toBeLessThanOrEqual(5);
    expect(Math.max(distinct, count)).toBeLessThanOrEqual(valid);
  }
  const evaluated = await archwright("evaluate", "--embedding", directory, "--prior", "20", "--json");
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ heldOut: 2, prior: { valid: expect.any(Number) } });

  const trained = readEmbeddingFile(directory);
  expect(trained.elapsedSeconds).toBeGreaterThan(0);
  using embedding = openEmbedding(directory);
  const twice = [1, 2].map(() => decodePoints(embedding, [[0, 0, 0, 0]], { draws: 20, seed: 1 }));
  expect(twice[0]).toEqual(twice[1]);
  expect(evaluateEmbedding(embedding, { points: 20, seed: 5 })).toEqual(
    evaluateEmbedding(embedding, { points: 20, seed: 5 }),
  );
  for (const [args, message] of [
    [["decode", "--point", "1,2"], "--point has 2 numbers; the latent space has 4 dimensions"],
    [["decode", "--point", "1,2,x,4"], '--point takes numbers separated by commas, not "x"'],
    [["decode"], "one of --point, --points and --prior is needed"],
    [["encode", "--arch", "|x~0|"], "architecture"],
    [["encode", "--arch", "x", "--draws", "3"], "--draws is no option of embed encode, which takes --embedding"],
  ] as const) {
    await expect(called(args[0], "--embedding", directory, ...args.slice(1))).rejects.toThrow(message);
  }
});

test("architectures that changed since are noticed when it goes on", PATIENT, async () => {
  const folder = temporaryFolder();
  const [file, directory] = [join(folder, "cells.txt"), join(folder, "embedding")];
  const cell = (last: string): string => `|none~0|+|none~0|none~1|+|none~0|none~1|${last}~2|`;
  writeFileSync(file, ["none", "skip_connect", "avg_pool_3x3"].map(cell).join("\n"));
  const graphs = { from: "file", path: file } as const;
  await trainEmbedding({ ...smallRequest(directory, 1), graphs });
  expect(readEmbeddingFile(directory).graphs).toMatchObject({ train: 3, heldOut: 0 });
  writeFileSync(file, ["none", "skip_connect", "nor_conv_3x3"].map(cell).join("\n"));
  await expect(resumeEmbedding(directory)).rejects.toThrow("was trained on have changed since; restore them");
  using embedding = openEmbedding(directory);
  expect(() => evaluateEmbedding(embedding)).toThrow("have changed since");
});

test.each<[string[], string]>([
  [["train", "--space", "darts", "--sample", "5"], "the architectures of darts have no graphs to embed"],
  [["train", "--space", "nasbench201"], "which architectures? one of --arch, --file, --sample and --all is needed"],
  [["train", "--space", "nasbench201", "--all", "--set", "epoch=3"], 'unknown setting of the training "epoch"'],
  [["train", "--space", "nasbench201", "--all", "--set", "batch=0"], "--set batch: Too small"],
  [["train", "--space", "nasbench201", "--all", "--preset", "smal"], 'did you mean "small"?'],
  [["train", "--sample", "3"], "--space is missing"],
  [["trian"], 'unknown part of embed "trian"; did you mean "train"?'],
  [[], "what is to be done? one of train, encode, decode, evaluate"],
  [["evaluate", "--embedding", "/nowhere"], "/nowhere does not exist; give a directory that"],
  [["train", "--resume", "x", "--space", "nasbench201"], "leave out --space"],
])("embed %j is refused", async (args, message) => {
  await expect(called(...args)).rejects.toThrow(message);
});

test("a text that is no architecture is refused in one line, and nothing is left", PATIENT, async () => {
  const out = join(temporaryFolder(), "embedding");
  const ended = await archwright("train", "--space", "nasbench201", "--arch", "x", "--out", out, "--quiet");
  expect(ended.stderr).toMatch(/^archwright: .*architecture.*\n$/);
  expect(ended).toMatchObject({ status: 2, stdout: "" });
  expect(existsSync(out)).toBe(false);
});
