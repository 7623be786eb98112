/** A search space of one's own: two familiar operations, one new one, a cell of four nodes. */
import { Random } from "../packages/archwright/src/random.ts";
import { cell } from "../packages/archwright/src/spaces/cells.ts";
import { networkCost, supernetParameters } from "../packages/archwright/src/spaces/cost.ts";
import { defineSpace } from "../packages/archwright/src/spaces/define.ts";
import { batchNorm, conv, depthwise, type Operation, relu } from "../packages/archwright/src/spaces/layers.ts";
import { none, skipConnect } from "../packages/archwright/src/spaces/operations.ts";
import { enumerateArchitectures, randomArchitecture, spaceSize } from "../packages/archwright/src/spaces/sampling.ts";
import { staged } from "../packages/archwright/src/spaces/skeletons/staged.ts";

/** An operation is a list of layers: here a 1×1 convolution in front of a dilated depthwise one. */
const wideView: Operation = () => [relu(), conv(1), depthwise(5, { dilation: 2, strided: true }), batchNorm()];

const template = cell("cell", { nodes: 4, operations: ["none", "skip", "wide_view"] });

export const wideSpace = defineSpace({
  name: "wide-view",
  title: "Skip connections and wide depthwise convolutions",
  source: "this example",
  cells: [template],
  operations: { none, skip: skipConnect, wide_view: wideView },
  sizes: { search: { channels: 8, cells: 1 }, evaluation: { channels: 16, cells: 3 } },
  skeleton: staged(template),
});

console.log(`${wideSpace.name}: ${spaceSize(wideSpace)} architectures`);
console.log(`supernet: ${supernetParameters(wideSpace)} parameters`);

console.log("the first three in order:");
const inOrder = enumerateArchitectures(wideSpace);
for (let i = 0; i < 3; i++) console.log(`  ${wideSpace.format(inOrder.next().value)}`);

const random = Random.stream(0, "example");
console.log("three at random:");
for (let i = 0; i < 3; i++) {
  const architecture = randomArchitecture(wideSpace, random);
  const { parameters, macs } = networkCost(wideSpace, architecture, { classes: 10 });
  console.log(`  ${wideSpace.format(architecture)}: ${parameters} parameters, ${(macs / 1e6).toFixed(2)} M MACs`);
}
