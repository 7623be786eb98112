/** The commands that need no search, as processes: output, exit status, refusals. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { architectureCost } from "../../src/spaces/architecture-space.ts";
import { architectureSpaces } from "../../src/spaces/architecture-spaces.ts";
import { networkCost } from "../../src/spaces/cost.ts";
import { darts } from "../../src/spaces/darts.ts";
import { nasbench101 } from "../../src/spaces/nasbench101.ts";
import { type Ended, start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const archwright = (...args: string[]): Promise<Ended> => start(main, args).ended;

// The architecture and values that NAS-Bench-201's README prints for index 1 of the benchmark.
const cell = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|";
const DARTS_V2 =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))";

test("help is on stdout, names every command and option, and loads no libtorch", async () => {
  const whole = await archwright("--help");
  expect(whole).toMatchObject({ status: 0, stderr: "" });
  for (const { name } of commands) expect(whole.stdout).toContain(`  ${name} `);
  const helps = await Promise.all(commands.map(async ({ name }) => archwright(name, "--help")));
  for (const [i, { name, load }] of commands.entries()) {
    expect(helps[i]).toMatchObject({ status: 0, stderr: "" });
    for (const option of (await load()).options) expect(helps[i]?.stdout, name).toContain(`--${option.name}`);
  }
});

test("the version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(await archwright("--version")).toMatchObject({ status: 0, stdout: `${version}\n` });
});

test("lookup gives the table's record", async () => {
  const { status, stdout } = await archwright("lookup", "--benchmark", "nasbench201", "--arch", cell, "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    architecture: cell,
    metrics: { "cifar10-test": 93.66, "cifar100-test": expect.closeTo(70.29, 2) },
  });
  const text = await archwright("lookup", "--benchmark", "nasbench201", "--arch", cell);
  expect(text.stdout).toMatch(/cifar10-test +93\.66 %/);
});

test("lookup by the index that it prints", async () => {
  const byIndex = await archwright("lookup", "--benchmark", "nasbench201", "--index", "6111");
  expect(byIndex.stdout).toMatch(/\(index 6111\)\n(.*\n)* {2}cifar10-test +94\.3733 %/);
  expect(await archwright("lookup", "--benchmark", "nasbench201", "--arch", "6111")).toEqual(byIndex);
  // Here a number is an architecture.
  const modules = await archwright("lookup", "--benchmark", "transnasbench101-macro", "--arch", "1242");
  expect(modules.stdout).toMatch(/^64-1242-basic/);
  const wrong = await archwright("lookup", "--benchmark", "nasbench201", "--index", "15625");
  expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining("indices are 0 to 15624") });
  const both = await archwright("lookup", "--benchmark", "nasbench201", "--index", "1", "--arch", cell);
  expect(both).toMatchObject({ status: 2, stderr: expect.stringContaining("give one of them") });
});

test("a file may hold a genotype in a log, or the answer of a run", async () => {
  const folder = temporaryFolder();
  const log = join(folder, "log.txt");
  writeFileSync(log, `11/22 07:03:05 PM genotype = ${DARTS_V2}\n11/22 07:03:06 PM epoch 49\n`);
  const inspected = await archwright("inspect", "--space", "darts", "--arch", `@${log}`, "--json");
  expect(JSON.parse(inspected.stdout).architecture).toBe(darts.format(darts.parse(DARTS_V2)));
  const answer = join(folder, "architecture.json");
  writeFileSync(answer, JSON.stringify({ format: 1, space: "nasbench201", architecture: cell }));
  expect((await archwright("lookup", "--benchmark", "nasbench201", "--arch", `@${answer}`)).stdout).toContain(cell);
});

test("inspect counts the networks of spaces without supernets too, and draws only cells", async () => {
  const matrix = '{"matrix":[[0,1,0],[0,0,1],[0,0,0]],"ops":["input","conv3x3-bn-relu","output"]}';
  const { stdout } = await archwright("inspect", "--space", "nasbench101", "--arch", matrix, "--json");
  const { parameters, macs } = architectureCost(nasbench101, nasbench101.parse(matrix));
  expect(JSON.parse(stdout)).toMatchObject({ space: "nasbench101", classes: 10, imageSize: 32, parameters, macs });
  const own = await archwright(
    ...["inspect", "--space", "nasbench101", "--arch", matrix, "--classes", "4", "--image-size", "64"],
  );
  const counted = architectureCost(nasbench101, nasbench101.parse(matrix), { classes: 4, imageSize: 64 });
  expect(own.stdout).toContain(
    `${counted.parameters.toLocaleString("en-US")} parameters, ${counted.macs.toLocaleString("en-US")} multiply-adds (4 classes, 64×64 pixels)`,
  );
  expect(await archwright("inspect", "--space", "nasbench101", "--arch", matrix, "--classes", "0")).toMatchObject({
    status: 2,
    stderr: "archwright: --classes must be at least 1\n",
  });
  const cut = matrix.replace("[0,1,0]", "[0,0,0]");
  expect(await archwright("inspect", "--space", "nasbench101", "--arch", cut)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("no path leads from the input to the output"),
  });
  expect(await archwright("inspect", "--space", "nasbench101", "--arch", matrix, "--svg", "x.svg")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("--svg draws cells"),
  });
  const searched = await archwright("search", "--space", "nasbench101", "--method", "darts", "--data", "noise");
  expect(searched).toMatchObject({ status: 2, stderr: expect.stringContaining("has no supernet to search in") });
});

test("inspect counts, draws and writes; the text may come from a file", async () => {
  const folder = temporaryFolder();
  const [text, svg] = [join(folder, "genotype.txt"), join(folder, "cells.svg")];
  writeFileSync(text, `${DARTS_V2}\n`);
  const { status, stdout } = await archwright("inspect", "--space", "darts", "--arch", `@${text}`, "--svg", svg);
  expect(status).toBe(0);
  expect(stdout).toContain("  0 = sep_conv_3x3(cₖ₋₂) + sep_conv_3x3(cₖ₋₁)\n");
  expect(stdout).toContain("  cₖ = concat(0, 1, 2, 3)\n");
  // Published: DARTS (second order) has 3.3 M parameters on CIFAR-10.
  expect(stdout).toMatch(/evaluation size +3,3\d\d,\d\d\d parameters/);
  const picture = readFileSync(svg, "utf8");
  expect(picture.match(/<svg /g)).toHaveLength(3);
  expect(picture).toContain("sep_conv_3x3");

  const json = JSON.parse((await archwright("inspect", "--space", "darts", "--arch", DARTS_V2, "--json")).stdout);
  expect(json.sizes.evaluation).toMatchObject(networkCost(darts, darts.parse(DARTS_V2)));
  expect(json.sizes.search).toMatchObject({ channels: 16, cells: 8 });
});

test("list shows each registry; its JSON is one document", async () => {
  const kinds = ["spaces", "methods", "proxies", "benchmarks", "relaxations", "updates", "selections", "recipes"];
  const lists = await Promise.all(kinds.map((kind) => archwright("list", kind, "--json")));
  for (const { status, stdout, stderr } of lists) {
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const entry of JSON.parse(stdout))
      expect(entry).toMatchObject({ name: expect.any(String), title: expect.any(String) });
  }
  expect(JSON.parse((lists[0] as Ended).stdout)).toHaveLength(architectureSpaces.length);
});

test.each<[string[], string]>([
  [["serch"], 'unknown command "serch"; did you mean "search"?'],
  [["--jsn"], 'unknown option "--jsn"'],
  [["list"], "list what? one of: spaces, methods"],
  [["list", "space"], 'unknown list "space"; did you mean "spaces"?'],
  [["lookup"], "missing: --benchmark B, --arch A"],
  [
    ["lookup", "--benchmark", "nasbench21", "--arch", cell],
    'unknown benchmark "nasbench21"; did you mean "nasbench201"?',
  ],
  [["lookup", "--benchmark", "nasbench201", "--arch", "|x~0|"], "not an architecture of nasbench201"],
  [["inspect", "--space", "nasbench201", "--arch", cell.replace("avg_pool_3x3", "avg_pool_5x5")], "avg_pool_5x5"],
  [["inspect", "--space", "nasbench201", "--arch", "@nowhere"], "--arch: cannot read nowhere (ENOENT)"],
  [["inspect", "--space", "nasbench201", "--arch", cell, "--png", "x"], 'unknown option "--png"'],
])("archwright %j is a wrong call: one line, status 2, nothing on stdout", async (args, message) => {
  const { status, stdout, stderr } = await archwright(...args);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^archwright: .*\n$/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

test("with --json an error is the document; with --verbose it has a stack", async () => {
  const { stdout, stderr, status } = await archwright(
    "lookup",
    "--benchmark",
    "x",
    "--arch",
    cell,
    "--json",
    "--verbose",
  );
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "usage", message: expect.stringContaining("unknown benchmark") },
  });
  expect(stderr).toMatch(/\n +at .*registry/);
  expect(status).toBe(2);
});

test("a reader that goes away is no error", async () => {
  const { child, ended } = start(main, ["list", "benchmarks", "--json"]);
  child.stdout.destroy();
  expect(await ended).toMatchObject({ status: 0, stderr: "" });
});
