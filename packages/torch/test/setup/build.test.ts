/** The whole of setup with a compiler that only writes down its calls: what is compiled when, failures, two at once. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeLibtorch, script, write } from "./fake-libtorch.ts";
import { SetupError, setupTorch } from "./modules.ts";
import { scratch } from "./scratch.ts";

/** A package with two sources and a header, a libtorch and a compiler. */
function project() {
  const root = scratch();
  const packageRoot = join(root, "package");
  for (const name of ["a.cc", "kernels/b.cc", "shared.h"]) write(join(packageRoot, "native", name), `// ${name}`);
  write(join(root, "node_modules", "node-api-headers", "include", "node_api.h"), "");
  const libtorch = fakeLibtorch(join(root, "libtorch"));
  // The last argument of every call is the output; the one after -c is the source.
  const compiler = script(
    join(root, "bin", "g++"),
    `if [ "$1" = --version ]; then echo "fake 1.0"; exit 0; fi
for last; do :; done
case "$*" in *" -c "*) echo compile >> ${root}/calls ;; *) echo link >> ${root}/calls ;; esac
if [ -f ${root}/broken ]; then echo partial > "$last"; cat ${root}/broken >&2; exit 1; fi
sleep 0.1; echo result > "$last"`,
  );
  const env = { PATH: `${join(root, "bin")}:/usr/bin:/bin`, LIBTORCH: libtorch, CXX: compiler, XDG_CACHE_HOME: root };
  const calls = () => {
    const file = join(root, "calls");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    rmSync(file, { force: true });
    return {
      compile: lines.filter((line) => line === "compile").length,
      link: lines.filter((line) => line === "link").length,
    };
  };
  return { root, packageRoot, libtorch, env, calls, setup: () => setupTorch({ env, packageRoot }) };
}

describe("setup", () => {
  it("compiles every source, links, and writes down what it found", async () => {
    const { packageRoot, calls, setup } = project();
    const { current, changed } = await setup();
    expect(changed).toBe(true);
    expect(calls()).toEqual({ compile: 2, link: 1 });
    expect(current.addon).toMatch(/^build\/2\.7\.1-[0-9a-f]{12}\/archwright_torch\.node$/);
    expect(readFileSync(join(packageRoot, current.addon), "utf8")).toBe("result\n");
    expect(JSON.parse(readFileSync(join(packageRoot, "build", "current.json"), "utf8"))).toEqual(current);
    expect(current.libtorch).toMatchObject({ version: "2.7.1", source: "LIBTORCH" });
    expect(current.considered.map(({ source }) => source)).toEqual(["LIBTORCH", "downloaded", "python", "system"]);
  });

  it("does nothing the second time", async () => {
    const { calls, setup } = project();
    const first = await setup();
    calls();
    expect(await setup()).toEqual({ current: first.current, changed: false });
    expect(calls()).toEqual({ compile: 0, link: 0 });
  });

  it("compiles only the source that changed, and everything when a header did", async () => {
    const { packageRoot, calls, setup } = project();
    const first = await setup();
    calls();
    write(join(packageRoot, "native", "a.cc"), "// changed");
    const second = await setup();
    expect(calls()).toEqual({ compile: 1, link: 1 });
    expect(second.current.addon).not.toBe(first.current.addon);
    write(join(packageRoot, "native", "shared.h"), "// changed");
    await setup();
    expect(calls()).toEqual({ compile: 2, link: 1 });
  });

  it("goes back to an earlier state without compiling", async () => {
    const { root, env, packageRoot, calls, setup } = project();
    const first = await setup();
    const other = fakeLibtorch(join(root, "other"), { version: "2.9.0" });
    const second = await setupTorch({ env: { ...env, LIBTORCH: other }, packageRoot });
    expect(calls()).toEqual({ compile: 4, link: 2 });
    expect(second.current.addon).toContain("/2.9.0-");
    expect((await setup()).current.addon).toBe(first.current.addon);
    expect(calls()).toEqual({ compile: 0, link: 0 });
  });

  it("builds again after current.json or the addon was damaged or removed", async () => {
    const { packageRoot, setup } = project();
    const { current } = await setup();
    writeFileSync(join(packageRoot, "build", "current.json"), "{");
    expect((await setup()).current.addon).toBe(current.addon);
    rmSync(join(packageRoot, current.addon));
    expect((await setup()).changed).toBe(true);
    expect(existsSync(join(packageRoot, current.addon))).toBe(true);
  });

  it("run twice at once compiles everything once", async () => {
    const { calls, setup } = project();
    const [one, two] = await Promise.all([setup(), setup()]);
    expect(one.current).toEqual(two.current);
    expect(calls()).toEqual({ compile: 2, link: 1 });
  });

  it.runIf(process.platform === "linux")("links the OpenMP runtime that libtorch ships (Linux only)", async () => {
    const { root, env, packageRoot, setup } = project();
    expect((await setup()).current.linkFlags).toContain("-lgomp");
    const wheel = fakeLibtorch(join(root, "wheel"), { oldAbi: true, libraries: ["libgomp-a34b3233.so.1"] });
    const { current } = await setupTorch({ env: { ...env, LIBTORCH: wheel }, packageRoot });
    expect(current.linkFlags).toContain(join(wheel, "lib", "libgomp-a34b3233.so.1"));
    expect(current.linkFlags).not.toContain("-lgomp");
    expect(current.compileFlags).toContain("-D_GLIBCXX_USE_CXX11_ABI=0");
  });
});

describe("a failure of", () => {
  it("the compiler shows its output and a remedy, and leaves nothing half done", async () => {
    const { root, packageRoot, setup } = project();
    write(join(root, "broken"), "a.cc:3: error: no such thing");
    const failure = await setup().catch((error: unknown) => error);
    if (!(failure instanceof SetupError)) throw failure;
    expect(failure.message).toMatch(/^[ab]\.cc does not compile with .*g\+\+$/);
    expect(failure.render()).toContain("a.cc:3: error: no such thing");
    expect(failure.remedies).toHaveLength(1);
    expect(readdirSync(join(packageRoot, "build", "objects"))).toEqual([]);
    expect(existsSync(join(packageRoot, "build", "current.json"))).toBe(false);
    rmSync(join(root, "broken"));
    expect((await setup()).changed).toBe(true);
  });

  it.each([
    ["unrecognized command line option '-std=c++17'", "use a newer compiler"],
    ["c++: fatal error: Killed signal terminated program cc1plus", "ARCHWRIGHT_JOBS=1"],
  ])("the compiler that says %j gets its own remedy", async (output, remedy) => {
    const { root, setup } = project();
    write(join(root, "broken"), output);
    const failure = await setup().catch((error: unknown) => error);
    expect((failure as { remedies: string[] }).remedies.join()).toContain(remedy);
  });

  it("CXX is named", async () => {
    const { env, packageRoot } = project();
    const failure = setupTorch({ env: { ...env, CXX: "/no/such/compiler" }, packageRoot });
    await expect(failure).rejects.toThrow("CXX=/no/such/compiler is not a program on the PATH");
  });
});
