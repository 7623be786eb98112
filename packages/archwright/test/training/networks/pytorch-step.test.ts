/** Two steps of training against the equivalent PyTorch program: losses, weights and running statistics. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scope } from "@archwright/torch";
import { expect, test } from "vitest";
import { inOrder } from "../../../src/data/sampler.ts";
import { toTensors } from "../../../src/search/minibatch.ts";
import { temporaryFolder } from "../../runs/temporary.ts";
import { images, smallTraining } from "./support.ts";

/** ARCHWRIGHT_PYTHON names another Python than python3. */
const python = process.env.ARCHWRIGHT_PYTHON ?? "python3";
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;
const program = fileURLToPath(new URL("./pytorch-step.py", import.meta.url));

test.skipIf(!hasTorch)(
  "Nesterov, weight decay, clipping, smoothed labels (skipped where Python has no torch)",
  { timeout: 120_000 },
  () => {
    const [labelSmoothing, clip, weightDecay] = [0.1, 0.5, 5e-4];
    const { count } = images.train;
    const { network, trainer } = smallTraining(
      {
        ...{ epochs: 2, batch: count, dropPath: 0, dropout: 0, labelSmoothing, clip },
        optimizer: { learningRate: 0.1, nesterov: true, weightDecay },
        augmentation: { pad: 0, flip: false, cutout: 0 },
      },
      null as never,
    );
    const file = join(temporaryFolder(), "input.json");
    const [batch] = inOrder(images.train, count, images);
    const values = scope(() => toTensors(batch as NonNullable<typeof batch>, "cpu").images.toArray());
    const state = Object.fromEntries(
      Object.entries(network.state()).map(([name, value]) => [name, [value.shape, value.toArray()]]),
    );
    const given = { state, images: values, shape: [count, 3, 8, 8], labels: [...images.train.labels] };
    writeFileSync(file, JSON.stringify({ ...given, labelSmoothing, clip, weightDecay, rates: [0.1, 0.05] }));
    const { status, stdout, stderr } = spawnSync(python, [program, file], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const theirs = JSON.parse(stdout) as { losses: number[]; state: Record<string, number[]> };
    const events = [...trainer.step(), ...trainer.step()];
    for (const [i, { train }] of events.entries()) expect(train.loss).toBeCloseTo(theirs.losses[i] as number, 5);
    for (const [name, value] of Object.entries(network.state())) {
      for (const [i, ours] of value.toArray().entries()) {
        expect(Math.abs(ours - (theirs.state[name]?.[i] as number)), `${name} ${i}`).toBeLessThan(2e-6);
      }
    }
    trainer.dispose();
    network.dispose();
  },
);
