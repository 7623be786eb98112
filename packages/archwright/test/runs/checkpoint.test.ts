/** Checkpoints: what is read is what was written, or an error that says what to do. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors, type Tensor, tensor } from "@archwright/torch";
import { expect, test } from "vitest";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../src/runs/checkpoint.ts";
import { temporaryFolder } from "./temporary.ts";

const events = { bytes: 12, count: 1, sha256: "0".repeat(64) };

/** A run directory with a checkpoint in which everything says `n`. */
function written(n: number, directory = temporaryFolder()): string {
  using alpha = tensor([n, 2.5, Number.NaN], [3]);
  writeCheckpoint(directory, { state: { tensors: { alpha }, json: { step: n, draws: [0.1, -0] } }, events });
  return directory;
}

function stepOf(directory: string): number {
  const { state } = readCheckpoint(directory) as Checkpoint;
  const alpha = state.tensors.alpha as Tensor;
  const [first] = alpha.toArray();
  alpha.dispose();
  expect((state.json as { step: number }).step).toBe(first);
  return first as number;
}

test("a checkpoint gives back tensors, state and events, and replaces the one before", () => {
  const before = liveTensors();
  const directory = written(1);
  expect(stepOf(directory)).toBe(1);
  written(2, directory);
  expect(stepOf(directory)).toBe(2);
  expect(readCheckpointEvents(directory)).toEqual(events);
  expect(liveTensors()).toBe(before);
});

test("there is none before the first", () => {
  expect(readCheckpoint(temporaryFolder())).toBeUndefined();
});

test("killed while the new one is written: the present one counts, and can be replaced", () => {
  const directory = written(1);
  cpSync(join(directory, "checkpoint"), join(directory, "checkpoint-new"), { recursive: true });
  truncateSync(join(directory, "checkpoint-new", "state.json"), 5);
  expect(stepOf(directory)).toBe(1);
  written(2, directory);
  expect(stepOf(directory)).toBe(2);
  expect(existsSync(join(directory, "checkpoint-new"))).toBe(false);
});

test("killed after the present one stepped aside: the one aside counts, and can be replaced", () => {
  const directory = written(1);
  renameSync(join(directory, "checkpoint"), join(directory, "checkpoint-old"));
  expect(stepOf(directory)).toBe(1);
  written(2, directory);
  expect(stepOf(directory)).toBe(2);
  expect(existsSync(join(directory, "checkpoint-old"))).toBe(false);
});

test("killed while the old one is removed: the new one counts", () => {
  const directory = written(2);
  cpSync(join(directory, "checkpoint"), join(directory, "checkpoint-old"), { recursive: true });
  rmSync(join(directory, "checkpoint-old", "state.json"));
  expect(stepOf(directory)).toBe(2);
  written(3, directory);
  expect(stepOf(directory)).toBe(3);
});

test.each(["state.json", "state.safetensors"])("any flipped bit of %s is noticed", (file) => {
  const directory = written(1);
  const path = join(directory, "checkpoint", file);
  const bytes = readFileSync(path);
  for (let bit = 0; bit < bytes.length * 8; bit += 3) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    writeFileSync(path, flipped);
    expect(() => readCheckpoint(directory), `bit ${bit}`).toThrow(
      expect.objectContaining({
        name: "ArchwrightError",
        code: "run",
        message: expect.stringMatching(/start a new (run|one)$/),
      }),
    );
  }
});

test.each(["state.json", "state.safetensors"])("%s cut off or gone is noticed", (file) => {
  const directory = written(1);
  const path = join(directory, "checkpoint", file);
  const length = readFileSync(path).length;
  for (const kept of [length - 1, length >> 1, 0]) {
    truncateSync(path, kept);
    expect(() => readCheckpoint(directory)).toThrow(`${path} is damaged`);
  }
  rmSync(path);
  expect(() => readCheckpoint(directory)).toThrow(`${path} is damaged: it cannot be read (ENOENT)`);
});

test("another version's checkpoint is refused by name", () => {
  const directory = written(1);
  const path = join(directory, "checkpoint", "state.json");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace('"format":2', '"format":1'));
  expect(() => readCheckpoint(directory)).toThrow(
    `${path} has format 1, this version of archwright reads format 2: continue the run with the version that wrote it`,
  );
});

function readCheckpointEvents(directory: string): unknown {
  const { state, events: read } = readCheckpoint(directory) as Checkpoint;
  for (const each of Object.values(state.tensors)) each.dispose();
  return read;
}
