/** A dataset's fingerprint, by which a resumed run knows its images again. */
import { createHash } from "node:crypto";
import type { Dataset } from "../data/dataset.ts";

/** SHA-256 over sizes, pixels and labels of the training images. */
export function datasetDigest({ train }: Dataset): string {
  const { count, height, width, channels, images, labels } = train;
  return createHash("sha256")
    .update(`${count} ${height} ${width} ${channels}\n`)
    .update(images)
    .update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
    .digest("hex");
}
