/** Trains a small autoencoder into the directory that it is given, with a checkpoint after every minibatch. */
import { trainEmbedding } from "../../../src/runs/embed/train-embedding.ts";
import { smallRequest } from "./small-request.ts";

const [, , out = "", epochs = "4"] = process.argv;
await trainEmbedding(smallRequest(out, Number(epochs)), { checkpointSeconds: 0 });
