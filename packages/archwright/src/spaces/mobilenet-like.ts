/** The MobileNet-like ImageNet space of Zero-Cost-PT: 21 positions of six blocks or none (space-mobilenet-like A). */
import type { ArchitectureSpace } from "./architecture-space.ts";
import { bareText } from "./codecs/bare-text.ts";
import { notOf } from "./digits.ts";
import { GraphBuilder } from "./graph/builder.ts";
import type { NetworkGraph } from "./graph/graph.ts";
import { invertedResidual } from "./mobilenet/inverted-residual.ts";
import { changeOne, entryDecision } from "./mutation.ts";

const NAME = "mobilenet-like";
/** Leaves a position out. */
const IDENTITY = -1;
const RELU6 = 6;

/** Kernel and expansion by code. */
const blocks = [
  { kernel: 3, expansion: 3 },
  { kernel: 3, expansion: 6 },
  { kernel: 5, expansion: 3 },
  { kernel: 5, expansion: 6 },
  { kernel: 7, expansion: 3 },
  { kernel: 7, expansion: 6 },
] as const;

const stages = [
  { channels: 32, positions: 4, stride: 2 },
  { channels: 56, positions: 4, stride: 2 },
  { channels: 112, positions: 4, stride: 2 },
  { channels: 128, positions: 4, stride: 1 },
  { channels: 256, positions: 4, stride: 2 },
  { channels: 432, positions: 1, stride: 1 },
] as const;

interface Position {
  readonly channels: number;
  readonly stride: 1 | 2;
  /** The first of its stage, which changes the channels: it cannot be left out. */
  readonly first: boolean;
}

const positions: readonly Position[] = stages.flatMap(({ channels, positions, stride }) =>
  Array.from({ length: positions }, (_, n) => ({ channels, stride: n === 0 ? stride : 1, first: n === 0 })),
);

const choicesAt = ({ first }: Position): number[] => [...(first ? [] : [IDENTITY]), ...blocks.keys()];

/** A code from -1 to 5 for each of the 21 positions. */
export const mobilenetLike: ArchitectureSpace<readonly number[]> = {
  name: NAME,
  title: "MobileNet-like networks for ImageNet: 21 positions, 6 blocks or none",
  source: "Xiang et al., AAAI 2023 (Zero-Cost-PT); Hu et al., ECCV 2020",
  size: positions.reduce((product, position) => product * BigInt(choicesAt(position).length), 1n),
  defaults: { classes: 1000, imageSize: 224 },
  parse,
  format: (codes) => codes.join(" "),
  random: (random) => positions.map((position) => random.pick(choicesAt(position))),
  mutate: (codes, random) =>
    changeOne<readonly number[]>(
      positions.map((position, p) => entryDecision(codes, p, choicesAt(position), (changed) => changed)),
      random,
    ),
  plan: (codes, classes) => ({ kind: "graph", graph: network(codes, classes) }),
};

function parse(text: string): number[] {
  const listed = bareText(text)
    .trim()
    .replace(/^[[(](.*)[\])]$/s, "$1");
  const words = listed.trim().split(/\s*,\s*|\s+/);
  if (words.length !== positions.length) {
    throw notOf(NAME, `expected ${positions.length} numbers separated by blanks, found ${words.length}`);
  }
  return words.map((word, p) => {
    const choices = choicesAt(positions[p] as Position);
    const code = /^-?\d$/.test(word) ? Number(word) : Number.NaN;
    if (choices.includes(code)) return code;
    const shown = JSON.stringify(word.slice(0, 20));
    throw notOf(NAME, `position ${p} cannot be ${shown}; it is one of ${choices.join(", ")}`);
  });
}

function network(codes: readonly number[], classes: number): NetworkGraph {
  const build = new GraphBuilder({ conv: "fan-out" });
  const stem = build.block(build.convNormRelu(build.images, 40, 3, { stride: 2, limit: RELU6 }));
  const first = { kernel: 3, expansion: 1, outputs: 24, stride: 1, limit: RELU6 } as const;
  let x = build.block(invertedResidual(build, stem, first));
  for (const [p, { channels, stride }] of positions.entries()) {
    const block = blocks[codes[p] as number];
    if (stride === 2) build.endStage();
    if (block === undefined) continue;
    x = build.block(invertedResidual(build, x, { ...block, outputs: channels, stride, limit: RELU6 }));
  }
  return build.classifier(build.convNormRelu(x, 1728, 1, { limit: RELU6 }), classes);
}
