/** `archwright embed evaluate` */
import type { EmbeddingEvaluation } from "../../../runs/embed/evaluate.ts";
import { formatCount } from "../../../runs/report/numbers.ts";
import { exitStatus } from "../../errors.ts";
import { columns } from "../../help.ts";
import { type Given, wholeNumber } from "../../options.ts";
import { print, printJson } from "../../output.ts";
import { type EmbedVerb, embeddingOption } from "./verb.ts";

export const evaluateVerb: EmbedVerb = {
  name: "evaluate",
  summary: "reconstruction of held-out graphs; validity, uniqueness and novelty of what the prior decodes to",
  options: [
    embeddingOption,
    { name: "draws", value: "N", about: "decodings of each held-out graph and each point; default 10" },
    { name: "prior", value: "N", about: "points drawn around those of the training graphs; default 1000" },
    { name: "seed", value: "N", about: "draws follow from it; default 0" },
  ],
  run: evaluate,
};

async function evaluate(given: Given): Promise<number> {
  const { openEmbedding } = await import("../../../runs/embed/open-embedding.ts");
  const { evaluateEmbedding } = await import("../../../runs/embed/evaluate.ts");
  using embedding = openEmbedding(given.required("embedding"));
  const numbers = { seed: "seed", points: "prior", draws: "draws" } as const;
  const options = Object.entries(numbers).flatMap(([key, name]) => {
    const value = wholeNumber(given, name);
    return value === undefined ? [] : [[key, value] as const];
  });
  const found = evaluateEmbedding(embedding, Object.fromEntries(options));
  if (given.has("json")) printJson({ embedding: embedding.directory, ...found });
  else print(text(found));
  return exitStatus.done;
}

function text({ heldOut, reconstruction, greedyReconstruction, prior }: EmbeddingEvaluation): string {
  const percent = (share: number): string => (Number.isNaN(share) ? "none is valid" : `${(100 * share).toFixed(2)} %`);
  const { valid, unique, novel, validAsReleased } = prior;
  return columns([
    ["reconstruction", `${percent(reconstruction)} of the decodings of ${formatCount(heldOut)} held-out graphs`],
    ["  likeliest choices", percent(greedyReconstruction)],
    ["validity", `${percent(valid)} of the graphs drawn around the training graphs' points`],
    ...(validAsReleased === undefined ? [] : [["  as released code counts", percent(validAsReleased)] as const]),
    ["uniqueness", `${percent(unique)} of the valid ones`],
    ["novelty", `${percent(novel)} of the valid ones`],
  ]).join("\n");
}
