/** The images that come with the package: a class-balanced part of Fashion-MNIST (assets/demo says more). */
import { fileURLToPath } from "node:url";
import type { Dataset } from "./dataset.ts";
import { openMnist } from "./mnist.ts";

/** 3,000 training and 500 test images, 28×28×1, ten classes. Every run of ten images holds each class once. */
export async function openDemo(): Promise<Dataset> {
  const directory = fileURLToPath(new URL("../../assets/demo/", import.meta.url));
  return { ...(await openMnist(directory)), name: "demo", source: "demo images (Fashion-MNIST)" };
}
