/** Hyperparameters as the command line takes them. */
import { expect, test } from "vitest";
import { parseOptions } from "../../src/cli/options.ts";
import { imageSizeOption, setOption, settingsOf } from "../../src/cli/request-options.ts";

const settings = (...args: string[]) => settingsOf(parseOptions(args, [setOption(""), imageSizeOption]));

test("are key=value, of which the value may hold anything", () => {
  expect(settings("--set", "a=1", "--set=b=c=d", "--set", "e=")).toEqual({ a: "1", b: "c=d", e: "" });
  for (const text of ["a", "=1"]) expect(() => settings("--set", text)).toThrow(`--set takes key=value, not "${text}"`);
});

test("--image-size is one of them, not to be given twice", () => {
  expect(settings("--image-size", "64", "--set", "a=1")).toEqual({ a: "1", imageSize: "64" });
  expect(() => settings("--image-size", "64", "--set", "imageSize=32")).toThrow("are the same; give one of them");
});
