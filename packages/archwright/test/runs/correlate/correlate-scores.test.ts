/** Tables of scores against benchmark tables: published numbers, and everything that can be wrong with the files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { importTable } from "../../../src/benchmarks/importers/build.ts";
import { findTableFormat } from "../../../src/benchmarks/importers/registry.ts";
import { findBenchmark } from "../../../src/benchmarks/registry.ts";
import { correlationsText } from "../../../src/cli/correlation-text.ts";
import { type Correlations, correlate, correlateScores } from "../../../src/runs/correlate/correlate-scores.ts";
import { correlationsCsv } from "../../../src/runs/correlate/csv.ts";
import { correlationPage } from "../../../src/runs/correlate/page.ts";
import { temporaryFolder } from "../temporary.ts";

const csvFile = (...lines: string[]): string => {
  const path = join(temporaryFolder(), "scores.csv");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
};

/** A table file made from lines of CSV. */
function tableFile(...lines: string[]): string {
  const format = findTableFormat("csv");
  const path = join(temporaryFolder(), "results.table");
  writeFileSync(path, importTable({ format, path: csvFile(...lines), space: "nasbench201" }).bytes);
  return path;
}

const cell = (...operations: string[]): string => {
  const [a, b, c, d, e, f] = operations;
  return `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
};
const all = (operation: string): string => cell(...new Array<string>(6).fill(operation));
const cells = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3"].map(all);

describe("all of NAS-Bench-201 (reference-correlations §1.2, §1.3)", () => {
  let done: Correlations | undefined;
  const found = (): Correlations => {
    if (done !== undefined) return done;
    const { size, architecture } = findBenchmark("nasbench201");
    const lines = Array.from({ length: size }, (_, i) => {
      const text = architecture(i);
      const count = (operation: string): number => text.split(operation).length - 1;
      return `${text},${9 * count("nor_conv_3x3") + count("nor_conv_1x1")},${count("nor_conv")}`;
    });
    const scores = csvFile("arch,weighted,convs", ...lines);
    done = correlateScores({
      scores,
      benchmark: "nasbench201",
      metrics: ["cifar10-test", "cifar100-test", "cifar10-valid", "cifar100-valid"],
      resamples: 2,
    });
    return done;
  };
  const of = (metric: string, name: string) =>
    found()
      .metrics.find((one) => one.metric.name === metric)
      ?.scores.find((score) => score.name === name);

  it("has the published best and mean accuracies", () => {
    expect(found().metrics[0]).toMatchObject({ architectures: 15_625 });
    expect(found().metrics[0]?.best).toBeCloseTo(94.373, 3);
    expect(found().metrics[0]?.mean).toBeCloseTo(87.06, 2);
    expect(found().metrics[1]?.best).toBeCloseTo(73.513, 3);
    expect(found().metrics[1]?.mean).toBeCloseTo(61.41, 2);
  });

  it.each([
    ["cifar10-test", { rho: 0.753, tau: 0.578, top: 0.109, pick: 93.76 }],
    ["cifar100-test", { rho: 0.728, tau: 0.553, top: 0.248, pick: 71.11 }],
  ] as const)("parameters against %s", (metric, { rho, tau, top, pick }) => {
    const params = of(metric, "params");
    expect(params).toMatchObject({ kind: "baseline", withoutNumber: 0 });
    expect(params?.spearman.value).toBeCloseTo(rho, 3);
    expect(params?.kendall.value).toBeCloseTo(tau, 3);
    expect(params?.bestValue).toBeCloseTo(pick, 2);
    expect(params?.bestArchitecture).toBe(all("nor_conv_3x3"));
    expect(params?.top.count).toBe(1563);
    expect(params?.top.spearman.value).toBeCloseTo(top, 2.9);
  });

  it("counts of operations", () => {
    // The specification cuts these off after three digits.
    const cut = (value: number | null | undefined): number => Math.floor(1000 * (value ?? 0));
    expect(cut(of("cifar10-test", "weighted")?.spearman.value)).toBe(752);
    expect(cut(of("cifar10-test", "weighted")?.kendall.value)).toBe(577);
    expect(cut(of("cifar10-test", "convs")?.spearman.value)).toBe(722);
    expect(of("cifar10-valid", "weighted")?.spearman.value).toBeCloseTo(0.711, 3);
    expect(of("cifar100-valid", "weighted")?.spearman.value).toBeCloseTo(0.725, 3);
  });
});

it("the baselines of NAS-Bench-Macro (reference-correlations §7)", () => {
  const table = findBenchmark("nasbench-macro");
  const scores = csvFile(
    "architecture,zero",
    ...Array.from({ length: table.size }, (_, i) => `${table.architecture(i)},0`),
  );
  const { metrics } = correlateScores({ scores, benchmark: "nasbench-macro", metrics: ["cifar10-test"], resamples: 0 });
  const of = (name: string) => metrics[0]?.scores.find((score) => score.name === name);
  expect(of("macs")?.spearman.value).toBeCloseTo(0.748, 3);
  expect(of("macs")?.kendall.value).toBeCloseTo(0.556, 3);
  expect(of("params")?.spearman.value).toBeCloseTo(0.318, 3);
  expect(of("params")?.kendall.value).toBeCloseTo(0.218, 3);
  expect(of("zero")?.spearman).toEqual({ value: null });
});

describe("which way is better", () => {
  it("of a metric: an error is better small", () => {
    const table = tableFile("arch,test_error", ...cells.map((text, i) => `${text},${40 - 10 * i}`));
    const scores = csvFile("arch,mine", ...cells.map((text, i) => `${text},${i}`));
    const { metrics } = correlateScores({ scores, benchmark: table, metrics: ["all"], resamples: 0 });
    expect(metrics[0]?.scores.find(({ name }) => name === "mine")).toMatchObject({
      spearman: { value: 1 },
      bestValue: 10,
      best: { rank: 1 },
    });
    expect(metrics[0]?.best).toBe(10);
  });

  it("of a score: smaller where the call says so", () => {
    const scores = csvFile("arch,ntk", ...cells.map((text, i) => `${text},${-i}`));
    const of = (lower: string[]) =>
      correlateScores({
        scores,
        benchmark: "nasbench201",
        metrics: ["cifar10-test"],
        resamples: 0,
        lower,
      }).metrics[0]?.scores.find(({ name }) => name === "ntk")?.kendall.value as number;
    expect(of([])).toBe(-of(["ntk"]));
    expect(of(["ntk"])).toBeGreaterThan(0);
  });

  it("of a score that is named like a loss: smaller, unless the call says otherwise; of costs larger, as of baselines", () => {
    const scores = csvFile("arch,Test_Loss,neg_loss,latency", ...cells.map((text, i) => `${text},${-i},${i},${i}`));
    const of = (options: { higher?: string[] }) =>
      Object.fromEntries(
        correlateScores({
          scores,
          benchmark: "nasbench201",
          metrics: ["cifar10-test"],
          resamples: 0,
          ...options,
        }).metrics[0]?.scores.map(({ name, kendall }) => [name, Math.sign(kendall.value as number)]) ?? [],
      );
    expect(of({})).toMatchObject({ Test_Loss: 1, neg_loss: 1, latency: 1 });
    expect(of({ higher: ["Test_Loss"] })).toMatchObject({ Test_Loss: -1, neg_loss: 1, latency: 1 });
  });

  it("of a metric: as the call says", () => {
    const results = tableFile("arch,odd,odd_std", ...cells.map((text, i) => `${text},${-i},${i}`));
    const scores = csvFile("arch,mine", ...cells.map((text, i) => `${text},${i}`));
    const rho = (metric: string) =>
      correlateScores({ scores, benchmark: results, metrics: [metric], resamples: 0 }).metrics[0]?.scores.find(
        ({ name }) => name === "mine",
      )?.spearman.value;
    expect(rho("odd")).toBeCloseTo(-1, 12);
    expect(rho("odd:lower")).toBeCloseTo(1, 12);
    expect(rho("odd-std:higher")).toBeCloseTo(1, 12);
    // A spread is neither good nor bad.
    expect(() => rho("odd-std")).toThrow(/unknown metric/);
  });
});

describe("columns that are no scores", () => {
  const names = (path: string, options: { proxies?: string[]; column?: string } = {}): string[] =>
    correlateScores({ scores: path, benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 0, ...options })
      .metrics[0]?.scores.map(({ name }) => name)
      .toSorted() ?? [];

  it("the index of a data frame, with a name or without, and row numbers", () => {
    const rows = (i: number, text: string) => `${i},${text},${i * i}`;
    for (const index of ["", "Unnamed: 0", "index", "Id", "n"]) {
      const path = csvFile(`${index},architecture,acc`, ...cells.map((text, i) => rows(i, text)));
      expect(names(path), index).toEqual(["acc", "macs", "params"]);
    }
    // Whoever asks for it gets it.
    const path = csvFile("n,architecture,acc", ...cells.map((text, i) => rows(i, text)));
    expect(names(path, { proxies: ["n"] })).toEqual(["macs", "n", "params"]);
  });

  it("one row for each seed is one architecture, with the mean of its scores", () => {
    const path = csvFile("arch,seed,mine", ...cells.flatMap((text, i) => [`${text},0,${i}`, `${text},1,${i + 10}`]));
    const found = correlateScores({ scores: path, benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 0 });
    expect(found.architectures).toBe(4);
    expect(found.metrics[0]?.scores.map(({ name }) => name).toSorted()).toEqual(["macs", "mine", "params"]);
    expect(found.metrics[0]?.scores[0]).toMatchObject({ name: "mine", spearman: { value: 1 } });
  });

  it("rows of several data sets are refused with what to do", () => {
    const path = csvFile(
      "arch,dataset,mine",
      ...cells.flatMap((text, i) => [`${text},cifar10,${i}`, `${text},svhn,${-i}`]),
    );
    expect(() => names(path)).toThrow(/dataset.*cifar10, svhn.*keep the rows of one/);
  });

  it("the architectures' column has a name of its own", () => {
    const path = csvFile("acc,my net", ...cells.map((text, i) => `${i * i},${text}`));
    expect(() => names(path)).toThrow(/no column of architectures .*there are "acc", "my net"; --arch-column NAME/);
    expect(names(path, { column: "my net" })).toEqual(["acc", "macs", "params"]);
    expect(names(path, { column: "My_Net" })).toEqual(["acc", "macs", "params"]);
  });

  it("a proxy by another of its names", () => {
    const path = csvFile("arch,naswot,NASLib_x", ...cells.map((text, i) => `${text},${i},1`));
    expect(names(path, { proxies: ["nwot"] })).toEqual(["macs", "naswot", "params"]);
  });
});

it("aggregates stand beside their members, and the vote's agreement over pairs", () => {
  const scores = csvFile("arch,synflow,jacob_cov,snip", ...cells.map((text, i) => `${text},${i},${i},${-i}`));
  const request = {
    scores,
    benchmark: "nasbench201",
    metrics: ["cifar10-test"],
    resamples: 0,
    aggregates: ["synflow+snip"],
  };
  const { metrics, matrix } = correlateScores(request);
  const of = (name: string) => metrics[0]?.scores.find((score) => score.name === name);
  // Two of three are right about whatever synflow is right about; synflow + snip are a tie everywhere.
  expect(of("vote")).toMatchObject({ kind: "aggregate", spearman: of("synflow")?.spearman });
  expect(of("synflow+snip")).toMatchObject({ kind: "aggregate", spearman: { value: null } });
  const accuracies = cells.map((text) => findBenchmark("nasbench201").lookup(text).metrics["cifar10-test"] as number);
  const right = accuracies.flatMap((a, i) => accuracies.slice(0, i).map((b) => (a > b ? 1 : 0)));
  expect(metrics[0]?.voteAgreement).toBeCloseTo(right.reduce<number>((x, y) => x + y, 0) / right.length, 12);
  expect(matrix.names).toEqual(["synflow", "jacob_cov", "snip", "params", "macs", "vote", "synflow+snip"]);
  expect(matrix.spearman[0]?.slice(0, 3)).toEqual([1, 1, -1]);
});

describe("scores that are no number", () => {
  it("count, and are not lost", () => {
    const values = ["", "nan", "-inf", "1"];
    const scores = csvFile("arch,mine", ...cells.map((text, i) => `${text},${values[i]}`));
    const { metrics } = correlateScores({ scores, benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 0 });
    const mine = metrics[0]?.scores.find(({ name }) => name === "mine");
    expect(mine).toMatchObject({ count: 4, withoutNumber: 3, bestArchitecture: cells[3] });
  });

  it("alone have no best pick", () => {
    const scores = csvFile("arch,mine,other", ...cells.map((text, i) => `${text},nan,${i}`));
    const request = { scores, benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 0 };
    const found = correlate(request);
    const mine = found.correlations.metrics[0]?.scores.find(({ name }) => name === "mine");
    expect(mine).toMatchObject({ withoutNumber: 4, bestValue: null, bestArchitecture: null });
    expect(mine?.best).toBeNull();
    expect(correlationsText(found.correlations).find((line) => line.startsWith("mine"))).toMatch(/–\s+–\s+4$/);
    expect(correlationsCsv(found.correlations)).toMatch(/cifar10-test,mine,.*,,,,\r\n/);
    expect(correlationPage({ ...found, command: "" })).toContain('<td class="number">–</td><td class="number">–</td>');
  });
});

describe("tables from elsewhere", () => {
  const correlated = (scores: string, more: object = {}) =>
    correlateScores({ scores, benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 0, ...more });

  it("count an architecture once that stands there twice, and refuse it with another score", () => {
    const lines = cells.map((text, i) => `${text},${i}`);
    const twice = csvFile("arch,mine", ...lines, lines[1] as string);
    expect(correlated(twice)).toEqual({ ...correlated(csvFile("arch,mine", ...lines)), scores: twice });
    expect(() => correlated(csvFile("arch,mine", ...lines, `${cells[1]},7`))).toThrow(
      /line 6: the architecture stands in line 3 already, with another mine/,
    );
  });

  it("may begin with a byte order mark, and hold text in columns that are not taken", () => {
    const scores = csvFile(
      "\uFEFFarch,dataset,name,mine,odd",
      ...cells.map((text, i) => `${text},cifar10,a,${i},${i === 2 ? "x" : i}`),
    );
    const names = correlated(scores, { proxies: ["mine"] }).metrics[0]?.scores.map(({ name }) => name);
    expect(names?.toSorted()).toEqual(["macs", "mine", "params"]);
    expect(() => correlated(scores)).toThrow(
      /column "odd": expected a number, found "x"; correct it, or leave the column out with --proxies/,
    );
  });

  it("know an architecture in another notation", () => {
    const lines = cells.map((text, i) => `${text},${i}`);
    const other = JSON.stringify(cells[1]).slice(1, -1).replaceAll("+", " + ");
    expect(correlated(csvFile("arch,mine", ...lines, `${other},1`))).toMatchObject({ architectures: 4 });
  });

  it("compare repeats in the columns that are taken, NaN with NaN", () => {
    const lines = cells.map((text, i) => `${text},${i === 1 ? "nan" : i},${i}`);
    const scores = csvFile("arch,mine,other", ...lines, `${cells[1]},,7`);
    expect(correlated(scores, { proxies: ["mine"] })).toMatchObject({ architectures: 4, notInTable: 0 });
    expect(() => correlated(scores)).toThrow(/line 6: .* in line 3 already, with another other; keep one/);
  });

  it("have the members of an aggregate read, and only those that are taken shown", () => {
    const line = (text: string, i: number) => `${text},${i},${-i},${i},${i * i},x`;
    const scores = csvFile("arch,synflow,Snip,jacob_cov,ntk,note2", ...cells.map(line));
    const of = (more: object) =>
      Object.fromEntries(
        correlated(scores, { proxies: ["synflow"], ...more }).metrics[0]?.scores.map((one) => [one.name, one]) ?? [],
      );
    const found = of({ aggregates: ["synflow+snip+jacob_cov", "synflow+params"] });
    expect(Object.keys(found).toSorted()).toEqual([
      "macs",
      "params",
      "synflow",
      "synflow+params",
      "synflow+snip+jacob_cov",
    ]);
    // Snip is the opposite of the two others, which are the same.
    expect(found["synflow+snip+jacob_cov"]?.spearman).toEqual(found.synflow?.spearman);
    const turned = of({ aggregates: ["synflow+snip"], lower: ["Snip", "ntk"] });
    expect(turned["synflow+snip"]?.spearman).toEqual(turned.synflow?.spearman);
  });

  it("may hold genotypes, and be gzipped", () => {
    const genotype = (operation: string) => {
      const cell = [0, 0, 1, 1].flatMap((node) => [
        [operation, node],
        ["skip_connect", node + 1],
      ]);
      return JSON.stringify({ normal: cell, reduce: cell });
    };
    const rows = ["sep_conv_3x3", "max_pool_3x3", "dil_conv_5x5"].map(
      (operation, i) => `"${genotype(operation).replaceAll('"', '""')}",${i}`,
    );
    const table = join(temporaryFolder(), "genotypes.table");
    const format = findTableFormat("csv");
    writeFileSync(table, importTable({ format, path: csvFile("genotype,acc", ...rows), space: "darts" }).bytes);
    const scores = join(temporaryFolder(), "scores.csv.gz");
    writeFileSync(scores, gzipSync(["genotype,mine", ...rows].join("\n")));
    expect(correlated(scores, { benchmark: table, metrics: ["acc"] })).toMatchObject({ architectures: 3 });
  });

  it("may hold NAS-Bench-101 cells in two columns", () => {
    const table = join(temporaryFolder(), "cells.table");
    const rows = [
      "01|00,input;output",
      "010|001|000,input;conv1x1-bn-relu;output",
      "010|001|000,input;maxpool3x3;output",
    ];
    const results = csvFile("adjacency,ops,acc", ...rows.map((row, i) => `${row},${i}`));
    const format = findTableFormat("csv");
    writeFileSync(table, importTable({ format, path: results, space: "nasbench101" }).bytes);
    const scores = csvFile("num_vertices,adjacency,ops,mine", ...rows.map((row, i) => `3,${row},${i}`));
    expect(correlated(scores, { benchmark: table, metrics: ["acc"] })).toMatchObject({ architectures: 3 });
  });
});

describe("what is wrong is named", () => {
  const good = cells.map((text, i) => `${text},${i}`);
  const call =
    (scores: string, more: object = {}) =>
    () =>
      correlateScores({ scores, benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 0, ...more });

  it.each<[string, string[], RegExp]>([
    [
      "a row that is no number",
      ["arch,mine", ...good, `${all("none")},many`],
      /line 6, column "mine": expected a number, found "many"; correct it, or leave/,
    ],
    ["a row too short", ["arch,mine", ...good, all("none")], /line 6: expected 2 fields, found 1/],
    ["an architecture outside the space", ["arch,mine", ...good, `${all("sep_conv_3x3")},1`], /line 6: .*sep_conv_3x3/],
    ["no architectures", ["network,mine", ...good], /line 1: no column of architectures/],
    ["no scores", ["arch,index", ...good], /line 1: no column of scores/],
    ["no lines", ["arch,mine"], /holds no scores yet/],
  ])("%s", (_, lines, message) => {
    expect(call(csvFile(...lines))).toThrow(message);
  });

  it("names that are not known, with the nearest", () => {
    const scores = csvFile("arch,synflow", ...good);
    expect(call(scores, { metrics: ["cifar10-tset"] })).toThrow(
      /unknown metric of nasbench201.*did you mean "cifar10-test"/,
    );
    expect(call(scores, { proxies: ["sinflow"] })).toThrow(/unknown column of .*did you mean "synflow"/);
    expect(call(scores, { lower: ["x"] })).toThrow(/unknown column/);
    expect(call(scores, { proxies: ["synflow", "synflow"] })).toThrow("the proxy synflow is given twice");
    expect(call(scores, { aggregates: ["synflow+synflo"] })).toThrow(
      /unknown column of .* in the aggregate synflow\+synflo: "synflo"; did you mean "synflow"/,
    );
    expect(call(scores, { aggregates: ["synflow+params", "vot"] })).toThrow(
      /unknown aggregate "vot"; did you mean "vote"/,
    );
    expect(call(scores, { aggregates: ["te_nas"] })).toThrow(/in the aggregate te_nas: "ntk"/);
    expect(call(scores, { aggregates: ["synflow"] })).toThrow(/synflow is no aggregate: give a sum of columns/);
    expect(call(scores, { metrics: ["cifar10-test", "cifar10-test"] })).toThrow(
      "the metric cifar10-test is given twice",
    );
    expect(call(scores, { benchmark: "nasbench301" })).toThrow(/unknown benchmark/);
  });

  it("numbers out of range", () => {
    const scores = csvFile("arch,synflow", ...good);
    expect(call(scores, { resamples: -1 })).toThrow(/resamples/);
    expect(call(scores, { resamples: 1 })).toThrow(/an interval needs at least 2 resamples/);
    expect(call(scores, { top: 0 })).toThrow(/top/);
    expect(call(scores, { seed: 0.5 })).toThrow(/seed/);
  });

  it("a table of another space", () => {
    const scores = csvFile("arch,synflow", ...good);
    expect(call(scores, { benchmark: "nasbench-macro" })).toThrow(/line 2: /);
  });

  it("files that are not there", () => {
    expect(call("/nowhere/scores.csv")).toThrow(/cannot read \/nowhere\/scores.csv/);
    expect(call(csvFile("arch,synflow", ...good), { benchmark: "/nowhere/x.table" })).toThrow(
      /cannot read the benchmark table/,
    );
  });
});

it("architectures that the table does not hold are counted; of a table that holds none, refused", () => {
  const table = tableFile("arch,acc", ...cells.slice(1).map((text, i) => `${text},${i}`));
  const scores = csvFile("arch,mine", ...cells.map((text, i) => `${text},${i}`));
  const found = correlateScores({ scores, benchmark: table, metrics: ["acc"], resamples: 0 });
  expect(found).toMatchObject({ architectures: 3, notInTable: 1 });
  const other = csvFile("arch,mine", `${all("avg_pool_3x3")},1`);
  expect(() => correlateScores({ scores: other, benchmark: table, metrics: ["acc"] })).toThrow(
    /holds none of the 1 architectures/,
  );
});

describe("what is written", () => {
  const scores = () => csvFile('arch,"a<b>"', ...cells.map((text, i) => `${text},${i}`));
  const request = () => ({ scores: scores(), benchmark: "nasbench201", metrics: ["cifar10-test"], resamples: 20 });

  it("CSV: a line for each score", () => {
    const [header, ...lines] = correlationsCsv(correlateScores(request())).trimEnd().split("\r\n");
    expect(header?.split(",").slice(0, 6)).toEqual([
      "metric",
      "score",
      "kind",
      "architectures",
      "without_number",
      "spearman",
    ]);
    expect(lines.map((line) => line.split(",").slice(0, 3).join())).toEqual(
      expect.arrayContaining(["cifar10-test,a<b>,proxy", "cifar10-test,params,baseline", "cifar10-test,macs,baseline"]),
    );
    for (const line of lines) expect(line.split(",")).toHaveLength(header?.split(",").length ?? 0);
  });

  it("shares with the digits that tell them, in text and page", () => {
    const found = correlate({ ...request(), top: 0.001 });
    expect(correlationsText(found.correlations).join("\n")).toContain("ρ top 0.1 %");
    expect(correlationPage({ ...found, command: "" })).toContain("ρ in the top 0.1 %");
  });

  it("nothing of intervals where there are none", () => {
    const found = correlate({ ...request(), resamples: 0 });
    expect(correlationsText(found.correlations).join("\n")).not.toContain("95 %");
    expect(correlationPage({ ...found, command: "" })).not.toMatch(/95 %|resamples/);
  });

  it("of a handful: no intervals and no top, and that it is a handful", () => {
    const found = correlate({ ...request(), resamples: 100 });
    const text = correlationsText(found.correlations).join("\n");
    expect(text).not.toContain("95 %");
    expect(text).toMatch(/^a<b> +1\.000 +1\.000 +– +– /m);
    expect(text).toContain("4 architectures are too few for intervals (10 are needed)");
    expect(text).toContain("the top 10 % holds 1, too few to be correlated (5 are needed)");
    const page = correlationPage({ ...found, command: "" });
    expect(page).toContain("4 architectures are too few for intervals");
    expect(page).not.toContain("95 %");
    expect(found.correlations.metrics[0]?.scores[0]?.spearman).toEqual({ value: 1 });
  });

  it("of ten there are intervals, of nine there are none", () => {
    const { architecture } = findBenchmark("nasbench201");
    const of = (count: number) => {
      const scores = csvFile(
        "arch,mine",
        ...Array.from({ length: count }, (_, i) => `${architecture(i * 101)},${i % 7}`),
      );
      const found = correlateScores({
        scores,
        benchmark: "nasbench201",
        metrics: ["cifar10-test"],
        resamples: 20,
        top: 0.5,
      });
      return correlationsText(found).join("\n");
    };
    expect(of(10)).toContain("95 %");
    expect(of(10)).not.toContain("too few");
    expect(of(9)).toContain("9 architectures are too few for intervals");
  });

  it("the page: every architecture as a dot of every score, and the matrix; names are escaped", () => {
    const page = correlationPage({ ...correlate(request()), command: "archwright correlate" });
    const { document } = new JSDOM(page).window;
    const figures = [...document.querySelectorAll(".plots figure")];
    expect(figures).toHaveLength(3);
    for (const figure of figures) {
      const dots = [...figure.querySelectorAll("path[stroke-linecap=round]")];
      const drawn = dots.flatMap((path) => path.getAttribute("d")?.match(/M[\d.]+ [\d.]+h0/g) ?? []);
      expect(drawn).toHaveLength(4);
    }
    expect(document.querySelectorAll(".matrix tbody tr")).toHaveLength(3);
    expect(page).toContain("a&lt;b&gt;");
    expect(page).not.toContain("a<b>");
    expect(document.querySelectorAll("script, link, img[src]")).toHaveLength(0);
  });
});
