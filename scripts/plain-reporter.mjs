/** A vitest reporter whose only output is the very last line: `N passed, N failed`, with `, N skipped` when there are any. */

export default class PlainReporter {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const line = closingLine(modules, unhandledErrors);
    // Other reporters, and vitest itself, may still print after this event.
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}

/** A file that does not load, and an error outside of any test, count as one failure each. */
export function closingLine(modules, unhandledErrors) {
  const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    let failures = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "failed") failures++;
      else if (state === "passed" || state === "skipped") count[state]++;
    }
    count.failed += failures === 0 && module.state() === "failed" ? 1 : failures;
  }
  const skipped = count.skipped === 0 ? "" : `, ${count.skipped} skipped`;
  return `${count.passed} passed, ${count.failed} failed${skipped}`;
}
