/** An autoencoder from the directory of its training, as its last checkpoint left it. */
import { scope } from "@archwright/torch";
import type { Autoencoder } from "../../embeddings/autoencoder.ts";
import type { GraphCodec } from "../../embeddings/graphs/codec.ts";
import { graphCodecOf } from "../../embeddings/graphs/registry.ts";
import { ArchwrightError } from "../../errors.ts";
import { unprefixed } from "../../search/state.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { type EmbeddingFile, readEmbeddingFile } from "./embedding-file.ts";
import { newAutoencoder } from "./perform-training.ts";

export interface OpenEmbedding extends Disposable {
  readonly directory: string;
  readonly file: EmbeddingFile;
  readonly codec: GraphCodec;
  readonly model: Autoencoder;
}

/** Throws `ArchwrightError("run")` for a directory without an embedding, or one that was stopped before its first checkpoint. */
export function openEmbedding(directory: string): OpenEmbedding {
  const file = readEmbeddingFile(directory);
  const checkpoint = readCheckpoint(directory);
  if (checkpoint === undefined) {
    throw new ArchwrightError(
      "run",
      `${directory} was stopped before its first checkpoint; train it on with \`archwright embed train --resume ${directory}\``,
      { details: { directory } },
    );
  }
  const model = newAutoencoder(file);
  const { tensors } = checkpoint.state;
  scope(() => model.load(unprefixed("model.", tensors)));
  for (const tensor of Object.values(tensors)) tensor.dispose();
  const codec = graphCodecOf({ name: file.request.space });
  return { directory, file, codec, model, [Symbol.dispose]: () => model.dispose() };
}
