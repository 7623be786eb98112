/** What a fit decides: images set aside, sizes, limits. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  chooseBatch,
  chooseImageSize,
  chooseSpace,
  fitSpace,
  isUnbalanced,
  sizesOf,
} from "../../../src/runs/fit/choose.ts";
import { look } from "../../../src/runs/fit/look.ts";
import { performSizing } from "../../../src/runs/fit/perform-sizing.ts";
import { splitFolder } from "../../../src/runs/fit/split-folder.ts";
import { CELL } from "../../training/networks/support.ts";
import { temporaryFolder } from "../temporary.ts";

test("small pictures stay small, photographs get what the time allows; their spaces follow", () => {
  expect([28, 47, 48, 79, 80, 2000].map((side) => chooseImageSize(side, 30))).toEqual([32, 32, 64, 64, 96, 96]);
  expect(chooseImageSize(2000, 60)).toBe(128);
  expect([32, 64, 96].map(chooseSpace)).toEqual(["nasbench201", "nasbench201", "darts"]);
  expect(() => fitSpace("nasbench101")).toThrow("a fit needs a space of cells");
});

test("few images make small minibatches", () => {
  expect([1_000_000, 512, 511, 100, 16, 3, 1].map(chooseBatch)).toEqual([64, 64, 32, 8, 2, 2, 1]);
});

test("classes are unbalanced when the largest has three times the smallest", () => {
  const seen = (...counts: number[]) => ({ classes: counts.map((images, i) => ({ name: `${i}`, images })) }) as never;
  expect(isUnbalanced(seen(10, 29))).toBe(false);
  expect(isUnbalanced(seen(10, 30))).toBe(true);
});

function photos(counts: Readonly<Record<string, number>>): string {
  const folder = temporaryFolder();
  for (const [name, count] of Object.entries(counts)) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < count; i++) writeFileSync(join(folder, name, `${i}.png`), "");
    writeFileSync(join(folder, name, "notes.txt"), "");
  }
  return folder;
}

test("15 % of every class are set aside, at least one; the rest is trained on; the same again", () => {
  const classes = [
    { name: "cat", images: Array.from({ length: 20 }, (_, i) => `/photos/cat/${i}.png`) },
    { name: "dog", images: ["/photos/dog/a.png", "/photos/dog/b.png"] },
  ];
  const folder = temporaryFolder();
  for (let again = 0; again < 2; again++) expect(splitFolder(classes, folder, 1)).toBe(4);
  const names = (part: string, name: string) => readdirSync(join(folder, part, name));
  expect([names("test", "cat").length, names("train", "cat").length]).toEqual([3, 17]);
  expect([names("test", "dog").length, names("train", "dog").length]).toEqual([1, 1]);
  expect(names("train", "cat").filter((name) => names("test", "cat").includes(name))).toEqual([]);
});

test("images that cannot be used are named before anything is searched", async () => {
  const linked = join(temporaryFolder(), "images");
  await expect(look("folder:/nowhere", linked, 0)).rejects.toThrow("/nowhere");
  await expect(look(`folder:${photos({ cat: 3 })}`, linked, 0)).rejects.toThrow("only one class folder");
  await expect(look(`folder:${photos({ cat: 3, dog: 3 })}`, linked, 0)).rejects.toThrow(
    "none of the images looked at can be read",
  );
  expect(() => splitFolder([{ name: "dog", images: ["/dog/a.png"] }], linked, 0)).toThrow(
    'class "dog" has one image; it takes two',
  );
});

const told = { progress: () => {} };
const sizing = (task: object) =>
  performSizing(
    {
      start: { space: "nasbench201", architecture: CELL, classes: 3, imageSize: 8, images: 40, seconds: 1e6, ...task },
      events: false,
      stop: new SharedArrayBuffer(4),
    },
    told,
  );

test("the largest network within the limit of parameters, narrower rather than refused", async () => {
  const { parameters, size, epochs, batch } = await sizing({ maxParams: 10_000 });
  expect(parameters).toBeLessThanOrEqual(10_000);
  expect(parameters).toBeGreaterThan(5_000);
  expect(sizesOf(fitSpace("nasbench201"))).toContainEqual(size);
  expect({ epochs, batch }).toEqual({ epochs: 200, batch: 4 });
});

test("limits that no network keeps are refused with what the smallest needs", async () => {
  await expect(sizing({ maxParams: 100 })).rejects.toThrow(/the smallest has [\d,]+ parameters/);
  await expect(sizing({ maxParams: 9_000, maxLatency: 1e-6 })).rejects.toThrow("no network takes 0.000001 ms or less");
});
