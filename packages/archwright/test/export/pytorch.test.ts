/** Exported PyTorch programs: their text everywhere, their logits where a Python has torch. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors, scope, tensor } from "@archwright/torch";
import { expect, test } from "vitest";
import { requireAgreement } from "../../src/export/difference.ts";
import { foldNorms } from "../../src/export/fold.ts";
import { programLogits } from "../../src/export/pytorch/check.ts";
import { pytorchProgram } from "../../src/export/pytorch/program.ts";
import { traceNetwork } from "../../src/export/trace.ts";
import { temporaryFolder } from "../runs/temporary.ts";
import { imagesAndLogits, randomModel } from "./support.ts";

/** ARCHWRIGHT_PYTHON names another Python than python3. */
const python = process.env.ARCHWRIGHT_PYTHON ?? "python3";

const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;

const program = (name: string) => {
  const model = randomModel(name, 1);
  return { model, ...pytorchProgram(model, foldNorms(traceNetwork(model.network))) };
};

test("names its weights once each, and says what it is", () => {
  const { model, text, weights } = program("darts");
  expect(text).toContain(`Architecture: ${model.space.format(model.architecture)}`);
  expect(text).toContain('CLASSES = ["cat", "dog", "fish"]');
  expect(new Set(weights.map((weight) => weight.name)).size).toBe(weights.length);
  for (const { name } of weights) expect(text).toContain(`self.${name.split(".")[1]} = `);
  model.network.dispose();
});

test.skipIf(!hasTorch).each(["darts", "nasbench101", "nasbench-macro", "nds-nasnet"])(
  "%s: logits within 1e-5 (skipped where Python has no torch)",
  { timeout: 120_000 },
  (name) => {
    const { model, text, weights } = program(name);
    const folder = temporaryFolder();
    const { values, shape, logits } = imagesAndLogits(model);
    writeFileSync(join(folder, "model.py"), text);
    const named = () => Object.fromEntries(weights.map((weight) => [weight.name, tensor(weight.values, weight.shape)]));
    writeFileSync(
      join(folder, "weights.safetensors"),
      scope(() => encodeSafetensors(named())),
    );
    const theirs = programLogits(folder, python, { values, shape }) as Float32Array;
    requireAgreement(name, logits, theirs, { tolerance: 1e-5, images: 2 });
    model.network.dispose();
  },
);
