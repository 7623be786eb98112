/** `archwright embed encode` */

import { pointsCsv } from "../../../runs/embed/points.ts";
import { makeParents, replaceFile } from "../../../runs/files.ts";
import { formatCount } from "../../../runs/report/numbers.ts";
import { planArchitectures } from "../../../runs/score/architectures.ts";
import { architectureOptions, architectureSource } from "../../architecture-source.ts";
import { exitStatus } from "../../errors.ts";
import { type Given, wholeNumber } from "../../options.ts";
import { note, print, printJson } from "../../output.ts";
import { type EmbedVerb, embeddingOption } from "./verb.ts";

export const encodeVerb: EmbedVerb = {
  name: "encode",
  summary: "where architectures lie in the latent space: one line of numbers for each",
  options: [
    embeddingOption,
    ...architectureOptions("encode"),
    { name: "seed", value: "N", about: "samples follow from it; default 0" },
    { name: "out", value: "FILE", about: "CSV to write instead of printing: architecture, z0, z1, ..." },
  ],
  run: encode,
};

async function encode(given: Given): Promise<number> {
  const source = architectureSource(given);
  const { openEmbedding } = await import("../../../runs/embed/open-embedding.ts");
  const { encodedPoints } = await import("../../../embeddings/latents.ts");
  using embedding = openEmbedding(given.required("embedding"));
  const { codec, model } = embedding;
  const texts = [...planArchitectures(source, codec.space, wholeNumber(given, "seed") ?? 0).texts];
  const graphs = texts.map((text) => codec.toGraph(codec.space.parse(text)));
  const points = encodedPoints(model, graphs).map((point, i) => ({ architecture: texts[i] as string, point }));
  const out = given.text("out");
  if (out !== undefined) {
    makeParents(out);
    replaceFile(out, pointsCsv(points));
    note(`${formatCount(points.length)} points: ${out}`);
  }
  if (given.has("json")) printJson({ embedding: embedding.directory, ...(out === undefined ? { points } : { out }) });
  else if (out === undefined) print(pointsCsv(points));
  return exitStatus.done;
}
