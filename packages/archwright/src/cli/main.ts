/** The command line's entry: finds the command, reads its options, runs it. */
import { unknownName } from "../errors.ts";
import { onHints } from "../hints.ts";
import type { CommandEntry } from "./command.ts";
import { commands } from "./commands.ts";
import { exitStatus, reportError } from "./errors.ts";
import { commandHelp, programHelp } from "./help.ts";
import { commonOptions, parseOptions, requireOptions } from "./options.ts";
import { note, print, tolerateClosedPipes } from "./output.ts";

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    note(programHelp(commands));
    return exitStatus.usage;
  }
  if (["--help", "-h", "help"].includes(first)) {
    print(programHelp(commands));
    return exitStatus.done;
  }
  if (["--version", "-V"].includes(first)) {
    const { packageVersion } = await import("../runs/environment.ts");
    print(packageVersion());
    return exitStatus.done;
  }
  return runCommand(find(first), rest);
}

async function runCommand({ name, summary, load }: CommandEntry, args: readonly string[]): Promise<number> {
  const command = await load();
  if (args.includes("--help") || args.includes("-h")) {
    print(commandHelp(name, summary, command));
    return exitStatus.done;
  }
  const given = parseOptions(
    args,
    [...command.options, ...commonOptions],
    command.mostPositionals ?? (command.positional === undefined ? 0 : 1),
  );
  requireOptions(given, command.options);
  return command.run(given);
}

function find(name: string): CommandEntry {
  const found = commands.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    name.startsWith("-") ? "option" : "command",
    name,
    commands.map((entry) => entry.name),
  );
}

tolerateClosedPipes();
onHints((message) => note(`hint: ${message}`));
const args = process.argv.slice(2);
try {
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = reportError(error, { json: args.includes("--json"), verbose: args.includes("--verbose") });
}
