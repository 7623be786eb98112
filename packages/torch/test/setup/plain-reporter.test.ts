/** The closing line of a test run counts tests, files that do not load, and errors outside of tests. */
import { expect, it } from "vitest";

const { closingLine } = (await import(new URL("../../../../scripts/plain-reporter.mjs", import.meta.url).href)) as {
  closingLine(modules: readonly unknown[], unhandledErrors: readonly unknown[]): string;
};

const module = (state: string, ...tests: string[]) => ({
  state: () => state,
  children: { allTests: () => tests.map((test) => ({ result: () => ({ state: test }) })) },
});

it.each([
  ["0 passed, 0 failed", [], []],
  ["2 passed, 0 failed", [module("passed", "passed", "passed")], []],
  [
    "1 passed, 1 failed, 2 skipped",
    [module("failed", "passed", "failed"), module("skipped", "skipped", "skipped")],
    [],
  ],
  ["0 passed, 1 failed", [module("failed")], []],
  ["1 passed, 1 failed", [module("passed", "passed")], [new Error("outside")]],
])("%s", (line, modules, errors) => {
  expect(closingLine(modules, errors)).toBe(line);
});
