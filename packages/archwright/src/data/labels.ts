/** Images that a table names, as competitions hand them out: a column of paths and a column of classes. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Papa from "papaparse";
import { ArchwrightError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { decodeAll } from "./folder/decode.ts";
import { readHeaders } from "./folder/headers.ts";
import type { LabelledFile } from "./folder/layout.ts";
import type { FolderOptions } from "./folder.ts";
import { channelStatistics } from "./statistics.ts";

/** Names of the columns, in any case; a table of two columns may call them what it likes. */
const PATHS = ["path", "file", "filename", "file_name", "image", "image_path", "image_id", "id"];
const CLASSES = ["class", "label", "category", "target"];
const SPLITS = ["split", "subset", "set"];
const TESTS = ["test", "testing", "val", "valid", "validation"];
/** Endings that are tried where the table leaves them out. */
const ENDINGS = ["", ".jpg", ".png", ".jpeg", ".webp"];

/**
 * Opens `labels:FILE.csv`. Paths are those beside the table, with or without their ending. A column `split` may say which
 * images are for the test (`test`, `val`); the others are trained on. Throws `ArchwrightError("data")` for a table without these
 * columns, a file that is not there (with its line), fewer than two classes, and an image that cannot be read.
 */
export async function openLabels(file: string, options: FolderOptions = {}): Promise<Dataset> {
  const size = options.size ?? 32;
  const rows = readTable(file);
  const classes = [...new Set(rows.map(({ name }) => name))].sort();
  if (classes.length < 2) {
    throw new ArchwrightError(
      "data",
      `${file} has ${classes.length === 0 ? "no rows" : `only the class ${classes[0]}`}; two are needed`,
    );
  }
  const labelled = (part: readonly Row[]): LabelledFile[] =>
    part.map(({ path, name }) => ({ path, label: classes.indexOf(name) }));
  const [trained, tested] = [rows.filter(({ test }) => !test), rows.filter(({ test }) => test)].map(labelled) as [
    LabelledFile[],
    LabelledFile[],
  ];
  const untrained = classes.find((_, label) => !trained.some((one) => one.label === label));
  if (untrained !== undefined) {
    throw new ArchwrightError("data", `all images of class "${untrained}" in ${file} are for the test; train on some`);
  }
  const headers = await readHeaders(
    rows.map(({ path }) => path),
    size,
  );
  const decode = (part: readonly LabelledFile[], before: number) =>
    decodeAll(part, size, headers, (done) =>
      options.onProgress?.({ done: before + done, total: rows.length, label: file }),
    );
  const train = await decode(trained, 0);
  const dataset = {
    name: "labels",
    train,
    names: trained.map(({ path }) => path),
    classes,
    ...channelStatistics(train),
    source: file,
    notes: headers.notes,
  };
  return tested.length === 0 ? dataset : { ...dataset, test: await decode(tested, trained.length) };
}

interface Row {
  readonly path: string;
  readonly name: string;
  readonly test: boolean;
}

function readTable(file: string): Row[] {
  const { data: records } = Papa.parse<string[]>(read(file).replace(/^\ufeff/, ""), { skipEmptyLines: "greedy" });
  const [header = [], ...rows] = records;
  const names = header.map((name) => name.trim().toLowerCase());
  const two = names.length === 2;
  const path = column(names, PATHS) ?? (two ? 0 : undefined);
  const label = column(names, CLASSES) ?? (two ? 1 : undefined);
  if (path === undefined || label === undefined || path === label) {
    const missing = path === undefined ? `of paths (${PATHS.join(", ")})` : `of classes (${CLASSES.join(", ")})`;
    throw new ArchwrightError("data", `${file} has no column ${missing}; it has: ${header.join(", ")}`, {
      details: { file, header },
    });
  }
  const split = column(names, SPLITS);
  return rows.map((fields, i) => {
    const place = `${file}, row ${i + 2}`;
    const name = fields[label]?.trim() ?? "";
    if (name === "") throw new ArchwrightError("data", `${place}: the class is missing`);
    return {
      path: existing(join(dirname(file), fields[path]?.trim() ?? ""), place),
      name,
      test: split !== undefined && TESTS.includes(fields[split]?.trim().toLowerCase() ?? ""),
    };
  });
}

/** The first of `wanted` that is there. */
function column(names: readonly string[], wanted: readonly string[]): number | undefined {
  const found = wanted.map((name) => names.indexOf(name)).find((index) => index >= 0);
  return found;
}

function existing(path: string, place: string): string {
  const found = ENDINGS.map((ending) => path + ending).find((one) => existsSync(one));
  if (found !== undefined) return found;
  throw new ArchwrightError("data", `${place}: there is no image ${path}; paths are taken from the table's folder`, {
    details: { path },
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ArchwrightError("data", `cannot read the table ${file} (${code}); check the path`, { cause });
  }
}
