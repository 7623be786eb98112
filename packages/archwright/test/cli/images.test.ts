/** What the command line says of the images it was given, and where it keeps that. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { readRunFile } from "../../src/runs/run-directory.ts";
import { start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const PATIENT = { timeout: 240_000 };

/** A home directory with `photos/<class>/`: 20 images of two classes, one of them twice, and one file that is not read. */
async function homeWithPhotos(): Promise<string> {
  const home = temporaryFolder();
  for (const [label, name] of ["ants", "bees"].entries()) {
    mkdirSync(join(home, "photos", name), { recursive: true });
    for (let n = 0; n < 10; n++) {
      const pixels = Uint8Array.from({ length: 20 * 30 * 3 }, (_, i) => (i * (n + 2) + 100 * label) % 256);
      const image = sharp(pixels, { raw: { width: 30, height: 20, channels: 3 } });
      await image.png().toFile(join(home, "photos", name, `${n}.png`));
    }
  }
  writeFileSync(join(home, "photos/bees/10.BMP"), "BM");
  writeFileSync(join(home, "photos/bees/11.png"), readFileSync(join(home, "photos/bees/0.png")));
  return home;
}

const messages = [
  "1 file in HOME/photos passed over, images of forms that are not read: bees/10.BMP; convert them to jpg or png",
  "21 images of 30×20 pixels scaled to 16×16; --image-size sets another size",
  "1 of 21 training images equal to others and counted once: bees/11.png = bees/0.png",
];

test("a search says it on stderr and in run.json; ~ is the home directory", PATIENT, async () => {
  const HOME = await homeWithPhotos();
  const args = ["--method=random", "--data=folder:~/photos", "--image-size=16", "--out=~/run", "--quiet"];
  const settings = ["evaluations=2", "batch=4", "fitness=macs"].flatMap((text) => ["--set", text]);
  const ended = await start(main, ["search", "--space=nasbench201", ...args, ...settings], {
    cwd: HOME,
    env: { ...process.env, HOME },
  }).ended;
  const expected = messages.map((message) => message.replace("HOME", HOME));
  expect(ended.stderr).toBe(expected.map((message) => `note: ${message}\n`).join(""));
  expect(ended.status).toBe(0);
  const run = readRunFile(join(HOME, "run"));
  expect(run.notes?.map(({ message }) => message)).toEqual(expected);
  expect(run).toMatchObject({ dataset: { images: 20 }, task: { imageSize: 16 }, settings: { imageSize: 16 } });
});

test("a scoring says it too, and keeps it beside its table", PATIENT, async () => {
  const HOME = await homeWithPhotos();
  const args = ["--proxies=params", "--sample=2", "--batch=4", "--image-size=16", "--workers=1", "--quiet"];
  const ended = await start(
    main,
    ["score", "--space=nasbench201", "--data=folder:~/photos", "--out=~/scores.csv", ...args],
    { cwd: HOME, env: { ...process.env, HOME } },
  ).ended;
  const expected = messages.map((message) => message.replace("HOME", HOME));
  expect(ended.stderr).toBe(expected.map((message) => `note: ${message}\n`).join(""));
  const { notes } = JSON.parse(readFileSync(join(HOME, "scores.csv.json"), "utf8"));
  expect(notes.map(({ message }: { message: string }) => message)).toEqual(expected);
});
