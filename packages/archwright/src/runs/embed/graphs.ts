/** The graphs of a training: those of the architectures that were asked for, some of them held out. */
import { createHash } from "node:crypto";
import type { GraphCodec } from "../../embeddings/graphs/codec.ts";
import type { LabelledGraph } from "../../embeddings/graphs/labelled-graph.ts";
import { ArchwrightError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { planArchitectures } from "../score/architectures.ts";
import type { ArchitectureSource } from "../score/request.ts";

export interface EmbeddedArchitecture {
  /** The space's text form. */
  readonly text: string;
  readonly graph: LabelledGraph;
}

export interface GraphSplit {
  readonly train: readonly EmbeddedArchitecture[];
  readonly heldOut: readonly EmbeddedArchitecture[];
  /** SHA-256 of all texts in order. */
  readonly sha256: string;
}

/**
 * A random split that follows from the seed. Throws `ArchwrightError("usage")` where there is too little to split, and for
 * what the source cannot give.
 */
export function splitGraphs(codec: GraphCodec, source: ArchitectureSource, seed: number, heldOut: number): GraphSplit {
  const { space } = codec;
  const hash = createHash("sha256");
  const all: EmbeddedArchitecture[] = [];
  for (const text of planArchitectures(source, space, seed).texts) {
    hash.update(`${text}\n`);
    all.push({ text, graph: codec.toGraph(space.parse(text)) });
  }
  const aside = Math.round(all.length * heldOut);
  if (all.length - aside < 1) {
    throw new ArchwrightError(
      "usage",
      `${all.length} architectures and --set heldOut=${heldOut} leave none to train on; give more architectures`,
    );
  }
  const order = Random.stream(seed, "embedding/split").permutation(all.length);
  const shuffled = Array.from(order, (i) => all[i] as EmbeddedArchitecture);
  return { train: shuffled.slice(aside), heldOut: shuffled.slice(0, aside), sha256: hash.digest("hex") };
}
