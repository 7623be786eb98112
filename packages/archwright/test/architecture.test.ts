/** Dependencies point one way: each folder imports only what stands below it. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const source = join(packages, "archwright", "src");

interface Import {
  /** File under `src`, with forward slashes. */
  readonly from: string;
  /** File under `src` for a relative import, else the name of the package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** All imports and re-exports, static and dynamic, of the TypeScript files below `root`. */
function importsOf(root: string): Import[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/^\s*\/\/.*$/gm, "");
    const statements = text.matchAll(
      /^\s*(?:import|export)(\s+type)?\s*(?:[\w$*\s{},]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm,
    );
    return Array.from(statements, ([, type, name, dynamic]) => {
      const target = (name ?? dynamic) as string;
      const path = relative(root, resolve(dirname(join(root, file)), target))
        .split(sep)
        .join("/");
      const to = target.startsWith(".") ? path : target;
      return { from: file.split(sep).join("/"), to, typeOnly: type !== undefined };
    });
  });
}

const imports = importsOf(source);
const folder = (path: string): string => (path.includes("/") ? (path.split("/")[0] as string) : path);

/** Imports from files in `from` that `bad` objects to, as text. */
function offending(from: string, bad: (imported: Import) => boolean): string[] {
  const own = imports.filter((imported) => folder(imported.from) === from);
  expect(own.length, `imports of ${from}/`).toBeGreaterThan(0);
  return own.filter(bad).map((imported) => `${imported.from} imports ${imported.to}`);
}

const torch = (to: string): boolean => to.startsWith("@archwright/torch");
/** The stream of events is a format that everything may speak of. */
const isEvents = (to: string): boolean => to === "runs/events.ts";

it("the imports are found", () => {
  expect(imports).toContainEqual({ from: "networks/network.ts", to: "networks/cell.ts", typeOnly: false });
  expect(imports).toContainEqual({ from: "networks/network.ts", to: "@archwright/torch", typeOnly: false });
  expect(imports).toContainEqual({ from: "networks/network.ts", to: "spaces/layers.ts", typeOnly: true });
  expect(new Set(imports.map(({ from }) => folder(from))).size).toBeGreaterThan(10);
});

describe("packages/torch", () => {
  it("knows nothing of archwright", () => {
    const own = importsOf(join(packages, "torch", "src"));
    expect(own.length).toBeGreaterThan(10);
    // Relative imports that leave the package begin with "..".
    expect(own.filter(({ to }) => to.startsWith("..") || /^@?archwright/.test(to))).toEqual([]);
  });
});

describe("packages/archwright", () => {
  it("reaches the other package by its name, and leaves its folder nowhere", () => {
    expect(imports.filter(({ to }) => to.startsWith("..") || to.includes("torch/src"))).toEqual([]);
  });

  it("spaces/ stands on itself, errors, random numbers and Node", () => {
    const allowed = ["spaces", "errors.ts", "random.ts"];
    expect(offending("spaces", ({ to }) => !to.startsWith("node:") && !allowed.includes(folder(to)))).toEqual([]);
  });

  it("errors.ts, random.ts and statistics/ stand on nothing", () => {
    const below = ["errors.ts", "random.ts", "statistics"];
    expect(imports.filter(({ from, to }) => below.includes(folder(from)) && folder(to) !== "statistics")).toEqual([]);
  });

  it.each(["spaces", "data", "benchmarks"])("%s/ works without libtorch", (name) => {
    const pure = ["spaces", "data", "benchmarks", "statistics", "errors.ts", "random.ts"];
    const relativeImport = (to: string): boolean => imports.some(({ from }) => from === to) || /\.ts$/.test(to);
    expect(offending(name, ({ to }) => torch(to) || (relativeImport(to) && !pure.includes(folder(to))))).toEqual([]);
  });

  it.each([
    ["networks", ["methods", "selections", "updates", "relaxations", "proxies", "runs", "cli", "benchmarks", "data"]],
    ["proxies", ["methods", "selections", "updates", "relaxations", "runs", "cli", "benchmarks", "data"]],
    ["relaxations", ["selections", "updates", "networks", "proxies", "runs", "cli", "benchmarks", "data"]],
    ["updates", ["selections", "runs", "cli", "benchmarks"]],
    ["selections", ["updates", "runs", "cli", "benchmarks"]],
    ["methods", ["runs", "cli", "benchmarks"]],
    ["runs", ["cli"]],
  ])("%s/ does not look up", (name, above) => {
    expect(offending(name, ({ to }) => above.includes(folder(to)) && !isEvents(to))).toEqual([]);
  });

  it("only the command line and the runs themselves know how runs are kept", () => {
    const users = ["cli", "runs", "index.ts"];
    const outside = imports.filter(
      ({ from, to }) => folder(to) === "runs" && !isEvents(to) && !users.includes(folder(from)),
    );
    expect(outside).toEqual([]);
  });

  it("nothing but the command line imports the command line", () => {
    expect(imports.filter(({ from, to }) => folder(to) === "cli" && folder(from) !== "cli")).toEqual([]);
  });
});
