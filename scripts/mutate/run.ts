/**
 * Makes the changes of the table one at a time, in a copy of the tree, and runs the tests nearest to each: a change that
 * no test notices is a missing test. `npm run mutate`, or `npm run mutate -- data/ trainer` for the files that have one of
 * these in their names. Changes whose file and tests are as they were when they were tried are not tried again.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Change, changed, describe } from "./change.ts";
import { changes } from "./changes/all.ts";
import { copyTree } from "./copy.ts";
import { Results, stateOf } from "./results.ts";
import { Tests } from "./tests.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readIn =
  (tree: string) =>
  (path: string): string =>
    readFileSync(join(tree, path), "utf8");
const read = readIn(root);
const results = new Results(fileURLToPath(new URL("results.csv", import.meta.url)));

/** What is wrong with an entry: it must still fit, and what it makes of the file must be TypeScript. */
function problemOf(change: Change): string | undefined {
  try {
    stripTypeScriptTypes(changed(read(change.file), change));
    for (const test of change.tests) read(test);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Test files that were seen to pass unchanged. */
const sound = new Set<string>();

/** What a file notices means something only if it passes without the change, and after tests that failed. */
async function requireSound(tests: Tests, file: string): Promise<void> {
  if ((await tests.firstFailure([file])) !== undefined) throw new Error(`${file} fails without any change`);
  sound.add(file);
}

async function attempt(copy: string, tests: Tests, change: Change): Promise<void> {
  const path = join(copy, change.file);
  const text = readFileSync(path, "utf8");
  const state = stateOf(change, readIn(copy));
  const write = (content: string): void => {
    writeFileSync(path, content);
    tests.changed(change.file);
  };
  write(changed(text, change));
  const watchdog = setTimeout(() => {
    console.error(`no end after a quarter of an hour: ${describe(change)}`);
    process.exit(1);
  }, 900_000);
  const failed = await tests.firstFailure(change.tests);
  clearTimeout(watchdog);
  write(text);
  if (failed !== undefined && !sound.has(failed)) await requireSound(tests, failed);
  const outcome = failed !== undefined ? "noticed" : change.equivalent === undefined ? "unnoticed" : "equivalent";
  results.add(change, state, outcome);
  results.write(changes);
  console.log(`${outcome}  ${describe(change)}`);
}

const wanted = process.argv.slice(2);
const problems = changes.flatMap((change) => problemOf(change) ?? []);
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}
const asked = changes.filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const due = asked.filter((change) => results.of(change, stateOf(change, read)) === undefined);
console.log(`${asked.length} changes, ${due.length} to be tried`);
if (due.length > 0) {
  using copy = copyTree(root);
  await using tests = await Tests.open(copy.root);
  for (const change of due) await attempt(copy.root, tests, change);
  const [last] = sound;
  if (last !== undefined) await requireSound(tests, last);
}
results.write(changes);
const outcomes = asked.map((change) => ({ change, outcome: results.of(change, stateOf(change, read)) }));
const missed = outcomes.filter(({ outcome }) => outcome === "unnoticed");
const count = (wantedOutcome: string): number => outcomes.filter(({ outcome }) => outcome === wantedOutcome).length;
console.log(`${count("noticed")} noticed, ${missed.length} unnoticed, ${count("equivalent")} equivalent`);
for (const { change } of missed) console.log(`unnoticed: ${describe(change)}`);
process.exitCode = missed.length > 0 ? 1 : 0;
