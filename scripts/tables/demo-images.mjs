/**
 * Makes the images of `--data demo`: a class-balanced part of Fashion-MNIST, as gzipped IDX files.
 *
 *   node --conditions=archwright-source scripts/tables/demo-images.mjs FASHION_MNIST_DIR [OUT_DIR]
 *
 * Takes the first images of each class and orders them in rounds of ten, one of each class, so that every prefix of
 * whole rounds is balanced. The same input gives the same images and labels, bit for bit.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { openMnist } from "../../packages/archwright/src/data/mnist.ts";
import { Random } from "../../packages/archwright/src/random.ts";

const CLASSES = 10;
const PER_CLASS = { train: 300, t10k: 50 };

/** Numbers of the chosen images, round by round. */
function chooseBalanced(labels, perClass, random) {
  const byClass = Array.from({ length: CLASSES }, () => []);
  for (const [i, label] of labels.entries()) byClass[label].push(i);
  const short = byClass.findIndex((images) => images.length < perClass);
  if (short !== -1) throw new Error(`class ${short} has ${byClass[short].length} images, ${perClass} are needed`);
  const chosen = [];
  for (let round = 0; round < perClass; round++) {
    for (const label of random.permutation(CLASSES)) chosen.push(byClass[label][round]);
  }
  return chosen;
}

/** An IDX file of unsigned bytes. */
function idx(shape, values) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [i, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * i);
  return Buffer.concat([header, values]);
}

const [source, out = fileURLToPath(new URL("../../packages/archwright/assets/demo/", import.meta.url))] =
  process.argv.slice(2);
if (source === undefined) {
  console.error("usage: demo-images.mjs FASHION_MNIST_DIR [OUT_DIR]");
  process.exit(2);
}
const dataset = await openMnist(source);
const random = Random.stream(0, "demo-images");
await mkdir(out, { recursive: true });
for (const [part, set] of [
  ["train", dataset.train],
  ["t10k", dataset.test],
]) {
  const chosen = chooseBalanced(set.labels, PER_CLASS[part], random);
  const size = set.height * set.width;
  const pixels = Buffer.concat(chosen.map((i) => set.images.subarray(i * size, (i + 1) * size)));
  const files = {
    [`${part}-images-idx3-ubyte.gz`]: idx([chosen.length, set.height, set.width], pixels),
    [`${part}-labels-idx1-ubyte.gz`]: idx(
      [chosen.length],
      Uint8Array.from(chosen, (i) => set.labels[i]),
    ),
  };
  for (const [name, contents] of Object.entries(files)) {
    await writeFile(join(out, name), gzipSync(contents, { level: 9 }));
    console.log(`| ${name} | \`${createHash("sha256").update(contents).digest("hex")}\` |`);
  }
}
