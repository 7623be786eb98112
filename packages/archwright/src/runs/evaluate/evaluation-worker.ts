/** The thread that evaluates. */
import { answerThread } from "../thread.ts";
import { performEvaluation } from "./perform-evaluation.ts";

await answerThread(performEvaluation);
