/** Configurations in files of the user's own, as proxies: their name is the path and a part of the contents' hash. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ArchwrightError } from "../../errors.ts";
import { type Configuration, configurationSchema } from "./configuration.ts";

const form = /^(.+\.json)(?:#([0-9a-f]{8}))?$/i;

/** Whether a proxy's name is the path of a configuration. */
export const isConfigurationFile = (name: string): boolean => form.test(name.trim());

/** The path, whole, of a name that {@link isConfigurationFile}. */
export const configurationPath = (name: string): string => resolve(form.exec(name.trim())?.[1] as string);

/** Whether the name says which contents it means: then it is the proxy's own. */
export const hasContents = (name: string): boolean => form.exec(name.trim())?.[2] !== undefined;

export interface ConfigurationFile {
  /** `/home/me/dps.json#1a2b3c4d`: where it lies, and what it says. */
  readonly name: string;
  readonly configuration: Configuration;
}

/**
 * Reads a path, or a name that has a hash. Throws `ArchwrightError("usage")` for a file that cannot be read, is no configuration,
 * or says something else than when the name was made.
 */
export function readConfiguration(name: string): ConfigurationFile {
  const path = configurationPath(name);
  const configuration = parsed(path, contents(path));
  const hash = createHash("sha256").update(JSON.stringify(configuration)).digest("hex").slice(0, 8);
  const expected = form.exec(name.trim())?.[2]?.toLowerCase();
  if (expected === undefined || expected === hash) return { name: `${path}#${hash}`, configuration };
  throw new ArchwrightError(
    "usage",
    `${path} has changed since (${expected}, now ${hash}): put it back, or begin anew`,
    {
      details: { path },
    },
  );
}

function contents(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ArchwrightError("usage", `cannot read the proxy ${path} (${code ?? message})`, { cause });
  }
}

function parsed(path: string, text: string): Configuration {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ArchwrightError("usage", `${path} is no proxy: it is not JSON`, { cause });
  }
  const result = configurationSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join(".");
  throw new ArchwrightError("usage", `${path} is no proxy: ${place ? `${place}: ` : ""}${issue?.message}`, {
    cause: result.error,
    details: { path },
  });
}
