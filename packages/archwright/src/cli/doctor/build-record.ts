/** What setup recorded about libtorch, read without loading it; and where it would look, if it has not run. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

const considered = z.object({ source: z.string(), found: z.boolean(), reason: z.string() });

/** The part of `build/current.json` in @archwright/torch that people ask about. */
const buildRecord = z.object({
  addon: z.string(),
  libtorch: z.object({ version: z.string(), source: z.string(), lib: z.string(), cuda: z.boolean() }),
  considered: z.array(considered),
  blas: z.object({ name: z.string(), fast: z.boolean() }).exactOptional(),
  compilerVersion: z.string().exactOptional(),
});

export type BuildRecord = z.infer<typeof buildRecord>;
export type Considered = z.infer<typeof considered>;

/** The folder of @archwright/torch. Importing the package would load the addon, which may be what is broken. */
const torchFolder = (): string => dirname(dirname(fileURLToPath(import.meta.resolve("@archwright/torch"))));

/** Undefined where setup has not run, or was cut off. */
export function readBuildRecord(): BuildRecord | undefined {
  const file = join(torchFolder(), "build", "current.json");
  if (!existsSync(file)) return undefined;
  try {
    return buildRecord.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Looks where setup looks. */
export async function discoverLibtorch(): Promise<Considered[]> {
  const folder = torchFolder();
  try {
    const { discover } = (await import(pathToFileURL(join(folder, "scripts", "setup", "discover.mjs")).href)) as {
      discover: (options: { downloads: string }) => Promise<{ considered: unknown }>;
    };
    const downloads = join(dirname(dirname(folder)), ".cache", "libtorch");
    return z.array(considered).parse((await discover({ downloads })).considered);
  } catch (error) {
    return [{ source: "LIBTORCH", found: false, reason: (error as Error).message }];
  }
}
