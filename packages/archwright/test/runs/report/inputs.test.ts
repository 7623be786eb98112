/** Reading run directories: whole, cut short, damaged. */
import { rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { parseEvents, readInputs } from "../../../src/runs/report/inputs.ts";
import { fakeSearch, formatNasBench201, nasBench201Template } from "./fixtures.ts";
import { fakeRun, lines, writeRun } from "./run-directory.ts";

const events = fakeSearch([nasBench201Template], { seed: 1, proposals: 2, format: formatNasBench201 });
const run = fakeRun([nasBench201Template]);
const directories: string[] = [];
const directory = async (...files: Parameters<typeof writeRun>): Promise<string> => {
  const path = await writeRun(...files);
  directories.push(path);
  return path;
};

afterEach(async () => {
  for (const path of directories.splice(0)) await rm(path, { recursive: true });
});

test("cut off anywhere, events.jsonl gives the events that are whole", () => {
  const text = lines(events);
  fc.assert(
    fc.property(fc.nat(text.length), (length) => {
      const parsed = parseEvents(text.slice(0, length), "events.jsonl");
      const ends = text.slice(0, length).split("\n").length - 1;
      expect(parsed.length - ends).toBeOneOf([0, 1]);
      expect(parsed).toEqual(events.slice(0, parsed.length));
    }),
  );
});

test("a damaged line elsewhere is named", () => {
  const text = `${lines(events.slice(0, 2))}{"type":\n${lines(events.slice(2))}`;
  expect(() => parseEvents(text, "events.jsonl")).toThrow("events.jsonl, line 3 is not an event: the file is damaged");
  expect(() => parseEvents("[1]\n", "events.jsonl")).toThrow("line 1");
});

test("events of unknown types are counted and left out", async () => {
  const later = [{ type: "memory", bytes: 1 }, ...events, { type: "alpha", values: [1] }];
  const inputs = await readInputs(await directory(run, lines(later)));
  expect(inputs.events).toEqual(events);
  expect(inputs.unknownEvents).toBe(2);
  expect(inputs.architecture).toBeUndefined();
});

test("a run that has not begun has no events.jsonl", async () => {
  const path = await directory(run, "");
  await unlink(join(path, "events.jsonl"));
  expect((await readInputs(path)).events).toEqual([]);
});

test("what is no run directory, is damaged or of another version is refused in one line", async () => {
  const path = await directory(run, "");
  await writeFile(join(path, "architecture.json"), '{"format":');
  await expect(readInputs(path)).rejects.toMatchObject({
    code: "run",
    message: expect.stringMatching(/^.*architecture\.json is damaged: it is not JSON$/),
  });
  await writeFile(join(path, "run.json"), '{"format":3}');
  await expect(readInputs(path)).rejects.toThrow("has format 3, this version of archwright reads format 1 and 2");
  await unlink(join(path, "run.json"));
  await expect(readInputs(path)).rejects.toThrow("is no run directory: it has no run.json");
});
