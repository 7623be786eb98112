/** `npm run mutate`: changes that fit, and a table that a later run goes on from. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Change, changed, changesOf } from "../../../scripts/mutate/change.ts";
import { Results, stateOf } from "../../../scripts/mutate/results.ts";

const [sum, quoted] = changesOf(
  "statistics/mean",
  ["statistics/mean"],
  [
    ["sign", "a + b", "a - b"],
    ["mode", 'mode: "train", x', 'mode: "eval", x', "nothing, at all"],
  ],
) as [Change, Change];

describe("a change", () => {
  it("is of a source file, with the tests nearest to it", () => {
    expect(sum).toEqual({
      kind: "sign",
      file: "packages/archwright/src/statistics/mean.ts",
      from: "a + b",
      to: "a - b",
      tests: ["packages/archwright/test/statistics/mean.test.ts"],
    });
    expect(quoted.equivalent).toBe("nothing, at all");
  });

  it("takes the place of its old text, whatever signs are in it", () => {
    expect(changed("f(a + b);\n", sum)).toBe("f(a - b);\n");
    expect(changed("f(a + b);", { ...sum, to: "$& $1" })).toBe("f($& $1);");
  });

  it.each([
    ["no longer there", "f(a);", sum, "stands 0 times in packages/archwright/src/statistics/mean.ts"],
    ["there twice", "a + b; a + b", sum, "stands 2 times"],
    ["of two lines", "a\nb", { ...sum, from: "a\nb" }, "more than one line"],
    ["none", "a + b", { ...sum, to: "a + b" }, "are the same"],
  ])("is refused by its name where its old text is %s", (_, text, change, message) => {
    expect(() => changed(text, change)).toThrow(message);
    expect(() => changed(text, change)).toThrow("statistics/mean.ts (sign)");
  });
});

describe("the table", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "archwright-test-"));
    path = join(folder, "results.csv");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("tells a later run what was tried, as long as file and tests are the same", () => {
    const first = new Results(path);
    first.add(quoted, "state1", "equivalent");
    first.write([sum, quoted]);
    const later = new Results(path);
    expect(later.of(quoted, "state1")).toBe("equivalent");
    expect(later.of(quoted, "state2")).toBeUndefined();
    expect(later.of(sum, "state1")).toBeUndefined();
    later.add(sum, "state1", "noticed");
    later.write([sum, quoted]);
    expect(readFileSync(path, "utf8")).toBe(
      [
        "outcome,kind,file,from,to,reason,state",
        "noticed,sign,packages/archwright/src/statistics/mean.ts,a + b,a - b,,state1",
        'equivalent,mode,packages/archwright/src/statistics/mean.ts,"mode: ""train"", x","mode: ""eval"", x","nothing, at all",state1',
        "",
      ].join("\n"),
    );
  });

  it("goes by the contents of the file and of every test", () => {
    const contents: Record<string, string> = { [sum.file]: "source", [sum.tests[0] as string]: "test" };
    const state = (): string => stateOf(sum, (file) => contents[file] as string);
    const before = state();
    expect(state()).toBe(before);
    contents[sum.tests[0] as string] = "another test";
    expect(state()).not.toBe(before);
    contents[sum.tests[0] as string] = "test";
    contents[sum.file] = "another source";
    expect(state()).not.toBe(before);
  });
});
