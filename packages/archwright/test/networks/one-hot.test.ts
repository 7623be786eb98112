/** A supernet with all weight on an architecture's operations is that architecture's network, to the last bit. */
import { noGrad, scope } from "@archwright/torch";
import "./leaks.ts";
import { expect, it } from "vitest";
import { oneHot } from "../../src/networks/mixture.ts";
import { discreteNetwork, supernet } from "../../src/networks/network.ts";
import { Random } from "../../src/random.ts";
import { darts } from "../../src/spaces/darts.ts";
import { dartsNoNone } from "../../src/spaces/darts-no-none.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { s1 } from "../../src/spaces/s1.ts";
import { s2 } from "../../src/spaces/s2.ts";
import { s3 } from "../../src/spaces/s3.ts";
import { randomArchitecture } from "../../src/spaces/sampling.ts";
import type { Space } from "../../src/spaces/space.ts";
import { customSpace, images, sized } from "./support.ts";

const cases: [Space, number][] = [
  [sized(nasbench201, 4, 1), 40],
  [sized(darts, 4, 4), 5],
  [sized(dartsNoNone, 4, 4), 8],
  [sized(s1, 4, 4), 6],
  [sized(s2, 4, 3), 4],
  [sized(s3, 4, 3), 4],
  [customSpace, 12],
];

it.each(cases.map(([space, count]) => ({ space, count, name: space.name })))(
  "equals the discrete network in $name",
  ({ space, count }) => {
    const random = Random.stream(5, "test/one-hot");
    using mother = supernet(space, { classes: 5, seed: 1 });
    const weights = mother.state();
    scope(() => {
      const x = images(2, 8);
      for (let n = 0; n < count; n++) {
        const architecture = randomArchitecture(space, random);
        // Other initial weights: what is not loaded by name shows.
        using child = discreteNetwork(space, architecture, { classes: 5, seed: 2 + n, purpose: "search" });
        child.load(Object.fromEntries(Object.keys(child.state()).map((name) => [name, weights[name] as never])));
        const [expected, actual] = noGrad(() => [
          child.forward(x, { mode: "eval" }).logits.toArray(),
          mother.forward(x, { mode: "eval" }, oneHot(space, architecture)).logits.toArray(),
        ]);
        expect(actual, space.format(architecture)).toEqual(expected);
        expect(new Set(expected).size).toBeGreaterThan(1);
      }
    });
  },
);

it("equals it also in train mode, where batch norm uses the minibatch", () => {
  const space = sized(dartsNoNone, 4, 3);
  const architecture = randomArchitecture(space, Random.stream(8, "test/one-hot"));
  using mother = supernet(space, { classes: 5, seed: 1 });
  using child = discreteNetwork(space, architecture, { classes: 5, seed: 2, purpose: "search" });
  const weights = mother.state();
  child.load(Object.fromEntries(Object.keys(child.state()).map((name) => [name, weights[name] as never])));
  scope(() => {
    const x = images(3, 8);
    const expected = noGrad(() => child.forward(x, { mode: "train" }).logits.toArray());
    const actual = noGrad(() => mother.forward(x, { mode: "train" }, oneHot(space, architecture)).logits.toArray());
    expect(actual).toEqual(expected);
  });
});
