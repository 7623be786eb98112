/** `archwright embed train` */

import type { EmbeddingEpoch } from "../../../embeddings/training/events.ts";
import type { EmbeddingResult } from "../../../runs/embed/perform-training.ts";
import type { EmbeddingOptions } from "../../../runs/embed/train-embedding.ts";
import { formatCount, formatDuration } from "../../../runs/report/numbers.ts";
import { shellWord } from "../../../runs/search-request.ts";
import { architectureOptions, architectureSource } from "../../architecture-source.ts";
import { exitStatus } from "../../errors.ts";
import { columns } from "../../help.ts";
import { longWork } from "../../long-work.ts";
import { type Given, type Option, wholeNumber } from "../../options.ts";
import { note, print, printJson } from "../../output.ts";
import { assignment, refuseBesideResume } from "../../request-options.ts";
import type { EmbedVerb } from "./verb.ts";

const requestOptions: readonly Option[] = [
  {
    name: "space",
    value: "S",
    about: "space of the architectures: nasbench101, nasbench201, enas-macro6, enas-macro12",
  },
  ...architectureOptions("train on"),
  { name: "seed", value: "N", about: "everything random follows from it; default 0" },
  { name: "preset", value: "P", about: "paper (default), or small: the same sizes in a fraction of the time" },
  { name: "set", value: "key=value", repeatable: true, about: "one setting: epochs, batch, learningRate, ..." },
  { name: "out", value: "DIR", about: "directory to make; default runs/<time>-<space>-embedding-<seed>" },
];

export const trainVerb: EmbedVerb = {
  name: "train",
  summary: "train an autoencoder on the graphs of architectures; Ctrl-C saves, --resume DIR continues to the same bits",
  options: [...requestOptions, { name: "resume", value: "DIR", about: "continue the training in DIR" }],
  run: trainEmbeddings,
};

async function trainEmbeddings(given: Given): Promise<number> {
  const start = await starter(given);
  const quiet = given.has("quiet");
  let last: EmbeddingEpoch | undefined;
  return longWork("stopping after the present minibatch", async ({ clear, interrupt, onProgress, say }) => {
    const result = await start({
      signal: interrupt.signal,
      onOpened: ({ directory }) => {
        if (!quiet) say(`directory: ${directory}`);
      },
      onEvent: (event) => {
        last = event;
        if (!quiet) say(epochText(event));
      },
      ...(quiet ? {} : { onProgress }),
    });
    clear();
    return finish(result, last, given, interrupt.exitStatus);
  });
}

async function starter(given: Given): Promise<(options: EmbeddingOptions) => Promise<EmbeddingResult>> {
  const { resumeEmbedding, trainEmbedding } = await import("../../../runs/embed/train-embedding.ts");
  const directory = given.text("resume");
  if (directory !== undefined) {
    refuseBesideResume(given, requestOptions, `${directory}/embedding.json`);
    return (options) => resumeEmbedding(directory, options);
  }
  const out = given.text("out");
  const preset = given.text("preset");
  const seed = wholeNumber(given, "seed");
  const request = {
    space: given.required("space"),
    graphs: architectureSource(given),
    set: Object.fromEntries(given.all("set").map(assignment)),
    ...(preset === undefined ? {} : { preset }),
    ...(seed === undefined ? {} : { seed }),
    ...(out === undefined ? {} : { out }),
  };
  return (options) => trainEmbedding(request, options);
}

function finish(result: EmbeddingResult, last: EmbeddingEpoch | undefined, given: Given, interrupted: number): number {
  const { status, directory, elapsedSeconds } = result;
  if (given.has("json")) printJson({ ...result, ...(last === undefined ? {} : { epoch: last }) });
  if (status === "interrupted") {
    note(`stopped; continue with: archwright embed train --resume ${shellWord(directory)}`);
    return interrupted;
  }
  if (!given.has("json")) {
    print(
      columns([
        ...(last === undefined ? [] : [["last epoch", epochText(last)] as const]),
        ["time", formatDuration(elapsedSeconds)],
        ["embedding", directory],
      ]).join("\n"),
    );
  }
  return exitStatus.done;
}

/** `epoch 12: reconstruction 0.0312, divergence 41.2, 99.6 % of the held-out graphs exact` */
function epochText({ epoch, reconstruction, divergence, exact }: EmbeddingEpoch): string {
  const held = exact === undefined ? "" : `, ${(100 * exact).toFixed(1)} % of the held-out graphs exact`;
  const losses = `reconstruction ${reconstruction.toPrecision(3)}, divergence ${divergence.toPrecision(3)}`;
  return `epoch ${formatCount(epoch + 1)}: ${losses}${held}`;
}
