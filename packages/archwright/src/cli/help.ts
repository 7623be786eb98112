/** Help texts, made from the commands and their options. */
import type { Command, CommandEntry } from "./command.ts";
import { commonOptions, type Option } from "./options.ts";

/** Of the whole program. */
export const programHelp = (entries: readonly CommandEntry[]): string =>
  [
    "Neural architecture search on libtorch.",
    "",
    "Usage: archwright COMMAND [options]",
    "",
    ...columns(entries.map(({ name, summary }) => [name, summary])),
    "",
    "`archwright COMMAND --help` shows a command's options, `archwright --version` the version.",
    "",
    "Exit status: 0 done, 1 failed, 2 the call was wrong, 130 stopped by Ctrl-C.",
    "",
  ].join("\n");

/** Of one command. */
export const commandHelp = (name: string, summary: string, command: Command): string =>
  [
    `archwright ${name}: ${summary}`,
    "",
    `Usage: ${synopsis(name, command)}`,
    "",
    ...columns([...command.options, ...commonOptions].map((option) => [spelled(option), about(option)])),
    ...(command.notes === undefined ? [] : ["", ...command.notes]),
    "",
  ].join("\n");

function synopsis(name: string, { positional, options }: Command): string {
  const words = options.map((option) => {
    const word = `--${option.name}${option.value === undefined ? "" : ` ${option.value}`}`;
    return option.required !== undefined ? word : `[${word}]${option.repeatable === true ? "..." : ""}`;
  });
  return ["archwright", name, ...(positional === undefined ? [] : [positional]), ...words, "[--json]"].join(" ");
}

const spelled = ({ name, short, value }: Option): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;

const about = ({ about, required = false }: Option): string => {
  if (required === false) return about;
  return `${about} (required${typeof required === "string" ? ` unless --${required}` : ""})`;
};

/** Rows of two columns, the second ones below each other. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
