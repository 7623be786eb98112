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
import { runTests } from "./tests.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readIn =
  (tree: string) =>
  (path: string): string =>
    readFileSync(join(tree, path), "utf8");
const read = readIn(root);
const results = new Results(fileURLToPath(new URL("results.csv", import.meta.url)));

/** Every entry must still fit, also those that are not tried now. */
function check(change: Change): void {
  stripTypeScriptTypes(changed(read(change.file), change));
  for (const test of change.tests) read(test);
}

/** Test files that were seen to pass unchanged. */
const sound = new Set<string>();

function requireSound(copy: string, tests: readonly string[]): void {
  const unseen = tests.filter((test) => !sound.has(test));
  if (unseen.length === 0) return;
  const { passed, output } = runTests(copy, unseen);
  if (!passed) throw new Error(`these tests fail without any change: ${unseen.join(", ")}\n${output}`);
  for (const test of unseen) sound.add(test);
}

function attempt(copy: string, change: Change): void {
  const path = join(copy, change.file);
  const text = readFileSync(path, "utf8");
  requireSound(copy, change.tests);
  const state = stateOf(change, readIn(copy));
  writeFileSync(path, changed(text, change));
  const { passed } = runTests(copy, change.tests);
  writeFileSync(path, text);
  const unnoticed = change.equivalent === undefined ? "unnoticed" : "equivalent";
  results.add(change, state, passed ? unnoticed : "noticed");
  results.write(changes);
  console.log(`${passed ? unnoticed : "noticed"}  ${describe(change)}`);
}

const wanted = process.argv.slice(2);
for (const change of changes) check(change);
const asked = changes.filter(({ file }) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const due = asked.filter((change) => results.of(change, stateOf(change, read)) === undefined);
console.log(`${asked.length} changes, ${due.length} to be tried`);
if (due.length > 0) {
  using copy = copyTree(root);
  for (const change of due) attempt(copy.root, change);
}
results.write(changes);
const outcomes = asked.map((change) => ({ change, outcome: results.of(change, stateOf(change, read)) }));
const missed = outcomes.filter(({ outcome }) => outcome === "unnoticed");
const count = (wantedOutcome: string): number => outcomes.filter(({ outcome }) => outcome === wantedOutcome).length;
console.log(`${count("noticed")} noticed, ${missed.length} unnoticed, ${count("equivalent")} equivalent`);
for (const { change } of missed) console.log(`unnoticed: ${describe(change)}`);
if (missed.length > 0) process.exitCode = 1;
