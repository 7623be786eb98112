/** The validation data beside the repository; tests that need it are skipped where it is absent. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

export const sharedFolder = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));

export const hasSharedData = existsSync(sharedFolder);

/** For the names of tests. */
export const needsSharedData = "(needs the validation data in ../shared/data)";

export function sharedJson(name: string): unknown {
  return JSON.parse(readFileSync(sharedFolder + name, "utf8"));
}

/** Rows of a CSV whose fields hold no comma, by column name. */
export function sharedCsv(name: string): Record<string, string>[] {
  const [head = "", ...lines] = gunzipSync(readFileSync(sharedFolder + name))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const fields = line.split(",");
    return Object.fromEntries(names.map((column, i) => [column, fields[i] as string]));
  });
}
