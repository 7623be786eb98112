/** One image file as pixels. */
import { ArchwrightError } from "../errors.ts";

/** Endings of files that are taken to be images. */
export const IMAGE_ENDING = /\.(jpe?g|png|webp|gif|avif|tiff?|svg)$/i;

/**
 * RGB bytes [size, size, 3], as folders are read: turned as its EXIF data say, scaled to cover the square, cropped about its
 * centre, put on black where transparent. Throws `ArchwrightError("data")` for a file that is no image.
 */
export async function readImage(path: string, size: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp"); // a large native library: loaded only when images are decoded
  try {
    const image = sharp(path).autoOrient().resize(size, size, { fit: "cover" }).flatten({ background: "black" });
    return new Uint8Array(await image.toColourspace("srgb").raw().toBuffer());
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new ArchwrightError("data", `cannot decode the image ${path} (${reason})`, { cause, details: { path } });
  }
}

/** Pixels along the shorter side, as the file's header says; undefined where it says nothing. */
export async function shorterSide(path: string): Promise<number | undefined> {
  const { default: sharp } = await import("sharp");
  try {
    const { width, height } = await sharp(path).metadata();
    return Math.min(width, height);
  } catch {
    return undefined;
  }
}
