/** A copy of the working tree, in which files are changed while tests run. */
import { execFileSync } from "node:child_process";
import { copyFileSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Copy extends Disposable {
  readonly root: string;
}

/** Every file that git knows or would add. Packages, and with them the built addon, are those of the working tree. */
export function copyTree(root: string): Copy {
  const copy = mkdtempSync(join(tmpdir(), "archwright-mutate-"));
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of listed.toString().split("\0")) {
    // Files that are deleted and not committed are listed too; links are not followed.
    if (file === "" || lstatSync(join(root, file), { throwIfNoEntry: false })?.isFile() !== true) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return { root: copy, [Symbol.dispose]: () => rmSync(copy, { recursive: true }) };
}
