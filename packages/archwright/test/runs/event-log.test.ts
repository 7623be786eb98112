/** events.jsonl: appended, cut back to a checkpoint, checked. */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EventLog } from "../../src/runs/event-log.ts";
import type { SearchEvent } from "../../src/search/events.ts";
import { temporaryFolder } from "./temporary.ts";

const event = (proposal: number): SearchEvent => ({
  type: "validation",
  proposal,
  architecture: "a — text",
  batches: 1,
  score: proposal / 3,
});
const lines = (...proposals: number[]): string => proposals.map((n) => `${JSON.stringify(event(n))}\n`).join("");

function begun() {
  const path = join(temporaryFolder(), "events.jsonl");
  const log = EventLog.open(path);
  log.append([event(0), event(1)]);
  const position = log.sync();
  log.append([event(2)]);
  log.close();
  return { path, position };
}

test("events are lines; a resume cuts off what came after the checkpoint, whole or not", () => {
  const { path, position } = begun();
  expect(readFileSync(path, "utf8")).toBe(lines(0, 1, 2));
  expect(position).toMatchObject({ bytes: Buffer.byteLength(lines(0, 1)), count: 2 });
  appendFileSync(path, '{"type":"vali');
  const log = EventLog.open(path, position);
  log.append([event(7)]);
  expect(log.sync()).toMatchObject({ bytes: Buffer.byteLength(lines(0, 1, 7)), count: 3 });
  log.close();
  expect(readFileSync(path, "utf8")).toBe(lines(0, 1, 7));
});

test("a position taken after a resume equals one of a log never closed", () => {
  const { path, position } = begun();
  const resumed = EventLog.open(path, position);
  resumed.append([event(2)]);
  const straight = EventLog.open(`${path}-straight`);
  straight.append([event(0), event(1), event(2)]);
  expect(resumed.sync()).toEqual(straight.sync());
  resumed.close();
  straight.close();
});

test("events that are not those the checkpoint saw are refused", () => {
  const { path, position } = begun();
  const text = readFileSync(path);
  text[10] = (text[10] as number) ^ 1;
  writeFileSync(path, text);
  expect(() => EventLog.open(path, position)).toThrow(
    "is damaged: it is not what was written until the last checkpoint",
  );
  truncateSync(path, 20);
  expect(() => EventLog.open(path, position)).toThrow(`has 20 bytes, at the last checkpoint it had ${position.bytes}`);
});

test("without a checkpoint the file begins anew", () => {
  const { path } = begun();
  EventLog.open(path).close();
  expect(readFileSync(path, "utf8")).toBe("");
});
