/** One image file as pixels, read as folders are. */
import { decodeAll } from "./folder/decode.ts";
import { loadSharp } from "./folder/groups.ts";
import { readHeaders } from "./folder/headers.ts";

/** RGB bytes [size, size, 3]. Throws `ArchwrightError("data")` for a file that is no image. */
export async function readImage(path: string, size: number): Promise<Uint8Array> {
  const { images } = await decodeAll([{ path, label: 0 }], size, await readHeaders([path], size));
  return images;
}

/** Pixels along the shorter side, as the file's header says; undefined where it says nothing. */
export async function shorterSide(path: string): Promise<number | undefined> {
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(path).metadata();
    return Math.min(width, height);
  } catch {
    return undefined;
  }
}
