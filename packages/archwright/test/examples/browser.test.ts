/** The example's page classifies an image that is dropped on it, in a real browser, as our network does. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { onnxModel } from "../../src/export/onnx/write.ts";
import { modelFolder, writeModel } from "../../src/runs/model/model-folder.ts";
import { performPrediction } from "../../src/runs/predict/perform-prediction.ts";
import { randomModel } from "../export/support.ts";
import { executablePath, launch, suiteName } from "../runs/report/chromium.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const root = new URL("../../../../", import.meta.url);
const page = fileURLToPath(new URL("examples/browser/index.html", root));
const runtime = fileURLToPath(new URL("node_modules/onnxruntime-web/dist/", root));
const types: Record<string, string> = {
  ".html": "text/html",
  ".mjs": "text/javascript",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

describe.skipIf(executablePath === undefined)(suiteName("the page"), () => {
  test("an image dropped on it gets its class", { timeout: 180_000 }, async () => {
    const directory = temporaryFolder();
    const model = randomModel("nasbench201", 9, 8);
    writeModel(modelFolder(directory), { description: model, data: "noise", epochs: 1, last: model.network.state() });
    writeFileSync(join(directory, "model.onnx"), onnxModel(model, { version: "test", preprocess: true }));
    writeFileSync(join(directory, "classes.json"), JSON.stringify(model.classes));
    const image = join(directory, "image.png");
    // Of the model's own size, so that nobody scales it and both see the same pixels.
    await sharp(Buffer.from(Array.from({ length: 192 }, (_, i) => (i * 53) % 256)), {
      raw: { width: 8, height: 8, channels: 3 },
    })
      .png()
      .toFile(image);
    const task = { start: { model: directory, images: [image] }, events: false, stop: new SharedArrayBuffer(4) };
    const [ours] = await performPrediction(task, { progress: () => {}, stopRequested: () => false });
    const files = createServer((request, response) => {
      const name = basename((request.url ?? "/").split("?")[0] as string) || "index.html";
      const folder = name === "index.html" ? page : join(name.startsWith("ort") ? runtime : directory, name);
      try {
        response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
        response.end(readFileSync(folder));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
    const browser = await launch();
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
      await tab.waitForSelector("body[data-ready=yes]", { timeout: 120_000 });
      const dropped = await tab.evaluateHandle((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], "image.png", { type: "image/png" }));
        return transfer;
      }, readFileSync(image).toString("base64"));
      await tab.dispatchEvent("#drop", "drop", { dataTransfer: dropped });
      await tab.waitForSelector("#answer li", { timeout: 60_000 });
      const best = ours?.classes[0];
      expect(await tab.textContent("#answer li")).toBe(
        `${best?.name}: ${(100 * (best?.probability as number)).toFixed(1)} %`,
      );
    } finally {
      await browser.close();
      files.close();
      model.network.dispose();
    }
  });
});
