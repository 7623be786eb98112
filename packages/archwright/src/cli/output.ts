/** The program's output: results on stdout, everything else on stderr. */

/** Prints a result for people. */
export const print = (text: string): void => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);

/** Prints the one JSON document of `--json`. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Tells a person something that is no result. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** A reader that went away (`archwright list spaces | head -1`) is no error. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
