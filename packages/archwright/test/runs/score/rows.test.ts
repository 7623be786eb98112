/** Rows in order from processes that finish out of order, one score for each network. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Scores } from "../../../src/runs/score/messages.ts";
import type { ScoringPool } from "../../../src/runs/score/pool.ts";
import { scoredRows } from "../../../src/runs/score/rows.ts";
import type { ScoreRow } from "../../../src/runs/score/scores-file.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";

const space = findArchitectureSpace("nasbench-macro");
/** Stages of which two digits each differ in the order of an identity: pairs of the same network. */
const digit = fc.constantFrom("0", "1");
const architecture = fc.tuple(digit, digit).map(([a, b]) => `00${a === b ? "0" : "1"}${a}${b}000`);

const scoreOf = (text: string): number => Number.parseInt([...text].sort().join(""), 3);
const networkOf = (text: string): string => space.format(space.canonical?.(space.parse(text)));

/** Answers after a while of its own. */
function slowPool(delays: readonly number[], answer: (text: string) => Scores | undefined) {
  const asked: string[] = [];
  const pool = {
    score: async (text: string, cancelled: () => boolean): Promise<Scores | undefined> => {
      const delay = delays[asked.push(text) % delays.length] as number;
      for (let i = 0; i < delay; i++) await Promise.resolve();
      return cancelled() ? undefined : answer(text);
    },
  };
  return { pool: pool as unknown as ScoringPool, asked };
}

async function collect(rows: AsyncIterable<ScoreRow>, most = Number.POSITIVE_INFINITY): Promise<ScoreRow[]> {
  const found: ScoreRow[] = [];
  for await (const row of rows) {
    found.push(row);
    if (found.length === most) break;
  }
  return found;
}

const running = () => false;

/** By the definition: the first row of a network has its score, the others its score and a note. */
function expectedRows(texts: readonly string[]): ScoreRow[] {
  const firsts = new Map<string, number>();
  return texts.map((text, index): ScoreRow => {
    const first = firsts.get(networkOf(text));
    if (first === undefined) firsts.set(networkOf(text), index);
    const scores = [scoreOf(texts[first ?? index] as string)];
    const own = { index, architecture: text, scores };
    return first === undefined ? own : { ...own, note: `same network as ${first}` };
  });
}

const inputs = fc.record({
  texts: fc.array(architecture, { minLength: 1, maxLength: 20 }),
  delays: fc.array(fc.nat(30), { minLength: 1, maxLength: 7 }),
  already: fc.nat(20),
});

test("are in order and each network is scored once, whatever finishes first, and also in a continued table", async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async ({ texts, delays, already }) => {
      const expected = expectedRows(texts);
      const written = expected.slice(0, already);
      const { pool, asked } = slowPool(delays, (text) => ({ scores: [scoreOf(text)] }));
      const rows = await collect(scoredRows(pool, { space, texts, written, cancelled: running }));
      expect(rows).toEqual(expected.slice(already));
      const known = new Set(written.map((row) => networkOf(row.architecture)));
      const fresh = rows.map((row) => networkOf(row.architecture)).filter((network) => !known.has(network));
      expect(asked.map(networkOf)).toEqual([...new Set(fresh)]);
    }),
  );
});

test("end at the first that is missing when the scoring is stopped", async () => {
  // The first layers of two stages, in which an identity counts.
  const texts = Array.from({ length: 9 }, (_, i) => `${Math.floor(i / 3)}0${i % 3}00000`);
  let answered = 0;
  const { pool } = slowPool([3], (text) => {
    answered++;
    return { scores: [scoreOf(text)] };
  });
  const cancelled = (): boolean => answered >= 4;
  const rows = await collect(scoredRows(pool, { space, texts, written: [], cancelled }));
  expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
});

test("the note of the first goes with its scores to the others", async () => {
  const note = "nwot is NaN";
  const { pool } = slowPool([0], () => ({ scores: [Number.NaN, undefined], note }));
  const rows = await collect(
    scoredRows(pool, { space, texts: ["00010000", "00001000"], written: [], cancelled: running }),
  );
  expect(rows.map((row) => row.note)).toEqual([note, `same network as 0: ${note}`]);
  expect(rows[1]?.scores).toEqual([Number.NaN, undefined]);
});

test("more wait for a slow one than are ever kept, and nothing is lost", async () => {
  const texts = [...(space.enumerate?.() ?? [])].slice(0, 700).map((one) => space.format(one));
  let first = true;
  const slow = async (text: string): Promise<Scores> => {
    if (first) {
      first = false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { scores: [scoreOf(text)] };
  };
  const pool = { score: slow } as unknown as ScoringPool;
  const rows = await collect(scoredRows(pool, { space, texts, written: [], cancelled: running }));
  expect(rows).toEqual(expectedRows(texts));
});

test("an error that is no architecture's ends them, after the rows before it", async () => {
  const { pool } = slowPool([5, 1], (text) => {
    if (text === "22222222") throw new Error("no disk");
    return { scores: [1] };
  });
  const rows: ScoreRow[] = [];
  const work = async (): Promise<void> => {
    const texts = ["00000000", "10000000", "22222222", "20000000"];
    for await (const row of scoredRows(pool, { space, texts, written: [], cancelled: running })) rows.push(row);
  };
  await expect(work()).rejects.toThrow("no disk");
  expect(rows.map(({ index }) => index)).toEqual([0, 1]);
});
