/** Importing this file checks after every test of the importing file that no tensor was left behind. */
import { afterEach, beforeEach, expect } from "vitest";
import { liveTensors } from "../../src/index.ts";

let before = 0;

beforeEach(() => {
  before = liveTensors();
});

afterEach(() => {
  expect(liveTensors(), "live tensors after the test").toBe(before);
});
