/** The thread that exports. */
import { answerThread } from "../thread.ts";
import { performExport } from "./perform-export.ts";

await answerThread(performExport);
