/** The thread that searches. */
import { performSearch } from "./perform-search.ts";
import { answerThread } from "./thread.ts";

await answerThread(performSearch);
