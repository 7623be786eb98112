/** Files of format 1, in which some proxies had other names: they go on with the same scores, or are refused. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readRunFile } from "../../src/runs/run-directory.ts";
import { readScoringFile } from "../../src/runs/score/scores-file.ts";
import { newRunFile } from "./fake-run.ts";
import { begunScoring } from "./score/begun-scoring.ts";
import { temporaryFolder } from "./temporary.ts";

function runWith(settings: Record<string, unknown>): string {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...newRunFile(), format: 1, settings }));
  return directory;
}

it.each([
  ["nwot", "nwot_eval"],
  ["naswot", "nwot"],
  ["synflow", "synflow"],
])("a run that was begun with the score %s goes on with %s", (old, now) => {
  expect(readRunFile(runWith({ score: old, proposals: 3 }))).toMatchObject({
    format: 2,
    settings: { score: now, proposals: 3 },
  });
});

it("a guided run whose events hold old names is refused, and one without them is not", () => {
  expect(() => readRunFile(runWith({ fitness: "synflow+naswot+flops" }))).toThrow(
    "named proxies otherwise: naswot is nwot now, flops is macs; start it again",
  );
  expect(readRunFile(runWith({ fitness: "synflow+snip" })).settings).toEqual({ fitness: "synflow+snip" });
});

it("a table of scores with old names is refused with what to do, and one without them is not", () => {
  const path = join(temporaryFolder(), "scores.csv");
  const write = (...proxies: string[]) =>
    writeFileSync(`${path}.json`, JSON.stringify({ ...begunScoring({ proxies, total: 3 }), format: 1 }));
  write("snip", "nwot");
  expect(() => readScoringFile(path)).toThrow(/nwot is nwot_eval now; to compare its scores, rename these columns/);
  write("snip", "params");
  expect(readScoringFile(path).format).toBe(2);
});
