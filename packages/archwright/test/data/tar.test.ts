import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readTar } from "../../src/data/tar.ts";
import { ArchwrightError } from "../../src/errors.ts";
import { temporaryDirectory } from "./helpers.ts";

const CONTENTS = { "a.txt": "hello", "empty.bin": "", "big.bin": "x".repeat(1537) };
let directory: string;

/** An archive of `folder/*` that the system's tar wrote. */
const packed = (...flags: string[]): Uint8Array =>
  execFileSync("tar", [...flags, "-cf", "-", "-C", directory, "folder"]);

beforeAll(async () => {
  directory = await temporaryDirectory();
  await mkdir(join(directory, "folder", "deep"), { recursive: true });
  for (const [name, contents] of Object.entries(CONTENTS)) await writeFile(join(directory, "folder", name), contents);
  await writeFile(join(directory, "folder", "deep", "b.txt"), "below");
});

describe("readTar", () => {
  test.each(["v7", "ustar", "gnu", "pax"])("files of the system's tar in its %s format", (format) => {
    const entries = readTar(packed(`--format=${format}`), "t.tar");
    const read = Object.fromEntries(entries.map(({ name, contents }) => [name, Buffer.from(contents).toString()]));
    expect(read).toEqual({
      "folder/a.txt": "hello",
      "folder/empty.bin": "",
      "folder/big.bin": CONTENTS["big.bin"],
      "folder/deep/b.txt": "below",
    });
  });

  test("an archive cut anywhere before its end marker is refused", () => {
    const archive = packed("--format=ustar");
    const end = archive.findLastIndex((byte) => byte !== 0);
    for (let length = 0; length < end; length += 97) {
      expect(() => readTar(archive.subarray(0, length), "t.tar")).toThrow(ArchwrightError);
    }
  });

  test("changed bytes give other contents or an ArchwrightError, never files outside the archive", () => {
    const archive = packed("--format=ustar");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const changed = Uint8Array.from(archive);
          for (const [at, value] of changes) changed[at] = value;
          try {
            const total = readTar(changed, "t.tar").reduce((sum, { contents }) => sum + contents.length, 0);
            expect(total).toBeLessThan(archive.length);
          } catch (error) {
            if (!(error instanceof ArchwrightError)) throw error;
          }
        },
      ),
    );
  });

  test("arbitrary bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(() => {
          try {
            readTar(bytes, "t.tar");
          } catch (error) {
            if (!(error instanceof ArchwrightError)) throw error;
          }
        }).not.toThrow();
      }),
    );
  });
});
