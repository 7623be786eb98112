/** As kill-real.test.ts, at ten moments of a longer search. */
import { test } from "vitest";
import { expectSameAfterKills } from "./killed-search.ts";

test("Zero-Cost-PT on NAS-Bench-201, SIGKILL ten times: the same events and the same answer", () =>
  expectSameAfterKills(10, 1500, { proposals: 5, validationBatches: 20, batch: 8 }));
