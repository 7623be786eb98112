/** A real search that is killed and continued ends in the bytes of one never stopped. */
import { test } from "vitest";
import { expectSameAfterKills } from "./killed-search.ts";

/** Five processes load libtorch in turn: seconds each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };

test("Zero-Cost-PT on NAS-Bench-201, SIGKILL three times: the same events and the same answer", PATIENT, () =>
  expectSameAfterKills("zero-cost-pt", 3, 400, { proposals: 1, validationBatches: 1, batch: 2 }),
);

test("DARTS-PT on NAS-Bench-201, SIGKILL twice, in its training and its decisions: the same", PATIENT, () =>
  expectSameAfterKills("darts-pt", 2, 1500, {
    epochs: 2,
    stepsPerEpoch: 3,
    batch: 2,
    finetuneEpochs: 1,
    comparisonBatches: 1,
  }),
);

test("evolution on NAS-Bench-201, SIGKILL twice: the same events and the same answer", PATIENT, () =>
  expectSameAfterKills("evolution", 2, 800, {
    evaluations: 20,
    population: 6,
    tournament: 3,
    batch: 2,
    maxParams: 1_000_000,
  }),
);
