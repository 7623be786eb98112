/** The value of `--arch`: an architecture's text, or `@FILE` for a file that holds it, a run's architecture.json, too. */
import { readFileSync } from "node:fs";
import { ArchwrightError } from "../errors.ts";
import type { Option } from "./options.ts";

export const architectureOption: Option = {
  name: "arch",
  value: "A",
  required: true,
  about: "architecture in the space's text form, or @FILE (architecture.json of a run, too)",
};

/** Throws `ArchwrightError("usage")` if the file cannot be read. */
export function architectureText(given: string): string {
  if (!given.startsWith("@")) return given;
  const path = given.slice(1);
  try {
    return answerOf(readFileSync(path, "utf8").trim());
  } catch (cause) {
    throw new ArchwrightError("usage", `--arch: cannot read ${path} (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
}

/** The architecture of a run's answer; any other text as it is. */
function answerOf(text: string): string {
  try {
    const { architecture } = JSON.parse(text) as { architecture?: unknown };
    return typeof architecture === "string" ? architecture : text;
  } catch {
    return text;
  }
}
