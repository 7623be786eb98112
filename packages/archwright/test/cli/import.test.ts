/** `archwright import` and the table it makes, as processes. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tableFormats } from "../../src/benchmarks/importers/registry.ts";
import { type Ended, start } from "../runs/processes.ts";
import { temporaryFolder } from "../runs/temporary.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url);
const archwright = (...args: string[]): Promise<Ended> => start(main, args).ended;

const header = "arch,test_acc_mean,test_acc_std,test_acc_seeds,params,flops";
const row = "22212220,93.1266632,0.0478433733,93.18;93.13;93.07,1985514,85164544";

test("a file becomes a table that lookup reads; help lists the formats", async () => {
  const folder = temporaryFolder();
  const [csv, table] = [join(folder, "macro.csv"), join(folder, "macro.awt")];
  writeFileSync(csv, `${header}\n${row}\n`);
  const made = await archwright("import", "--format", "nasbench-macro-csv", "--file", csv, "--out", table, "--json");
  expect(made).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(made.stdout)).toMatchObject({ out: table, space: "nasbench-macro", architectures: 1, rows: 1 });
  const found = await archwright("lookup", "--benchmark", table, "--arch", "22212220", "--json");
  expect(JSON.parse(found.stdout)).toMatchObject({
    benchmark: "nasbench-macro",
    architecture: "22212220",
    metrics: { "cifar10-test": 93.1266632, params: 1_985_514 },
  });
  const { stdout } = await archwright("import", "--help");
  for (const { name } of tableFormats) expect(stdout).toContain(`  ${name} `);
});

test("of a file of the user's own: which way each metric is better, and why; what is no metric; what the call says", async () => {
  const folder = temporaryFolder();
  const [csv, table] = [join(folder, "own.csv"), join(folder, "own.awt")];
  writeFileSync(csv, ",My Net,Latency_ms,Test Acc,who\n0,22212220,12.5,93.1,me\n1,00000000,3,80,me\n");
  const command = ["import", "--format", "csv", "--space", "nasbench-macro", "--file", csv, "--out", table];
  const { status, stdout, stderr } = await archwright(...command, "--arch-column", "my net");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.split("\n").slice(1)).toEqual([
    '  latency-ms (ms)  smaller is better: "latency" names a cost',
    "  test-acc         larger is better: nothing in its name says otherwise",
    '  ""               no metric: it has no name',
    '  "who"            no metric: it holds no numbers, but "me"',
    "",
  ]);
  const turned = await archwright(...command, "--arch-column", "my net", "--lower", "Test Acc", "--json");
  expect(JSON.parse(turned.stdout).metrics).toMatchObject([
    { name: "latency-ms", larger: "worse" },
    { name: "test-acc", larger: "worse", why: "as you say" },
  ]);
});

test("the first row that is wrong is named and nothing is written", async () => {
  const folder = temporaryFolder();
  const [csv, table] = [join(folder, "macro.csv"), join(folder, "macro.awt")];
  writeFileSync(csv, `${header}\n${row}\n${row.replace("22212220", "2221222")}\n`);
  const { status, stdout, stderr } = await archwright(
    ...["import", "--format", "nasbench-macro-csv", "--file", csv, "--out", table],
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toBe(
    `archwright: ${csv}: line 3: not an architecture of nasbench-macro: expected 8 digits, found 7; spreadsheets drop zeros in front: keep the column as text\n`,
  );
  expect(existsSync(table)).toBe(false);
});

test.each<[string[], string]>([
  [["--format", "nasbench-makro-csv", "--file", "x", "--out", "y"], 'did you mean "nasbench-macro-csv"?'],
  [["--format", "nds", "--file", "x", "--out", "y"], "nds files hold one of several spaces; say which: --space"],
  [["--format", "nds"], "missing: --file FILE, --out FILE"],
])("import %j is a wrong call", async (args, message) => {
  const { status, stderr } = await archwright("import", ...args);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});

test("neither the source nor another file is written over, a table is", async () => {
  const folder = temporaryFolder();
  const [csv, table, notes] = [join(folder, "macro.csv"), join(folder, "macro.awt"), join(folder, "notes.txt")];
  writeFileSync(csv, `${header}\n${row}\n`);
  writeFileSync(notes, "mine");
  const to = (out: string) => archwright("import", "--format", "nasbench-macro-csv", "--file", csv, "--out", out);
  expect((await to(csv)).stderr).toBe(`archwright: --out ${csv} would overwrite --file; give another name\n`);
  expect(await to(notes)).toMatchObject({ status: 2, stderr: expect.stringContaining("is no benchmark table") });
  expect([csv, notes].map((path) => readFileSync(path, "utf8"))).toEqual([`${header}\n${row}\n`, "mine"]);
  for (let times = 0; times < 2; times++) expect((await to(table)).status).toBe(0);
  expect(await to(folder)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("is a folder; name a file in it"),
  });
  const beside = join(folder, "x.tmp");
  writeFileSync(beside, `${header}\n${row}\n`);
  const ended = await archwright(
    "import",
    "--format",
    "nasbench-macro-csv",
    "--file",
    beside,
    "--out",
    join(folder, "x"),
  );
  expect(ended).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("/x would overwrite --file; give another name"),
  });
});

test("a table file that is none is refused", async () => {
  const { status, stderr } = await archwright("lookup", "--benchmark", "./nowhere.awt", "--arch", "x");
  expect(stderr).toContain("cannot read the benchmark table ./nowhere.awt (ENOENT)");
  expect(status).toBe(1);
});

test("rows are counted as the file has them, not the architectures that they are about", async () => {
  const folder = temporaryFolder();
  const [csv, table] = [join(folder, "scores.csv"), join(folder, "scores.awt")];
  writeFileSync(csv, "arch,dataset,x\n22212220,a,1\n22212220,b,2\n00000000,a,3\n");
  const made = await archwright(
    ...["import", "--format", "csv", "--space", "nasbench-macro", "--file", csv, "--out", table],
  );
  expect(made.stdout).toContain("2 architectures of nasbench-macro from 3 rows");
});
