/** Runs an exported program where Python has torch. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArchwrightError } from "../../errors.ts";

const CHECK = `
import sys, importlib.util, array, torch
spec = importlib.util.spec_from_file_location("model", sys.argv[1])
model = importlib.util.module_from_spec(spec)
spec.loader.exec_module(model)
shape = [int(size) for size in sys.argv[4].split(",")]
images = torch.frombuffer(bytearray(open(sys.argv[2], "rb").read()), dtype=torch.float32).reshape(shape)
with torch.no_grad():
    logits = model.load()(images).contiguous()
open(sys.argv[3], "wb").write(bytes(logits.untyped_storage()))
`;

/**
 * The logits of the program in `folder` for normalized images; undefined where `python` has no torch. Throws
 * `ArchwrightError("run")` with Python's last line if the program fails.
 */
export function programLogits(
  folder: string,
  python: string,
  { values, shape }: { readonly values: Float32Array; readonly shape: readonly number[] },
): Float32Array | undefined {
  if (spawnSync(python, ["-c", "import torch"]).status !== 0) return undefined;
  const scratch = mkdtempSync(join(tmpdir(), "archwright-check-"));
  try {
    const [images, logits] = [join(scratch, "images"), join(scratch, "logits")];
    writeFileSync(images, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const args = ["-c", CHECK, join(folder, "model.py"), images, logits, shape.join(",")];
    const { status, stderr } = spawnSync(python, args, { encoding: "utf8" });
    if (status !== 0) {
      const line = stderr.trim().split("\n").at(-1);
      throw new ArchwrightError("run", `the exported program does not run in ${python}: ${line}`);
    }
    const bytes = readFileSync(logits);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
