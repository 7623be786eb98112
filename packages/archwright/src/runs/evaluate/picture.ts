/** An image of a set as a picture. */
import type { ImageSet } from "../../data/dataset.ts";

/** Pictures are no larger than this, in pixels along a side. */
const LARGEST = 96;

/** Image `n` as PNG in base64. */
export async function picture({ images, height, width, channels }: ImageSet, n: number): Promise<string> {
  const { default: sharp } = await import("sharp"); // a large native library: loaded only when pictures are made
  const size = height * width * channels;
  const raw = { width, height, channels: channels as 1 | 3 };
  const png = await sharp(images.subarray(n * size, (n + 1) * size), { raw })
    .resize(LARGEST, LARGEST, { fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
  return png.toString("base64");
}
