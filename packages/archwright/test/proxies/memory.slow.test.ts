/** Scores leave nothing behind: resident memory is flat over 200 of them. */
import { contiguous, Generator, liveTensors, randn, zeros } from "@archwright/torch";
import { expect, it } from "vitest";
import { supernet } from "../../src/networks/network.ts";
import { nwotEval } from "../../src/proxies/nwot-eval.ts";
import { findSpace } from "../../src/spaces/registry.ts";

it("resident memory is flat over 200 scores of the DARTS supernet", () => {
  const space = findSpace("darts-no-none");
  using network = supernet(space, { classes: 10, seed: 0, size: { channels: 16, cells: 3 } });
  using scorer = nwotEval.prepare(network, { random: new Generator(1) });
  using drawn = randn([16, 3, 32, 32], new Generator(2));
  using images = contiguous(drawn, { memoryFormat: "channels_last" });
  using labels = zeros([16], { dtype: "int64" });
  const mixture = (removed: number) =>
    Object.fromEntries(
      space.cells.map(({ name, operations }) => [
        name,
        { values: operations.map((row, e) => row.map((_, o) => (e === 0 && o === removed % 7 ? 0 : 1 / 7))) },
      ]),
    );
  const score = (count: number): void => {
    for (let i = 0; i < count; i++) scorer.score({ images, labels }, [mixture(i), mixture(i + 1)]);
  };
  score(20); // buffers of every size exist after these
  const before = { tensors: liveTensors(), resident: process.memoryUsage.rss() };
  score(200);
  expect(liveTensors()).toBe(before.tensors);
  // The JavaScript heap breathes by a few megabytes; one leaked feature map a score would be over 200.
  expect(process.memoryUsage.rss() - before.resident).toBeLessThan(48e6);
});
