/** NAS-Bench-Macro: eight positions of identity or two inverted residuals (Su et al., CVPR 2021; space-mobilenet-like B). */
import type { ArchitectureSpace } from "./architecture-space.ts";
import { bareText } from "./codecs/bare-text.ts";
import { allDigits, mutatedDigits, parseDigits, randomDigits } from "./digits.ts";
import { GraphBuilder, type Value } from "./graph/builder.ts";
import type { NetworkGraph } from "./graph/graph.ts";
import { invertedResidual } from "./mobilenet/inverted-residual.ts";

const NAME = "nasbench-macro";

/** Kernel and expansion by digit; 0 is the identity. */
const blocks = [undefined, { kernel: 3, expansion: 3 }, { kernel: 5, expansion: 6 }] as const;

const stages = [
  { channels: 64, positions: 2 },
  { channels: 128, positions: 3 },
  { channels: 256, positions: 3 },
] as const;

const POSITIONS = 8;

/** A digit from 0 to 2 for each position. */
export const nasbenchMacro: ArchitectureSpace<readonly number[]> = {
  name: NAME,
  title: "NAS-Bench-Macro: 8 positions, 3 choices, 6,561 architectures",
  source: "Su et al., CVPR 2021, arXiv 2103.11922",
  size: 6_561n,
  defaults: { classes: 10, imageSize: 32 },
  benchmark: NAME,
  parse: (text) => parseDigits(NAME, bareText(text), POSITIONS, blocks.length),
  format: (digits) => digits.join(""),
  canonical: canonicalMacro,
  random: (random) => randomDigits(random, POSITIONS, blocks.length),
  mutate: (digits, random) => mutatedDigits(digits, blocks.length, random),
  enumerate: () => allDigits(POSITIONS, blocks.length),
  plan: (digits, classes) => ({ kind: "graph", graph: network(digits, classes) }),
};

/**
 * The one of several architectures with the same network that was trained: within a stage, identities that are not
 * first change nothing and move to the end (§B5). 3,969 of them.
 */
export function canonicalMacro(digits: readonly number[]): number[] {
  let start = 0;
  return stages.flatMap(({ positions }) => {
    const [first = 0, ...rest] = digits.slice(start, start + positions);
    start += positions;
    return [first, ...rest.filter((digit) => digit !== 0), ...rest.filter((digit) => digit === 0)];
  });
}

function network(digits: readonly number[], classes: number): NetworkGraph {
  const build = new GraphBuilder();
  let x = build.block(build.convNormRelu(build.images, 32, 3));
  let position = 0;
  for (const { channels, positions } of stages) {
    for (let n = 0; n < positions; n++, position++) {
      x = place(build, x, digits[position] as number, channels, n === 0 ? 2 : 1);
    }
    build.endStage();
  }
  return build.classifier(build.convNormRelu(x, 1280, 1), classes);
}

function place(build: GraphBuilder, x: Value, digit: number, outputs: number, stride: 1 | 2): Value {
  const block = blocks[digit];
  if (block !== undefined) return build.block(invertedResidual(build, x, { ...block, outputs, stride }));
  return stride === 1 ? x : build.block(build.norm(build.conv(x, outputs, 1, { stride })));
}
