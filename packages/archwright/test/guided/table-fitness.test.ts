/** A column of a table as fitness, and local search by it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nasbench201Benchmark } from "../../src/benchmarks/nasbench201.ts";
import { localStrategy } from "../../src/guided/local-search.ts";
import { tableFitness } from "../../src/guided/table-fitness.ts";
import { Random } from "../../src/random.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const space = findArchitectureSpace("nasbench201");
const column = "table:nasbench201/cifar10-valid";
const best = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|";

it("has the table's values, larger being better", () => {
  const { fitness, value } = tableFitness(column, space);
  expect(value(space.parse(best))).toBeCloseTo(91.6067, 4);
  expect(value(space.parse(best))).toBe(Math.max(...nasbench201Benchmark.column("cifar10-valid")));
  expect(fitness.values([{ [column]: 3 }, { [column]: 5 }, {}])).toEqual([3, 5, Number.NEGATIVE_INFINITY]);
  expect(tableFitness("table:nasbench201/params", space).fitness.values([{ "table:nasbench201/params": 3 }])).toEqual([
    -3,
  ]);
});

it.each([
  ["table:nasbench201", "a table as fitness is table:NAME/METRIC"],
  ["table:nasbench201/cifar10-walid", 'unknown metric of nasbench201 "cifar10-walid"; did you mean "cifar10-valid"?'],
  ["table:nasbench-macro/cifar10-test", "nasbench-macro is a table of nasbench-macro, not of nasbench201"],
  ["table:nasbench-macr/cifar10-test", 'did you mean "nasbench-macro"?'],
])("%s is refused", (name, message) => {
  expect(() => tableFitness(name, space)).toThrow(message);
});

it("refuses a constant column; an architecture that a table lacks has no value", { timeout: 240_000 }, async () => {
  const folder = temporaryFolder();
  const [csv, table] = [join(folder, "some.csv"), join(folder, "some.table")];
  const other = best.replace("skip_connect", "none");
  writeFileSync(csv, `arch,same,speed\n${best},1,5\n${other},1,7\n`);
  const made = await start(main, ["import", "--format", "csv", "--space", "nasbench201", "--file", csv, "--out", table])
    .ended;
  expect(made.status, made.stderr).toBe(0);
  expect(() => tableFitness(`table:${table}/same`, space)).toThrow(
    /cannot search by same|same of .* is a setting|the same value of it everywhere \(1\)/,
  );
});

it("local search climbs from a random architecture by its neighbours, and begins anew when none is better", () => {
  const strategy = localStrategy(space, 3);
  const random = Random.stream(1, "test/local");
  const proposal = (parents: (number | undefined)[], values: number[]) =>
    strategy.propose(
      { architectures: parents.map(() => space.parse(best)), parents, fitness: () => values },
      0,
      random,
    );
  expect(proposal([], [])?.parent).toBeUndefined();
  expect(proposal([undefined], [1])?.parent).toBe(0);
  expect(proposal([undefined, 0], [1, 2])?.parent).toBe(1);
  expect(proposal([undefined, 0, 1, 1], [1, 2, 2, 0])?.parent).toBe(1);
  expect(proposal([undefined, 0, 0, 0], [5, 1, 2, 3])?.parent).toBeUndefined();
  // The climb under way alone counts.
  expect(proposal([undefined, 0, 0, 0, undefined], [5, 1, 2, 3, 1])?.parent).toBe(4);
});
