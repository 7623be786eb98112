/** A whole fit on a folder of pictures of mixed sizes and kinds of files, killed on the way. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openDemo } from "../../../src/data/demo.ts";
import { start } from "../processes.ts";
import { temporaryFolder } from "../temporary.ts";

const main = new URL("../../../src/cli/main.ts", import.meta.url);

test("folder to model: killed twice, continued, tested on images set aside, exported, told in plain words", {
  timeout: 3_600_000,
}, async () => {
  const folder = temporaryFolder();
  const { train, classes } = await openDemo();
  for (let n = 0; n < 120; n++) {
    const place = join(folder, "photos", String(train.labels[n]));
    mkdirSync(place, { recursive: true });
    const raw = { width: 28, height: 28, channels: 1 as const };
    const picture = sharp(train.images.subarray(784 * n, 784 * (n + 1)), { raw }).resize(24 + (n % 30));
    await picture.toFile(join(place, `${n}.${n % 2 === 0 ? "png" : "jpg"}`));
  }
  expect(classes).toHaveLength(10);
  const out = join(folder, "model");
  const first = start(main, [
    "fit",
    "--data",
    `folder:${join(folder, "photos")}`,
    "--minutes",
    "0.3",
    "--max-params",
    "20k",
    "--out",
    out,
  ]);
  await first.said(/searching/);
  first.child.kill("SIGKILL");
  await first.ended;
  const second = start(main, ["fit", "--resume", out]);
  await second.said(/training for/);
  second.child.kill("SIGKILL");
  await second.ended;
  const ended = await start(main, ["fit", "--resume", out, "--json"]).ended;
  expect(ended.status).toBe(0);
  const { test: tested, plan, onnx, page } = JSON.parse(ended.stdout);
  expect(tested.images).toBe(20);
  expect(plan.parameters).toBeLessThanOrEqual(20_000);
  expect(existsSync(onnx)).toBe(true);
  expect(readFileSync(page, "utf8")).toMatch(/It names \d+\.\d % of images rightly/);
  const [image] = ["0", "1"].map((name) => join(out, "images", "test", name));
  expect(existsSync(image as string)).toBe(true);
});
