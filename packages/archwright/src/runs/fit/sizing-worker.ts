/** The thread that measures sizes. */
import { answerThread } from "../thread.ts";
import { performSizing } from "./perform-sizing.ts";

await answerThread(performSizing);
