/** The IDX format of MNIST and its kin (LeCun, Cortes & Burges): unsigned bytes behind a big-endian header. */
import { ArchwrightError } from "../errors.ts";
import type { ImageSet } from "./dataset.ts";

interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/**
 * One IDX file of unsigned bytes: two zero bytes, the type 0x08, the number of dimensions, one 32-bit size for each,
 * then the values. The sizes must account for every byte of the file.
 *
 * @param file the name for error messages
 */
export function parseIdx(bytes: Uint8Array, dimensions: number, file: string): IdxArray {
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) throw damaged(file, `it ends inside its header of ${header} bytes`);
  if (bytes[0] !== 0 || bytes[1] !== 0) throw damaged(file, "it does not begin with IDX's two zero bytes");
  if (bytes[2] !== 8) throw damaged(file, `its values are of type 0x${hex(bytes[2])}, not unsigned bytes (0x08)`);
  if (bytes[3] !== dimensions) throw damaged(file, `it has ${bytes[3]} dimensions where ${dimensions} are needed`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 0) throw damaged(file, `its shape ${shape.join("×")} is empty`);
  const held = bytes.length - header;
  if (held !== size) {
    const state = held < size ? "truncated" : "too large";
    throw damaged(file, `it is ${state}: ${shape.join("×")} values need ${size} bytes, it holds ${held}`);
  }
  return { shape, values: bytes.subarray(header) };
}

/** An `idx3` file of grey images and the `idx1` file of their labels. */
export function parseIdxPair(
  images: { bytes: Uint8Array; file: string },
  labels: { bytes: Uint8Array; file: string },
): ImageSet {
  const pixels = parseIdx(images.bytes, 3, images.file);
  const classes = parseIdx(labels.bytes, 1, labels.file);
  const [count, height, width] = pixels.shape as [number, number, number];
  if (classes.shape[0] !== count) {
    throw damaged(labels.file, `it has ${classes.shape[0]} labels for the ${count} images of ${images.file}`);
  }
  return { images: pixels.values, labels: Uint16Array.from(classes.values), count, height, width, channels: 1 };
}

function damaged(file: string, what: string): ArchwrightError {
  return new ArchwrightError("data", `${file} is not the IDX file it should be: ${what}`, { details: { file } });
}

const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, "0");
