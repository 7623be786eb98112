/** Which files are images that can be read, which only look like images, and which of a folder were not taken. */
import { open, readdir } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { counted, firstFew, type Note } from "../../notes.ts";

/** Endings of the files that are read. */
export const READ_ENDINGS = ["jpg", "png", "webp", "gif", "avif", "tiff", "svg"] as const;

const READ = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|svg)$/i;

/** Endings of images that are not read. */
const UNREAD =
  /\.(bmp|dib|hei[cf]|jp2|j2k|jpx|jxl|p[bgpn]m|pfm|tga|ico|psd|exr|hdr|dng|cr[23w]|nef|arw|orf|rw2|raf|dcm|fits?)$/i;

/** The first bytes, in hexadecimal, of PNG, JPEG, GIF, TIFF of both byte orders, and WebP in its container. */
const SIGNATURE = /^(89504e47|ffd8ff|47494638|49492a00|4d4d002a|52494646.{8}57454250)/;

export const isImageFile = (name: string): boolean => READ.test(name);

/** Hidden files and folders, and what macOS puts beside the files of an archive. */
export const isSkipped = (name: string): boolean => name.startsWith(".") || name === "__MACOSX";

/** Endings of the files in a folder and below it that look like images and cannot be read there. */
export async function endingsIn(folder: string): Promise<string[]> {
  const found = await lookalikes(folder);
  const here = found.map((path) => extname(path) || "no ending");
  return [...new Set(here)].sort();
}

/**
 * Remarks on the images below `directory` that are not among `taken`: those of formats that are not read, and those that
 * lie where no image is looked for.
 */
export async function passedOver(directory: string, taken: ReadonlySet<string>): Promise<Note[]> {
  const left = (await lookalikes(directory)).filter((path) => !taken.has(path));
  const names = (paths: readonly string[]): string[] => paths.map((path) => relative(directory, path));
  const unread = names(left.filter((path) => !isImageFile(path)));
  const misplaced = names(left.filter((path) => isImageFile(path)));
  const notes: Note[] = [];
  if (unread.length > 0) {
    notes.push({
      kind: "unread-files",
      message: `${counted(unread.length, "file")} in ${directory} passed over, images of forms that are not read: ${firstFew(unread)}; convert them to ${READ_ENDINGS.slice(0, 2).join(" or ")}`,
      items: unread,
    });
  }
  if (misplaced.length > 0) {
    notes.push({
      kind: "unused-files",
      message: `${counted(misplaced.length, "image")} in ${directory} passed over, outside the class folders of the training and test images: ${firstFew(misplaced)}`,
      items: misplaced,
    });
  }
  return notes;
}

/** Every file below a folder that is an image by its ending or its first bytes, in code-unit order. */
async function lookalikes(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (isSkipped(entry.name)) continue;
    if (entry.isDirectory()) found.push(...(await lookalikes(path)));
    else if (isImageFile(path) || UNREAD.test(path) || (await hasSignature(path))) found.push(path);
  }
  return found;
}

async function hasSignature(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    const { buffer } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return SIGNATURE.test(buffer.toString("hex"));
  } catch {
    return false;
  }
}
