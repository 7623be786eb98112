/** The table of scores and its description: what is written is what is read, cut off anywhere. */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeParents } from "../../../src/runs/files.ts";
import {
  headerOf,
  lineOf,
  readScores,
  readScoringFile,
  requireFreeTable,
  type ScoreRow,
} from "../../../src/runs/score/scores-file.ts";
import { ScoresTable } from "../../../src/runs/score/scores-table.ts";
import { temporaryFolder } from "../temporary.ts";
import { begunScoring } from "./begun-scoring.ts";

const proxies = ["params", "snip"];
const tablePath = (): string => join(temporaryFolder(), "scores.csv");

const score = fc.oneof(fc.double(), fc.constant(undefined)).map((value) => (value === 0 ? 0 : value));
const rowsOf = fc
  .array(
    fc.record({
      architecture: fc.string({ unit: fc.constantFrom("|", ",", '"', "a", "(", " ") }),
      scores: fc.tuple(score, score),
      note: fc.option(fc.string({ minLength: 1, unit: fc.constantFrom("a", ",", '"', ";") }), { nil: undefined }),
    }),
    { maxLength: 6 },
  )
  .map((rows) =>
    rows.map(
      ({ architecture, scores, note }, index): ScoreRow => ({
        index,
        architecture,
        scores,
        ...(note === undefined ? {} : { note }),
      }),
    ),
  );

/** A table of these rows, which is not closed as finished. */
function written(rows: readonly ScoreRow[]): string {
  const path = tablePath();
  const table = ScoresTable.create(path, begunScoring({ proxies, total: rows.length + 1 }));
  for (const row of rows) table.append(row);
  table.end("interrupted");
  return path;
}

describe("the table", () => {
  it("is read as it was written, to the last bit", () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const path = written(rows);
        expect(readScores(path, proxies).rows).toEqual(rows);
        expect(readFileSync(path, "utf8").split("\n")[0]).toBe("index,architecture,params,snip,note");
      }),
      { numRuns: 20 },
    );
  });

  it("cut off at any byte, is continued to what it would have been", () => {
    const rows = [0, 1, 2].map((index) => ({ index, architecture: `a,${index}`, scores: [index, 0.1], note: "odd" }));
    const whole = readFileSync(written(rows), "utf8");
    for (let bytes = 0; bytes <= whole.length; bytes++) {
      const path = written(rows);
      truncateSync(path, bytes);
      const { rows: kept, length } = readScores(path, proxies);
      expect(kept).toEqual(rows.slice(0, Math.max(0, whole.slice(0, bytes).split("\n").length - 2)));
      const table = ScoresTable.open(path, readScoringFile(path), kept.length, length);
      for (const row of rows.slice(kept.length)) table.append(row);
      table.end("finished");
      expect(readFileSync(path, "utf8")).toBe(whole);
    }
  });

  const line = lineOf({ index: 0, architecture: "x", scores: [1, 2] });
  it.each([
    ["another first line", `${headerOf(["params"])}\n`, "its first line is not index,architecture,params,snip,note"],
    ["what is no table", "PK\u0003", "its first line is not index,architecture,params,snip,note"],
    ["a field too few", "0,x,1,2\n", "line 2: expected 5 fields, found 4"],
    ["a line lost", `${line}\n${line.replace("0,", "2,")}\n`, "line 3 has the index 2 instead of 1"],
    ["a word for a score", "0,x,1,two,\n", 'line 2: "two" is no score'],
  ])("with %s is refused by its name", (_, content, why) => {
    const path = join(temporaryFolder(), "scores.csv");
    const isWhole = content.startsWith("index") || content.startsWith("PK");
    writeFileSync(path, isWhole ? content : `${headerOf(proxies)}\n${content}`);
    expect(() => readScores(path, proxies)).toThrow(
      `${path} is damaged: ${why}; restore it from a copy, or score again`,
    );
  });

  it("a quoted field that does not end is named with its line", () => {
    const path = written([]);
    appendFileSync(path, '0,"x,1,2,\n');
    expect(() => readScores(path, proxies)).toThrow(`${path}: line 2: a quoted field does not end`);
  });
});

describe("the description", () => {
  it("says how far the table is", () => {
    const path = tablePath();
    const begun = begunScoring({ proxies, total: 2 });
    const table = ScoresTable.create(path, { ...begun, elapsedSeconds: 100 });
    expect(readScoringFile(path)).toEqual({ ...begun, elapsedSeconds: 100 });
    table.append({ index: 0, architecture: "x", scores: [1, undefined], note: "snip failed" });
    const seconds = table.end("failed", "no disk");
    expect(seconds).toBeGreaterThanOrEqual(100);
    expect(readScoringFile(path)).toMatchObject({
      status: "failed",
      error: "no disk",
      done: 1,
      elapsedSeconds: seconds,
    });
    const again = ScoresTable.open(path, readScoringFile(path), 1, readScores(path, proxies).length);
    again.end("interrupted");
    expect(readScoringFile(path)).not.toHaveProperty("error");
  });

  it("is what makes a table one", () => {
    const path = join(temporaryFolder(), "scores.csv");
    expect(() => readScoringFile(path)).toThrow(`${path} does not exist; give a table that \`archwright score\``);
    writeFileSync(path, `${headerOf(proxies)}\n`);
    expect(() => readScoringFile(path)).toThrow(`${path} has no ${path}.json beside it`);
  });

  it.each([
    ["{", "is damaged: it is not JSON"],
    ["null", "is damaged: "],
    [JSON.stringify({ ...begunScoring({ proxies, total: 1 }), format: 3 }), "is damaged: format: "],
    [JSON.stringify({ ...begunScoring({ proxies, total: 1 }), done: -1 }), "is damaged: done: "],
    [JSON.stringify({ ...begunScoring({ proxies: [], total: 1 }) }), "is damaged: request.proxies: "],
  ])("%s is refused by its name", (content, why) => {
    const path = join(temporaryFolder(), "scores.csv");
    writeFileSync(`${path}.json`, content);
    expect(() => readScoringFile(path)).toThrow(`${path}.json ${why}`);
  });
});

it("neither a table nor a description is written over", () => {
  for (const ending of ["", ".json"]) {
    const path = join(temporaryFolder(), "scores.csv");
    expect(() => requireFreeTable(path)).not.toThrow();
    writeFileSync(`${path}${ending}`, "");
    // Without a description there is nothing to continue.
    const go = ending === "" ? "" : `continue it with \`archwright score --resume ${path}\`, or `;
    expect(() => requireFreeTable(path)).toThrow(`${path}${ending} exists; ${go}choose another --out`);
  }
});

it("a folder that cannot be made is named", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  const path = join(folder, "file", "scores.csv");
  expect(() => makeParents(path)).toThrow(`cannot write ${path}: `);
  expect(existsSync(path)).toBe(false);
});
