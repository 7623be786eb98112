/** The thread that predicts. */
import { answerThread } from "../thread.ts";
import { performPrediction } from "./perform-prediction.ts";

await answerThread(performPrediction);
