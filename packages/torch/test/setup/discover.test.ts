/** Discovery on made-up folders: the order of precedence, clear reasons, and an error for a LIBTORCH that is wrong. */
import { readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeLibtorch, script, write } from "./fake-libtorch.ts";
import { compareVersions, discover, SetupError } from "./modules.ts";
import { scratch } from "./scratch.ts";

/** A machine on which every source has a libtorch, of a version that tells it apart. */
function machine() {
  const root = scratch();
  const site = join(root, "site-packages");
  const prefixes = {
    LIBTORCH: fakeLibtorch(join(root, "mine"), { version: "2.1.0" }),
    downloaded: fakeLibtorch(join(root, "downloads", "2.2.0"), { version: "2.2.0" }),
    python: fakeLibtorch(join(site, "torch"), { version: "2.3.0" }),
    system: fakeLibtorch(join(root, "usr"), { version: "2.4.0" }),
  };
  const answer = JSON.stringify({ prefixes: [prefixes.python, root], path: ["", site] });
  script(join(root, "bin", "python3"), `echo asked >> ${root}/asked\necho '${answer}'`);
  const options = {
    env: { PATH: join(root, "bin"), LIBTORCH: prefixes.LIBTORCH, PYENV_ROOT: root },
    downloads: join(root, "downloads"),
    systemPrefixes: [prefixes.system],
  };
  return { root, site, prefixes, options };
}

describe("precedence", () => {
  it("is LIBTORCH, downloaded, python, system, and each is found when those before it are missing", async () => {
    const { root, prefixes, options } = machine();
    const winners: string[] = [];
    let { env } = options;
    const next = async () => {
      const { found } = await discover({ ...options, env });
      winners.push(found === undefined ? "none" : `${found.source} ${found.libtorch.version}`);
    };
    await next();
    env = { ...env, LIBTORCH: "" };
    await next();
    rmSync(prefixes.downloaded, { recursive: true });
    await next();
    rmSync(join(root, "bin", "python3"));
    await next();
    rmSync(prefixes.system, { recursive: true });
    await next();
    expect(winners).toEqual(["LIBTORCH 2.1.0", "downloaded 2.2.0", "python 2.3.0", "system 2.4.0", "none"]);
  });

  it("still says what the later places hold", async () => {
    const { prefixes, options } = machine();
    const { considered } = await discover(options);
    expect(considered.map(({ source, found }) => [source, found])).toEqual([
      ["LIBTORCH", true],
      ["downloaded", true],
      ["python", true],
      ["system", true],
    ]);
    expect(considered[3]?.reason).toBe(`libtorch 2.4.0 in ${join(prefixes.system, "lib")}`);
  });

  it("takes the newest of several downloads", async () => {
    const { root, options } = machine();
    fakeLibtorch(join(root, "downloads", "2.10.0"), { version: "2.10.0" });
    const { found } = await discover({ ...options, env: { ...options.env, LIBTORCH: undefined } });
    expect(found?.libtorch.version).toBe("2.10.0");
  });
});

it("gives a reason for every place where there is nothing", async () => {
  const root = scratch();
  const { found, considered } = await discover({
    env: { PATH: join(root, "bin") },
    downloads: join(root, "downloads"),
    systemPrefixes: [join(root, "usr")],
  });
  expect(found).toBeUndefined();
  expect(considered.map(({ reason }) => reason)).toEqual([
    "the LIBTORCH variable is not set",
    `nothing in ${join(root, "downloads")}`,
    "no python3 on the PATH",
    `${join(root, "usr")} does not exist`,
  ]);
});

describe("LIBTORCH set to", () => {
  it.each([
    ["a missing folder", (_root: string) => {}, "does not exist"],
    ["a folder without headers", (root: string) => write(join(root, "mine", "lib", "x"), ""), "no .*ATen\\.h"],
    ["a folder without libraries", headersOnly, "no libtorch_cpu\\."],
    [
      "an old version",
      (root: string) => fakeLibtorch(join(root, "mine"), { version: "1.9.0" }),
      "1\\.9\\.0 is older than 1\\.13",
    ],
    [
      "the folder above",
      (root: string) => fakeLibtorch(join(root, "mine", "libtorch")),
      "did you mean .*mine/libtorch\\?",
    ],
  ])("%s is an error, also when there is one elsewhere", async (_name, make, reason) => {
    const { root, options } = machine();
    rmSync(join(root, "mine"), { recursive: true });
    make(root);
    const failure = await discover(options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SetupError);
    expect((failure as Error).message).toMatch(new RegExp(`^LIBTORCH=.*mine holds no usable libtorch: .*${reason}`));
  });
});

describe("what is found", () => {
  it("knows CUDA and the ABI of std::string", async () => {
    const root = scratch();
    const kinds = [{}, { cuda: true }, { oldAbi: true }];
    const found = await Promise.all(
      kinds.map(async (kind, i) => {
        const env = { PATH: "", LIBTORCH: fakeLibtorch(join(root, `${i}`), kind) };
        return (await discover({ env, downloads: root, systemPrefixes: [] })).found?.libtorch;
      }),
    );
    expect(found.map((libtorch) => libtorch?.cuda)).toEqual([false, true, false]);
    expect(found.map((libtorch) => libtorch?.cxx11Abi)).toEqual([true, true, process.platform !== "linux"]);
  });
});

describe("Python", () => {
  it("is asked once, and again after a package was installed", async () => {
    const { root, site, options } = machine();
    const asked = () => readFileSync(join(root, "asked"), "utf8").length / "asked\n".length;
    const memo = join(root, "memo.json");
    for (let i = 0; i < 3; i++) await discover({ ...options, memo });
    expect(asked()).toBe(1);
    utimesSync(site, new Date(), new Date(Date.now() + 5_000));
    await discover({ ...options, memo });
    expect(asked()).toBe(2);
  });

  it("that does not run, or has no torch, is passed over", async () => {
    const { root, options } = machine();
    const env = { ...options.env, LIBTORCH: "" };
    const downloads = join(root, "empty");
    const python = join(root, "bin", "python3");
    script(python, "exit 3");
    expect((await discover({ ...options, env, downloads })).considered[2]?.reason).toBe(
      `${python} does not run (exit status 3)`,
    );
    script(python, `echo '{"prefixes": [], "path": []}'`);
    const { found, considered } = await discover({ ...options, env, downloads });
    expect(considered[2]?.reason).toBe(`${python} has no torch`);
    expect(found?.source).toBe("system");
  });
});

it("compares versions part by part as numbers", () => {
  expect(compareVersions("2.10.0", "2.9.1")).toBeGreaterThan(0);
  expect(compareVersions("1.13.1", "1.13")).toBeGreaterThan(0);
  expect(compareVersions("2.7.1+cpu", "2.7.1")).toBe(0);
  expect(compareVersions("1.9", "1.13")).toBeLessThan(0);
});

function headersOnly(root: string): void {
  rmSync(join(fakeLibtorch(join(root, "mine")), "lib"), { recursive: true });
}
