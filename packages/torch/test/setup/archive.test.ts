/** The official archive: pinned for the platforms it exists for, unpacked whole or not at all, remedies where nothing works. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeLibtorch, write } from "./fake-libtorch.ts";
import { serve } from "./file-server.ts";
import { chooseArchive, discover, fetchArchive, installLibtorch, SetupError } from "./modules.ts";
import { scratch } from "./scratch.ts";
import { zip } from "./zip.ts";

describe("the choice", () => {
  it.each(["linux-x64", "darwin-arm64"])("for %s has a pinned hash", (platform) => {
    const { url, sha256 } = chooseArchive({}, platform);
    expect(url).toMatch(/^https:\/\/download\.pytorch\.org\/libtorch\/cpu\/libtorch-.*\.zip$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is refused for a platform without one", () => {
    expect(() => chooseArchive({}, "linux-arm64")).toThrow(
      "no official libtorch archive for linux-arm64 with a known checksum",
    );
  });

  it("is the person's own, if it comes with its hash", () => {
    const url = "https://example.org/libtorch.zip";
    const sha256 = "ab".repeat(32);
    const env = { ARCHWRIGHT_LIBTORCH_URL: url, ARCHWRIGHT_LIBTORCH_SHA256: sha256.toUpperCase() };
    expect(chooseArchive(env, "linux-arm64")).toEqual({ url, sha256 });
    expect(() => chooseArchive({ ARCHWRIGHT_LIBTORCH_URL: url })).toThrow("needs ARCHWRIGHT_LIBTORCH_SHA256");
  });
});

describe("an archive", () => {
  it("is unpacked to where discovery finds it, and the zip is removed", async () => {
    const root = scratch();
    const server = await serve(
      zip(filesUnder(fakeLibtorch(join(root, "made", "libtorch"), { version: "2.6.0" }), root)),
    );
    const downloads = join(root, "downloads");
    await fetchArchive({ url: server.url, sha256: server.sha256 }, downloads, () => {});
    expect(readdirSync(downloads)).toEqual(["2.6.0"]);
    const { found } = await discover({ env: { PATH: "" }, downloads, systemPrefixes: [] });
    expect(found).toMatchObject({ source: "downloaded", libtorch: { version: "2.6.0" } });
  });

  it("without a libtorch is refused", async () => {
    const root = scratch();
    write(join(root, "made", "libtorch", "README"), "");
    const server = await serve(zip(filesUnder(join(root, "made", "libtorch"), root)));
    const downloads = join(root, "downloads");
    const failure = fetchArchive({ url: server.url, sha256: server.sha256 }, downloads, () => {});
    await expect(failure).rejects.toThrow("holds no usable libtorch");
    expect(readdirSync(downloads).every((name) => name.endsWith(".zip"))).toBe(true);
  });
});

it("lists what was looked at, what was tried and the remedies when nothing works", async () => {
  const root = scratch();
  const server = await serve(new Uint8Array(1), { status: 404 });
  const env = { PATH: root, ARCHWRIGHT_LIBTORCH_URL: server.url, ARCHWRIGHT_LIBTORCH_SHA256: server.sha256 };
  const considered = [{ source: "system", found: false, reason: "/usr is empty" }];
  const failure = await installLibtorch({ env, downloads: root, considered }).catch((error: unknown) => error);
  if (!(failure instanceof SetupError)) throw failure;
  const text = failure.render();
  for (const part of [
    "looked at system: /usr is empty",
    "404 Not Found",
    "set LIBTORCH",
    "pip install torch",
    "libtorch-dev libopenblas0-pthread",
  ]) {
    expect(text).toContain(part);
  }
});

/** The files below a folder, named from the folder `made` of the root, as in the official archive. */
function filesUnder(folder: string, root: string): Map<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(join(root, "made"), path), readFileSync(path)];
    }),
  );
}
