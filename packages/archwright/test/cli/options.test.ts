/** Reading options: what is given is what comes out, and what is wrong is named. */
import { homedir } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  largeNumber,
  milliseconds,
  type Option,
  parseOptions,
  requireOptions,
  wholeNumber,
} from "../../src/cli/options.ts";

const options: readonly Option[] = [
  { name: "space", value: "S", about: "", required: "resume" },
  { name: "seed", value: "N", about: "" },
  { name: "set", value: "key=value", about: "", repeatable: true },
  { name: "resume", value: "DIR", about: "" },
  { name: "arch", value: "A", about: "", required: true },
  { name: "json", about: "" },
  { name: "help", short: "h", about: "" },
];
const parse = (...args: string[]) => parseOptions(args, options, 1);

test("any value comes out as it was given, in either spelling", () => {
  const value = fc.string({ minLength: 1, unit: "binary" }).filter((text) => !/^(--|(@|\w+:)?~)/.test(text));
  fc.assert(
    fc.property(value, fc.boolean(), (text, inline) => {
      const given = inline ? parse(`--arch=${text}`) : parse("--arch", text);
      expect(given.text("arch")).toBe(text);
    }),
  );
});

test("no arguments at all make it throw anything but a usage error", () => {
  const word = fc.oneof(
    fc.constantFrom(...options.map(({ name }) => `--${name}`), "--", "-h", "-x", "--no-json", "="),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word), (args) => {
      try {
        requireOptions(parse(...args), options);
      } catch (error) {
        expect(error).toMatchObject({ name: "ArchwrightError", code: "usage" });
      }
    }),
  );
});

test("repeatable options keep their order; flags have no value; a position is one", () => {
  const given = parse("--set", "a=1", "--json", "spaces", "--set=b=2");
  expect(given.all("set")).toEqual(["a=1", "b=2"]);
  expect(given.has("json")).toBe(true);
  expect(given.positionals).toEqual(["spaces"]);
});

test.each([
  [["--sead", "1"], 'unknown option "--sead"; did you mean "--seed"?'],
  [["-x"], 'unknown option "-x" (there are: --space, --seed'],
  [["--no-json"], 'unknown option "--no-json"'],
  [["--seed"], "--seed needs a value: --seed N"],
  [["--seed", "--json"], "--seed needs a value: --seed N"],
  [["--seed="], "--seed needs a value: --seed N"],
  [["--json=yes"], '--json takes no value, got "yes"'],
  [["--seed", "1", "--seed", "2"], "--seed is given twice"],
  [["spaces", "methods"], 'unexpected argument "methods"'],
])("%j is refused", (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test("what is missing is named, unless another option stands for it", () => {
  const check = (...args: string[]) => requireOptions(parse(...args), options);
  expect(() => check()).toThrow("missing: --space S, --arch A");
  expect(() => check("--resume", "x", "--arch", "y")).not.toThrow();
});

test.each([
  ["~", ""],
  ["~/results/s.csv", "/results/s.csv"],
  ["folder:~/photos", "/photos", "folder:"],
  ["@~/cell.txt", "/cell.txt", "@"],
])("%s is below the home directory, as a value of its own and behind =", (text, rest, before = "") => {
  const path = `${before}${homedir()}${rest}`;
  expect(parse("--arch", text).text("arch")).toBe(path);
  expect(parse(`--arch=${text}`).text("arch")).toBe(path);
  expect(parseOptions([text], options, 1).positionals).toEqual([path]);
});

test.each(["a~/b", "~user/x", "x/~/y", "|nor_conv_3x3~0|", "folder:a~/b"])("%s has no home directory in it", (text) => {
  expect(parse("--arch", text).text("arch")).toBe(text);
});

test("whole numbers are digits and nothing else", () => {
  expect(wholeNumber(parse(), "seed")).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(), (n) => {
      expect(wholeNumber(parse("--seed", String(n)), "seed")).toBe(n);
    }),
  );
  for (const text of ["-1", "1.5", "1e3", "0x10", " 7", "seven", "١"]) {
    expect(() => wholeNumber(parse(`--seed=${text}`), "seed")).toThrow(
      `--seed must be a whole number from 0, not "${text}"`,
    );
  }
});

test.each<[string, number]>([
  ["850000", 850_000],
  ["300k", 300_000],
  ["1.1M", 1_100_000],
  ["2G", 2e9],
  ["1m", 1_000_000],
  ["0.5K", 500],
])("%s is a number", (text, value) => {
  expect(largeNumber(parse("--seed", text), "seed")).toBe(value);
});

test.each(["1x", "-1", "0", "0.0001", "M", "1.M", "1e6", "1 M", "1MB"])("%j is no large number", (text) => {
  expect(() => largeNumber(parse("--seed", text), "seed")).toThrow(
    `--seed must be a number above 0, as in 300k, 1.5M or 2G, not "${text}"`,
  );
});

test("milliseconds are read with and without their unit", () => {
  expect(milliseconds(parse("--seed", "20"), "seed")).toBe(20);
  expect(milliseconds(parse("--seed", "2.5ms"), "seed")).toBe(2.5);
  expect(milliseconds(parse(), "seed")).toBeUndefined();
  for (const text of ["0", "0ms", "20s", "-1", "ms", "1,5"]) {
    expect(() => milliseconds(parse("--seed", text), "seed")).toThrow(`not "${text}"`);
  }
});
