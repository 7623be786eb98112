/** Work that shows how far it is, and that Ctrl-C stops cleanly. */
import type { Progress } from "../runs/drive.ts";
import { Interrupt } from "./interrupt.ts";
import { note } from "./output.ts";
import { ProgressDisplay } from "./progress.ts";

export interface LongWork {
  readonly interrupt: Interrupt;
  readonly onProgress: (progress: Progress) => void;
  /** Takes the bar away before results are printed. */
  readonly clear: () => void;
  /** Tells a person something between the progress. */
  readonly say: (text: string) => void;
}

/** - `stopping`: what is said when the stop is asked for. */
export async function longWork<T>(stopping: string, work: (tools: LongWork) => Promise<T>): Promise<T> {
  const display = new ProgressDisplay(process.stderr);
  const say = (text: string): void => {
    display.clear();
    note(text);
  };
  const interrupt = new Interrupt(() => say(`${stopping} (once more ends at once)`));
  try {
    return await work({
      interrupt,
      onProgress: (progress) => display.update(progress),
      clear: () => display.clear(),
      say,
    });
  } finally {
    display.clear();
    interrupt.stopListening();
  }
}
