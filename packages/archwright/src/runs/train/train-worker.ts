/** The thread that trains. */
import { answerThread } from "../thread.ts";
import { performTraining } from "./perform-training.ts";

await answerThread(performTraining);
