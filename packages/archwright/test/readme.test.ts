/** The commands that README.md shows run, and print what it says. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { guidedMethods } from "../src/methods/registry.ts";
import { start } from "./runs/processes.ts";
import { temporaryFolder } from "./runs/temporary.ts";

const readme = fileURLToPath(new URL("../../../README.md", import.meta.url));
const main = new URL("../src/cli/main.ts", import.meta.url);
const PREFIX = "npx archwright ";
/** Commands whose output is the same on every machine and in every run. */
const EXACT = ["lookup", "inspect", "list"];
/** What makes a shown search one of seconds. */
const TINY = ["proposals=1", "validationBatches=1", "batch=8"];
const TINY_GUIDED = ["evaluations=4", "batch=8"];

interface Shown {
  readonly words: readonly string[];
  /** The block that follows a block of this one command. */
  readonly output: string | undefined;
}

function shownCommands(markdown: string): Shown[] {
  const blocks = [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$\n*(?:^```text\n([\s\S]*?)^```$)?/gm)];
  return blocks
    .filter(([, language]) => language === "sh")
    .flatMap(([, , body = "", output]) =>
      body
        .split("\n")
        .filter((line) => line.startsWith(PREFIX))
        .map((line) => ({ words: shellWords(line.slice(PREFIX.length)), output })),
    );
}

/** Words of a command line; single quotes are all that README.md uses. */
const shellWords = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** A new search on a few noise images, a minibatch of few images; resuming takes no other options. */
function shortened(words: readonly string[]): readonly string[] {
  if (words[0] === "score") return [...words, "--batch", "8"];
  if (words[0] !== "search" || words.includes("--resume")) return words;
  const data = words.indexOf("--data") + 1;
  const guided = guidedMethods.some(({ name }) => words.includes(name));
  const set = (guided ? TINY_GUIDED : TINY).flatMap((setting) => ["--set", setting]);
  return [...words.with(data, "noise:128"), ...set];
}

const markdown = readFileSync(readme, "utf8");
const shown = shownCommands(markdown);

test("README.md shows every command that needs no hours", () => {
  const names = new Set(shown.map(({ words }) => words[0]));
  expect([...names].sort()).toEqual(["--help", "correlate", "doctor", "inspect", "list", "lookup", "score", "search"]);
});

test("its commands succeed, in order and in one folder, with the output shown", async () => {
  const cwd = temporaryFolder();
  for (const { words, output } of shown) {
    const { status, stdout, stderr } = await start(main, shortened(words), { cwd }).ended;
    expect(status, `${words.join(" ")}\n${stderr}`).toBe(0);
    if (output === undefined) continue;
    if (EXACT.includes(words[0] as string)) expect(stdout, words.join(" ")).toBe(output);
    else expect(labels(stdout), words.join(" ")).toEqual(labels(output));
  }
}, 300_000);

/** What the lines after the first are about, in any order: the values, which some are sorted by, are those of another call. */
const labels = (text: string): (string | undefined)[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/)[0])
    .sort();

test("the files that README.md links to are there", () => {
  const links = [...markdown.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, path]) => path as string);
  const missing = links.filter((path) => !existsSync(join(dirname(readme), path)));
  expect(missing).toEqual([]);
});
