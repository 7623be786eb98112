/** As kill-real.test.ts, at ten moments of a longer search, and for every method that trains. */
import { test } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { findRecipe, methods } from "../../src/methods/registry.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { expectSameAfterKills } from "./killed-search.ts";

test("Zero-Cost-PT on NAS-Bench-201, SIGKILL ten times: the same events and the same answer", () =>
  expectSameAfterKills("zero-cost-pt", 10, 1500, { proposals: 5, validationBatches: 20, batch: 8 }));

const small = {
  epochs: 3,
  stepsPerEpoch: 40,
  batch: 2,
  finetuneEpochs: 1,
  comparisonBatches: 1,
  warmup: 1,
  interval: 1,
  batchGrowth: 0,
};

test.each(methods.filter(({ update }) => update !== "none").map(({ name }) => name))(
  "%s, SIGKILL three times: the same events and the same answer",
  (method) => {
    const known = resolveMethod(findRecipe(method), {}, nasbench201).settings;
    return expectSameAfterKills(
      method,
      3,
      800,
      Object.fromEntries(Object.entries(small).filter(([key]) => key in known)),
    );
  },
);
