/** The thread that trains an autoencoder. */
import { answerThread } from "../thread.ts";
import { performTraining } from "./perform-training.ts";

await answerThread(performTraining);
