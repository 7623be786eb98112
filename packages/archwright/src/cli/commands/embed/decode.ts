/** `archwright embed decode` */
import { ArchwrightError } from "../../../errors.ts";
import { Random } from "../../../random.ts";
import type { DecodedPoint } from "../../../runs/embed/decode.ts";
import type { OpenEmbedding } from "../../../runs/embed/open-embedding.ts";
import { parsePoint, readPoints } from "../../../runs/embed/points.ts";
import { exitStatus } from "../../errors.ts";
import { type Given, wholeNumber } from "../../options.ts";
import { print, printJson } from "../../output.ts";
import { aligned } from "../../table.ts";
import { type EmbedVerb, embeddingOption } from "./verb.ts";

export const decodeVerb: EmbedVerb = {
  name: "decode",
  summary: "which architectures points of the latent space stand for: the most frequent valid one of several drawn",
  options: [
    embeddingOption,
    { name: "point", value: "x,y,...", repeatable: true, about: "decode this point" },
    { name: "points", value: "FILE", about: "decode the points of a CSV as embed encode writes it" },
    { name: "prior", value: "N", about: "decode N points drawn around those of the training graphs" },
    { name: "draws", value: "N", about: "graphs drawn at each point; default 100" },
    { name: "greedy", about: "take the likeliest choices once instead of drawing" },
    { name: "seed", value: "N", about: "draws follow from it; default 0" },
  ],
  run: decode,
};

async function decode(given: Given): Promise<number> {
  const ways = ["point", "points", "prior"].filter((name) => given.has(name));
  if (ways.length !== 1) throw new ArchwrightError("usage", "one of --point, --points and --prior is needed");
  const draws = wholeNumber(given, "draws") ?? 100;
  if (draws < 1) throw new ArchwrightError("usage", "--draws must be at least 1");
  const seed = wholeNumber(given, "seed") ?? 0;
  const { openEmbedding } = await import("../../../runs/embed/open-embedding.ts");
  const { decodePoints } = await import("../../../runs/embed/decode.ts");
  using embedding = openEmbedding(given.required("embedding"));
  const points = await pointsOf(given, embedding, seed);
  const decoded = decodePoints(embedding, points, { draws, greedy: given.has("greedy"), seed });
  if (given.has("json")) printJson(decoded.map((one, i) => ({ ...one, point: points[i] })));
  else print(aligned([["architecture", "drawn", "valid", "distinct"], ...decoded.map(row)]).join("\n"));
  return exitStatus.done;
}

const row = ({ architecture, count, graphs, valid, distinct }: DecodedPoint): string[] => [
  architecture ?? "none is valid",
  `${count} of ${graphs}`,
  `${valid}`,
  `${distinct}`,
];

async function pointsOf(given: Given, embedding: OpenEmbedding, seed: number): Promise<readonly (readonly number[])[]> {
  const { model, directory, file } = embedding;
  const { latent } = model.sizes;
  const path = given.text("points");
  if (path !== undefined) return readPoints(path, latent).map(({ point }) => point);
  const count = wholeNumber(given, "prior");
  if (count === undefined) return given.all("point").map((text) => parsePoint(text, latent));
  if (count < 1) throw new ArchwrightError("usage", "--prior must be at least 1");
  const { graphsOf } = await import("../../../runs/embed/perform-training.ts");
  const { encodedPoints, latentStatistics } = await import("../../../embeddings/latents.ts");
  const { priorPoints } = await import("../../../embeddings/evaluation/prior.ts");
  const trained = graphsOf(directory, file).train.map(({ graph }) => graph);
  const statistics = latentStatistics(encodedPoints(model, trained));
  return priorPoints(statistics, count, Random.stream(seed, "embedding/prior"));
}
