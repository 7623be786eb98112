/** Importing this file checks after every test of the importing file that no tensor was left behind. */
import { liveTensors } from "@archwright/torch";
import { afterEach, beforeEach, expect } from "vitest";

let before = 0;

beforeEach(() => {
  before = liveTensors();
});

afterEach(() => {
  expect(liveTensors(), "live tensors after the test").toBe(before);
});
