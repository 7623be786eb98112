/** Which architectures a command goes through: `--arch`, `--file`, `--sample` or `--all`. */
import { ArchwrightError } from "../errors.ts";
import type { ArchitectureSource } from "../runs/score/request.ts";
import { architectureText } from "./architecture-text.ts";
import { type Given, type Option, wholeNumber } from "./options.ts";

/** - `verb`: what is done with them. */
export const architectureOptions = (verb: string): readonly Option[] => [
  { name: "arch", value: "A", repeatable: true, about: `${verb} this architecture (text form, or @FILE)` },
  { name: "file", value: "FILE", about: `${verb} the architectures in a file, one a line, or of a CSV` },
  { name: "arch-column", value: "NAME", about: "with --file: a CSV's column of architectures, by a name of its own" },
  { name: "sample", value: "N", about: `${verb} N different architectures, drawn with the seed` },
  { name: "all", about: `${verb} every architecture of the space` },
  { name: "benchmark", value: "B", about: "with --sample and --all: the architectures of a table, by name or file" },
];

/** Throws `ArchwrightError("usage")` unless it is one of the ways. */
export function architectureSource(given: Given): ArchitectureSource {
  const ways = ["arch", "file", "sample", "all"].filter((name) => given.has(name));
  if (ways.length !== 1) {
    const found = ways.length === 0 ? "none is given" : `given are ${ways.map((name) => `--${name}`).join(" and ")}`;
    throw new ArchwrightError(
      "usage",
      `which architectures? one of --arch, --file, --sample and --all is needed; ${found}`,
    );
  }
  const table = given.text("benchmark");
  const benchmark = table === undefined ? {} : { benchmark: table };
  if (given.has("sample")) return { from: "sample", count: sampleSize(given), ...benchmark };
  if (given.has("all")) return { from: "all", ...benchmark };
  if (table !== undefined) throw new ArchwrightError("usage", "--benchmark goes with --sample and --all");
  const path = given.text("file");
  const column = given.text("arch-column");
  if (path !== undefined) return { from: "file", path, ...(column === undefined ? {} : { column }) };
  if (column !== undefined) throw new ArchwrightError("usage", "--arch-column goes with --file");
  return { from: "list", architectures: given.all("arch").map(architectureText) };
}

function sampleSize(given: Given): number {
  const count = wholeNumber(given, "sample") ?? 0;
  if (count >= 1) return count;
  throw new ArchwrightError("usage", "--sample must be at least 1");
}
