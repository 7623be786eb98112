/** bin/archwright.js, copied beside a stand-in for the command line: arguments, exit status, signals, flags. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

/** A package with the launcher and this as its command line, from source or compiled. */
function launcherWith(program: string, kind: "src" | "dist"): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "archwright-launcher-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, kind, "cli"), { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, kind, "cli", kind === "src" ? "main.ts" : "main.js"), program);
  cpSync(fileURLToPath(new URL("../bin/archwright.js", import.meta.url)), join(root, "bin", "archwright.js"));
  return join(root, "bin", "archwright.js");
}

function launch(launcher: string, args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const closed = once(child, "close").then(([status, signal]) => ({ status, signal, stdout, stderr }));
  return { child, closed };
}

it("runs the TypeScript source where there is one, resolving sources, and hands on arguments and status", async () => {
  const program = `const given: string[] = process.argv.slice(2); console.log(JSON.stringify([given, process.execArgv])); process.exitCode = 7;`;
  const { status, stdout } = await launch(launcherWith(program, "src"), ["search", "a b", ""]).closed;
  const [given, flags] = JSON.parse(stdout);
  expect(given).toEqual(["search", "a b", ""]);
  expect(flags).toContain("--conditions=archwright-source");
  expect(status).toBe(7);
});

it("runs the compiled program otherwise, in this very process", async () => {
  const { status, stdout } = await launch(launcherWith("console.log(process.pid, process.execArgv.length)", "dist"), [])
    .closed;
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+ 0\n$/);
});

it.each(["src", "dist"] as const)(
  "says nothing of experimental features, but other warnings stay (%s)",
  async (kind) => {
    const program = `process.emitWarning("new", "ExperimentalWarning"); process.emitWarning("old", "OtherWarning");`;
    const { stderr } = await launch(launcherWith(program, kind), []).closed;
    expect(stderr).not.toContain("ExperimentalWarning");
    expect(stderr).toContain("OtherWarning: old");
  },
);

it.each(["src", "dist"] as const)("hands on signals (%s)", async (kind) => {
  const program = `process.on("SIGTERM", () => process.exit(9)); console.log("ready"); setInterval(() => {}, 1000);`;
  const { child, closed } = launch(launcherWith(program, kind), []);
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect((await closed).status).toBe(9);
});
