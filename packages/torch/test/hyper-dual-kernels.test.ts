/** Batch norm and ReLU of values that carry derivatives along, against differentiating the library's operators twice. */
import { expect, test } from "vitest";
import { hyperDualNorm, scope, zeros } from "../src/index.ts";
import { cases } from "./support/hyper-dual-cases.ts";
import "./support/leaks.ts";
import { capabilities, errorsOn, hasProcessor } from "./support/processor.ts";

test.for(capabilities)("on processors up to %s", (capability, { skip }) => {
  skip(!hasProcessor(capability), `this processor has no ${capability}`);
  const errors = errorsOn(capability, "hyper-dual-kernels.ts");
  expect(Object.keys(errors)).toEqual(cases.map(({ name }) => name));
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
});

test("a batch that is not four minibatches is refused", () => {
  scope(() => {
    expect(() => hyperDualNorm(zeros([6, 4, 2, 2]), undefined, undefined, 1e-5)).toThrow(/4 minibatches|channels-last/);
    expect(() => hyperDualNorm(zeros([8, 1, 2, 2]), zeros([3]), undefined, 1e-5)).toThrow(/must have 1 elements/);
  });
});
