/** `archwright doctor`, also where the addon is missing or does not load. */
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildRecord, libtorchVersion } from "@archwright/torch";
import { expect, test } from "vitest";
import { start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const packages = fileURLToPath(new URL("../../../", import.meta.url));
const main = new URL("../../src/cli/main.ts", import.meta.url);

/** A copy of both packages without the addon, over the installed dependencies; returns its command line and build folder. */
function withoutAddon(): { program: URL; build: string } {
  const root = temporaryFolder();
  for (const [name, parts] of [
    ["archwright", ["src", "assets", "package.json"]],
    ["torch", ["src", "scripts", "package.json"]],
  ] as const) {
    for (const part of parts)
      cpSync(join(packages, name, part), join(root, "packages", name, part), { recursive: true });
  }
  const modules = join(root, "node_modules");
  mkdirSync(join(modules, "@archwright"), { recursive: true });
  symlinkSync(join(root, "packages", "torch"), join(modules, "@archwright", "torch"));
  const installed = join(packages, "..", "node_modules");
  for (const name of readdirSync(installed).filter((each) => each !== "@archwright" && !each.startsWith("."))) {
    symlinkSync(join(installed, name), join(modules, name));
  }
  const build = join(root, "packages", "torch", "build");
  return { program: pathToFileURL(join(root, "packages", "archwright", "src", "cli", "main.ts")), build };
}

test("with a working libtorch: which one, why, and status 0", async () => {
  const { status, stdout } = await start(main, ["doctor", "--json"]).ended;
  const diagnosis = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(diagnosis).toMatchObject({ ok: true, loaded: { version: libtorchVersion(), threads: expect.any(Number) } });
  expect(diagnosis.considered).toEqual(buildRecord()?.considered);
  const text = await start(main, ["doctor"]).ended;
  expect(text.stdout).toMatch(new RegExp(`libtorch +${buildRecord()?.libtorch.version} in `));
  expect(text.stdout).toContain("Places looked at for libtorch");
});

test("without the addon: status 1, where it would look, and the command that builds it", async () => {
  const { program } = withoutAddon();
  const [text, json, search, spaces] = await Promise.all([
    start(program, ["doctor"]).ended,
    start(program, ["doctor", "--json"]).ended,
    start(program, ["search", "--space", "nasbench201", "--method", "zero-cost-pt", "--data", "noise", "--quiet"])
      .ended,
    start(program, ["list", "spaces"]).ended,
  ]);
  expect(text).toMatchObject({ status: 1, stderr: "" });
  expect(text.stdout).toMatch(/Problem: (the native addon has not been built|there is no libtorch on this machine)/);
  expect(text.stdout).toContain("put it right with: npm run setup");
  const diagnosis = JSON.parse(json.stdout);
  expect(diagnosis).toMatchObject({ ok: false, libtorch: null, loaded: null });
  expect(diagnosis.considered.map(({ source }: { source: string }) => source)).toContain("system");
  expect(search.stderr).toMatch(/^archwright: .*npm run setup.*`archwright doctor` shows what is missing\)\n$/);
  expect(search.status).toBe(1);
  expect(spaces.status).toBe(0);
});

test("with an addon that does not load: status 1 and the reason", async () => {
  const { program, build } = withoutAddon();
  mkdirSync(build);
  writeFileSync(join(build, "broken.node"), "no library");
  writeFileSync(join(build, "current.json"), JSON.stringify({ ...buildRecord(), addon: "build/broken.node" }));
  const { status, stdout } = await start(program, ["doctor"]).ended;
  expect(status).toBe(1);
  expect(stdout).toMatch(/Problem: the native addon does not load \(.*broken\.node.*\)/);
  expect(stdout).toContain("put it right with: npm run setup");
});
