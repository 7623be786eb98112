/** `report.html`: the page that shows a run directory. */
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ArchwrightError } from "../../errors.ts";
import { readInputs } from "./inputs.ts";
import { renderPage } from "./page.ts";

/**
 * Writes `report.html` into a run directory, from what is there: a finished run, or one that was stopped or still goes
 * on. The page is written beside its place and renamed, so that a reader never sees half of it.
 * Throws {@link ArchwrightError} `run` if the directory holds no run or a damaged one, `io` if the page cannot be written.
 */
export async function writeReport(runDirectory: string): Promise<void> {
  const page = renderPage(await readInputs(runDirectory));
  const path = join(runDirectory, "report.html");
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, page);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw new ArchwrightError("io", `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
