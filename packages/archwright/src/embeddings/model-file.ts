/** `model.safetensors`: a trained autoencoder and where its training graphs lie, in one file that needs no training to be read. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Generator, readSafetensors, scope, type Tensor, tensor, writeSafetensors } from "@archwright/torch";
import { z } from "zod";
import { ArchwrightError } from "../errors.ts";
import { prefixed, unprefixed } from "../search/state.ts";
import { Autoencoder } from "./autoencoder.ts";
import type { GraphCodec } from "./graphs/codec.ts";
import { graphCodecOf } from "./graphs/registry.ts";
import type { LatentStatistics } from "./latents.ts";

/** A latent space to search in. */
export interface LatentSpace extends LatentStatistics {
  readonly codec: GraphCodec;
  readonly model: Autoencoder;
}

const facts = z.object({ space: z.string(), state: z.number(), latent: z.number(), layers: z.number() });
const statistics = ["mean", "deviation", "least", "most"] as const;

const pathOf = (directory: string): string => join(directory, "model.safetensors");

export const hasModelFile = (directory: string): boolean => existsSync(pathOf(directory));

/** Written as one. */
export function writeModelFile(directory: string, { codec, model, ...latents }: LatentSpace): void {
  const { state, latent, layers } = model.sizes;
  scope(() => {
    const rows = Object.fromEntries(statistics.map((name) => [name, tensor(Float64Array.from(latents[name]))]));
    const tensors = { ...prefixed("model.", model.state()), ...prefixed("latents.", rows) };
    const metadata = JSON.stringify({ space: codec.space.name, state, latent, layers });
    writeSafetensors(pathOf(directory), tensors, { archwright: metadata });
  });
}

/** The model is the caller's to free. Throws `ArchwrightError("usage")` for a directory without one, or one of another space. */
export function openLatentSpace(directory: string, space: string): LatentSpace {
  if (directory === "") {
    throw new ArchwrightError(
      "usage",
      "svge-bo needs a latent space: --set embedding=DIR, made by `archwright embed train`",
    );
  }
  if (!hasModelFile(directory)) {
    throw new ArchwrightError(
      "usage",
      `${directory} holds no trained embedding (model.safetensors); train it to its end with \`archwright embed train\``,
      { details: { directory } },
    );
  }
  const { tensors, metadata } = readSafetensors(pathOf(directory));
  try {
    const { space: own, ...sizes } = facts.parse(JSON.parse(metadata.archwright ?? "{}"));
    if (own !== space) throw new ArchwrightError("usage", `${directory} is an embedding of ${own}, not of ${space}`);
    const codec = graphCodecOf({ name: own });
    const model = new Autoencoder(codec.labels.length, new Generator(0), sizes);
    model.load(unprefixed("model.", tensors));
    const row = (name: (typeof statistics)[number]): number[] => (tensors[`latents.${name}`] as Tensor).toArray();
    return { codec, model, mean: row("mean"), deviation: row("deviation"), least: row("least"), most: row("most") };
  } finally {
    for (const one of Object.values(tensors)) one.dispose();
  }
}
