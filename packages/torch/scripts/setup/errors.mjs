/** The error of setup: one line that says what was wrong, and the remedies to print under it. */

export class SetupError extends Error {
  /**
   * @param {string} message what was wrong and where, in one line
   * @param {{ remedies?: string[], output?: string, cause?: unknown }} [options] `output` is what a failed program printed
   */
  constructor(message, { remedies = [], output = "", cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "SetupError";
    this.remedies = remedies;
    this.output = output;
  }

  /** The message with the program's output before it and the remedies under it, for a terminal. */
  render() {
    const output = this.output.trim() === "" ? "" : `${this.output.trimEnd()}\n`;
    const remedies = this.remedies.map((remedy) => `  - ${remedy}`).join("\n");
    return `${output}setup: ${this.message}${remedies === "" ? "" : `\n${remedies}`}`;
  }
}
