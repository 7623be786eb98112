/** Sets that come class by class, from every kind of file: what a search learns on one half holds on the other. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setThreads } from "@archwright/torch";
import sharp from "sharp";
import { expect, it } from "vitest";
import { openDataset } from "../../src/data/open.ts";
import { Random } from "../../src/random.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { idxFile } from "../data/helpers.ts";
import { sized } from "../networks/support.ts";
import { temporaryFolder } from "../runs/temporary.ts";
import { finish, newSearch, ofType } from "./support.ts";

// Networks this small gain nothing from a second thread.
setThreads(1);

const CLASSES = ["apples", "boats", "cats", "dogs"];
const EACH = 30;

/** `EACH` images of a class: one level of grey for the class, or of red and blue, and noise. */
function pixelsOf(label: number, side: number, channels: number, random: Random): Uint8Array {
  const level = (channel: number): number => 40 + 50 * (channel === 2 ? 3 - label : label);
  return Uint8Array.from({ length: side * side * channels }, (_, i) => level(i % channels) + random.integer(30));
}

/** All images, class by class. */
function images(side: number, channels: number): { label: number; pixels: Uint8Array }[] {
  const random = Random.stream(1, "class by class");
  return CLASSES.flatMap((_, label) =>
    Array.from({ length: EACH }, () => ({ label, pixels: pixelsOf(label, side, channels, random) })),
  );
}

const sources: Record<string, (root: string) => Promise<string>> = {
  folder: async (root) => {
    for (const [n, { label, pixels }] of images(16, 3).entries()) {
      const folder = join(root, CLASSES[label] as string);
      mkdirSync(folder, { recursive: true });
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
        .png()
        .toFile(join(folder, `${n}.png`));
    }
    return `folder:${root}`;
  },
  "IDX files": async (root) => {
    const all = images(16, 1);
    const labels = Uint8Array.from(all, ({ label }) => label);
    writeFileSync(
      join(root, "train-images-idx3-ubyte"),
      idxFile([all.length, 16, 16], Buffer.concat(all.map(({ pixels }) => pixels))),
    );
    writeFileSync(join(root, "train-labels-idx1-ubyte"), idxFile([all.length], labels));
    return `mnist:${root}`;
  },
  "CIFAR's binary files": async (root) => {
    const records = images(32, 3).map(({ label, pixels }) => {
      const plane = (channel: number) => pixels.filter((_, i) => i % 3 === channel);
      return Buffer.concat([Uint8Array.of(label), plane(0), plane(1), plane(2)]);
    });
    writeFileSync(join(root, "data_batch_1.bin"), Buffer.concat(records));
    return `cifar10:${root}`;
  },
};

it.each(Object.entries(sources))("%s: the supernet is right on over 90 % after three epochs", async (kind, write) => {
  const size = kind === "CIFAR's binary files" ? 32 : 16;
  const data = await openDataset(await write(temporaryFolder()), { size, channels: 3 });
  const set = { epochs: 3, batch: 10, channels: 4, cells: 1 };
  const events = finish(newSearch({ method: "darts", space: sized(nasbench201, 4, 1), data, preset: "small", set }));
  const epochs = ofType(events, "epoch");
  expect(epochs).toHaveLength(3);
  expect(epochs.at(-1)?.valid?.accuracy).toBeGreaterThan(0.9);
});
