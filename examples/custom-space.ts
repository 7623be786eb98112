/** A search space of one's own: two familiar operations, one new one, a cell of four nodes; then a search in it. */
import {
  batchNorm,
  cell,
  conv,
  createSearch,
  defineSpace,
  depthwise,
  enumerateArchitectures,
  findRecipe,
  identity,
  networkCost,
  type Operation,
  openDataset,
  Random,
  randomArchitecture,
  relu,
  resolveMethod,
  searchEvents,
  spaceSize,
  staged,
  supernetParameters,
  zero,
} from "archwright";

/** An operation is a list of layers: here a 1×1 convolution in front of a dilated depthwise one. */
const wideView: Operation = () => [relu(), conv(1), depthwise(5, { dilation: 2, strided: true }), batchNorm()];

const template = cell("cell", { nodes: 4, operations: ["none", "skip", "wide_view"] });

export const wideSpace = defineSpace({
  name: "wide-view",
  title: "Skip connections and wide depthwise convolutions",
  source: "this example",
  cells: [template],
  operations: { none: () => [zero()], skip: () => [identity()], wide_view: wideView },
  sizes: { search: { channels: 8, cells: 1 }, evaluation: { channels: 16, cells: 3 } },
  skeleton: staged(template),
});

/** Sizes, order and costs: none of this needs libtorch. */
function describe(): void {
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
    console.log(
      `  ${wideSpace.format(architecture)}: ${parameters} parameters, ${(macs / 1e6).toFixed(2)} M multiply-adds`,
    );
  }
}

/** Zero-Cost-PT in it, small enough for seconds. Returns the architecture's text. */
export async function searchWideSpace(): Promise<string | undefined> {
  const set = { proposals: 2, validationBatches: 2, batch: 32 };
  const method = resolveMethod(findRecipe("zero-cost-pt"), { set }, wideSpace);
  const dataset = await openDataset("demo", { size: 32, channels: 3 });
  const search = createSearch(method, { space: wideSpace, dataset, seed: 0, device: "cpu" });
  let answer: string | undefined;
  try {
    for await (const event of searchEvents(search)) if (event.type === "answer") answer = event.architecture;
  } finally {
    search.dispose();
  }
  return answer;
}

if (import.meta.main) {
  describe();
  console.log(`found: ${await searchWideSpace()}`);
}
