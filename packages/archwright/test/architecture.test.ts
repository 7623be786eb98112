/** Dependencies point one way: each folder imports only what stands on the floors below it, type imports included. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const source = join(packages, "archwright", "src");

interface Import {
  /** File under `src`, with forward slashes. */
  readonly from: string;
  /** File under `src` for a relative import, else the name of the package. */
  readonly to: string;
}

/** All imports and re-exports, static and dynamic, of the TypeScript files below `root`. */
function importsOf(root: string): Import[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/^\s*\/\/.*$/gm, "");
    const statements = text.matchAll(
      /^\s*(?:import|export)(?:\s+type)?\s*(?:[\w$*\s{},]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm,
    );
    return Array.from(statements, ([, name, dynamic]) => {
      const target = (name ?? dynamic) as string;
      const path = relative(root, resolve(dirname(join(root, file)), target))
        .split(sep)
        .join("/");
      const to = target.startsWith(".") ? path : target;
      return { from: file.split(sep).join("/"), to };
    });
  });
}

const imports = importsOf(source);
const folder = (path: string): string => (path.includes("/") ? (path.split("/")[0] as string) : path);

/** The folders and single files of `src`, the highest floor first. Those of one floor know nothing of each other. */
const floors: readonly (readonly string[])[] = [
  ["index.ts"],
  ["cli"],
  ["runs"],
  ["methods"],
  ["assembly"],
  ["guided", "relaxations", "selections", "updates"],
  ["bayesian", "embeddings"],
  ["export", "training"],
  ["search"],
  ["proxies"],
  ["networks"],
  ["benchmarks"],
  ["data", "spaces"],
  ["errors.ts", "hints.ts", "notes.ts", "random.ts", "statistics"],
];
const names = floors.flat();
const floorOf = (name: string): number => floors.findIndex((floor) => floor.includes(name));

/** Imports between files of `src`. */
const inner = imports.filter(({ to }) => to.endsWith(".ts"));
const torch = (to: string): boolean => to.startsWith("@archwright/torch");

it("the imports are found", () => {
  expect(imports).toContainEqual({ from: "networks/network.ts", to: "networks/cell.ts" });
  expect(imports).toContainEqual({ from: "networks/network.ts", to: "@archwright/torch" });
  expect(imports).toContainEqual({ from: "networks/network.ts", to: "spaces/layers.ts" });
  expect(imports).toContainEqual({ from: "runs/open-run.ts", to: "assembly/prepare.ts" });
  expect(new Set(imports.map(({ from }) => folder(from))).size).toBeGreaterThan(10);
});

it("every folder has its floor", () => {
  expect(readdirSync(source).toSorted()).toEqual(names.toSorted());
});

const pairs = names.flatMap((upper) => names.map((lower) => [upper, lower] as const));

it.each(pairs.filter(([a, b]) => a !== b && floorOf(a) >= floorOf(b)))("%s imports nothing of %s", (from, to) => {
  const wrong = inner.filter((one) => folder(one.from) === from && folder(one.to) === to);
  expect(wrong.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
});

it("packages/torch knows nothing of archwright", () => {
  const own = importsOf(join(packages, "torch", "src"));
  expect(own.length).toBeGreaterThan(10);
  // Relative imports that leave the package begin with "..".
  expect(own.filter(({ to }) => to.startsWith("..") || /^@?archwright/.test(to))).toEqual([]);
});

it("packages/archwright reaches the other package by its name, and leaves its folder nowhere", () => {
  expect(imports.filter(({ to }) => to.startsWith("..") || to.includes("torch/src"))).toEqual([]);
});

it.each(["benchmarks", "data", "spaces", "statistics", "errors.ts", "random.ts"])(
  "%s works without libtorch",
  (name) => {
    expect(imports.filter(({ from, to }) => folder(from) === name && torch(to))).toEqual([]);
  },
);
