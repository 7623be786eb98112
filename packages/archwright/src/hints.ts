/** What somebody asked for in other words than ours, and what we took it for. Nothing is wrong, but they will want to know. */

const NAME = "ArchwrightHint";
const said = new Set<string>();

/** Tells it once, as a warning of the process, which programs can listen to. */
export function hint(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  process.emitWarning(message, NAME);
}

/** Hints of this thread go to `tell`; other warnings stay as they are. */
export function onHints(tell: (message: string) => void): void {
  const printers = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name === NAME) tell(warning.message);
    else for (const printer of printers) printer(warning);
  });
}
