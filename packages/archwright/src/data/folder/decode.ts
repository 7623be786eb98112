/** Decoding a folder's images to bytes of one size. */
import { ArchwrightError } from "../../errors.ts";
import { emptyImageSet, type ImageSet } from "../dataset.ts";
import { inGroups, loadSharp } from "./groups.ts";
import type { Headers } from "./headers.ts";
import type { LabelledFile } from "./layout.ts";

/**
 * Every image is turned as its EXIF data say, scaled to cover the square, cropped about its centre, put on black where
 * transparent, and converted to sRGB. Throws `ArchwrightError("data")` for the first that cannot be decoded.
 *
 * @param onDone is told how many are done
 */
export async function decodeAll(
  files: readonly LabelledFile[],
  size: number,
  headers: Headers,
  onDone?: (done: number) => void,
): Promise<ImageSet> {
  const set = emptyImageSet(files.length, size, size, 3);
  const bytes = size * size * 3;
  const decode = async ([n, { path, label }]: [number, LabelledFile]): Promise<void> => {
    const pixels = await decoded(path, size, headers).catch((cause: unknown) => {
      throw corrupt(path, cause);
    });
    if (pixels.length !== bytes) throw corrupt(path, `${pixels.length} bytes where ${bytes} belong`);
    set.images.set(pixels, n * bytes);
    set.labels[n] = label;
  };
  await inGroups([...files.entries()], decode, onDone);
  return set;
}

async function decoded(path: string, size: number, { deep, bits }: Headers): Promise<Buffer> {
  const sharp = await loadSharp();
  const image = sharp(path).autoOrient().resize(size, size, { fit: "cover" }).flatten({ background: "black" });
  if (deep.has(path)) image.linear(65535 / (2 ** bits - 1), 0);
  return image.toColourspace("srgb").raw().toBuffer();
}

function corrupt(path: string, cause: unknown): ArchwrightError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0];
  return new ArchwrightError("data", `cannot decode the image ${path} (${reason}); repair or remove it`, {
    cause,
    details: { path },
  });
}
