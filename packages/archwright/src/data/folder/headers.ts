/** What the headers of a folder's images say: sizes, pages, and how many bits their values have. */
import { ArchwrightError } from "../../errors.ts";
import { counted, firstFew, type Note } from "../../notes.ts";
import { inGroups, loadSharp } from "./groups.ts";

export interface Headers {
  /** Files whose values have 16 bits. */
  readonly deep: ReadonlySet<string>;
  /** Bits that all of these are read with: 8, 12 or 16. */
  readonly bits: number;
  readonly notes: readonly Note[];
}

interface Header {
  readonly path: string;
  readonly depth: string;
  readonly width: number;
  readonly height: number;
  readonly pages: number;
  readonly channels: number;
  /** Of values of 16 bits, without transparency. */
  readonly largest?: number;
}

/**
 * Reads the headers of all files. A file of which not even that can be read is left to the decoder, which names it.
 *
 * Values of 16 bits are often those of a camera or scanner of 12 bits, or bytes. They are read as 8, 12 or 16 bits, the fewest
 * that hold the largest value of all 16-bit files: the same for all of them, so that a dark image stays darker than the
 * others, and in steps, so that a few images of a set are read as the whole of it. Other values than bytes and 16 bits (floating point, 32 bits) have a range that no header states:
 * `ArchwrightError("data")`.
 *
 * @param size to which the images will be scaled
 */
export async function readHeaders(paths: readonly string[], size: number): Promise<Headers> {
  const headers = (await inGroups(paths, readHeader)).filter((header) => header !== undefined);
  refuse(
    headers,
    ({ depth }) => depth !== "uchar" && depth !== "ushort",
    ({ depth }) => {
      const kind = depth === "float" || depth === "double" ? "floating-point" : depth;
      return `values of type ${kind}, whose range no file states: convert them to 8 or 16 bits`;
    },
  );
  refuse(
    headers,
    ({ channels }) => channels > 4,
    ({ channels }) => `${channels} channels: convert them to colour or grey`,
  );
  const deep = headers.filter(({ depth }) => depth === "ushort");
  const largest = deep.reduce((most, header) => Math.max(most, header.largest ?? 0), 0);
  const bits = largest < 2 ** 8 ? 8 : largest < 2 ** 12 ? 12 : 16;
  const several = headers.filter(({ pages }) => pages > 1).map(({ path }) => path);
  return {
    deep: new Set(deep.map(({ path }) => path)),
    bits,
    notes: [
      ...scaled(headers, size),
      ...(deep.length > 0 && bits < 16
        ? [
            {
              kind: "bits",
              message: `${counted(deep.length, "image")} of 16 bits with no value above ${largest}: read as ${bits} bits`,
            },
          ]
        : []),
      ...(several.length > 0
        ? [
            {
              kind: "several-pages",
              message: `${counted(several.length, "file")} with several images or frames, of which the first counts: ${firstFew(several)}`,
              items: several,
            },
          ]
        : []),
    ],
  };
}

async function readHeader(path: string): Promise<Header | undefined> {
  const sharp = await loadSharp();
  try {
    const image = sharp(path);
    const { depth, channels, hasAlpha, pages = 1, autoOrient } = await image.metadata();
    const header = { path, depth, channels, pages, ...autoOrient };
    if (depth !== "ushort") return header;
    const { channels: statistics } = await image.stats();
    const colours = hasAlpha ? statistics.slice(0, -1) : statistics;
    return { ...header, largest: Math.max(...colours.map(({ max }) => max)) };
  } catch {
    return undefined;
  }
}

/** Throws `ArchwrightError("data")` that names the images that are `wrong`, and says why of the first. */
function refuse(headers: readonly Header[], wrong: (header: Header) => boolean, why: (header: Header) => string): void {
  const found = headers.filter(wrong);
  const [first] = found;
  if (first === undefined) return;
  const paths = found.map(({ path }) => path);
  const one = paths.length === 1;
  throw new ArchwrightError(
    "data",
    `${one ? "the image" : counted(paths.length, "image")} ${firstFew(paths)} ${one ? "has" : "have"} ${why(first)}`,
    { details: { paths } },
  );
}

function scaled(headers: readonly Header[], size: number): Note[] {
  const others = headers.filter(({ width, height }) => width !== size || height !== size);
  if (others.length === 0) return [];
  const byArea = others.toSorted((a, b) => a.width * a.height - b.width * b.height);
  const text = ({ width, height }: Header): string => `${width}×${height}`;
  const [least, most] = [text(byArea[0] as Header), text(byArea.at(-1) as Header)];
  const range = least === most ? least : `${least} to ${most}`;
  return [
    {
      kind: "scaled",
      message: `${counted(others.length, "image")} of ${range} pixels scaled to ${size}×${size}; --image-size sets another size`,
    },
  ];
}
