/** The progress display: a bar on a terminal, lines elsewhere, and a rate that counts this process's work only. */
import { expect, test } from "vitest";
import { ProgressDisplay } from "../../src/cli/progress.ts";

function display(terminal: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const clock = { now: 100 };
  const progress = new ProgressDisplay({ ...terminal, write: (text) => written.push(text) }, () => clock.now);
  return { written, clock, progress };
}
const at = (done: number, total?: number) => ({ done, total, label: "proposal 1" });

test("without a terminal there is a line at the start and then one every five seconds", () => {
  const { written, clock, progress } = display();
  for (let second = 0; second <= 12; second++) {
    clock.now = 100 + second;
    progress.update(at(second, 48));
  }
  expect(written).toEqual([
    "0%  0/48  proposal 1\n",
    "10%  5/48  proposal 1  1.0/s  43 s left\n",
    "20%  10/48  proposal 1  1.0/s  38 s left\n",
  ]);
});

test("what was done before a resume does not count into the rate", () => {
  const { written, clock, progress } = display();
  progress.update(at(1000, 1100));
  clock.now += 10;
  progress.update(at(1005, 1100));
  expect(written.at(-1)).toBe("91%  1005/1100  proposal 1  0.50/s  3 min 10 s left\n");
});

test("a terminal gets a bar that is redrawn in place, within its width, and taken away", () => {
  const { written, clock, progress } = display({ isTTY: true, columns: 40 });
  progress.update(at(0, 4));
  clock.now += 2;
  progress.update(at(1, 4));
  expect(written[1]).toBe("\r██████░░░░░░░░░░░░░░░░░░ 25%  1/4  prop\x1b[K");
  progress.clear();
  expect(written.at(-1)).toBe("\r\x1b[K");
  const count = written.length;
  progress.clear();
  expect(written).toHaveLength(count);
});

test("work without a known end shows how far it has come", () => {
  const { written, progress } = display();
  progress.update({ done: 0, label: "opening demo" });
  expect(written).toEqual(["opening demo\n"]);
});
