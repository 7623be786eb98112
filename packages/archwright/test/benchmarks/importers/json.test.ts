/** NDS sweeps and NASLib's zero-cost files. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { naslibKeys } from "../../../src/benchmarks/importers/naslib-keys.ts";
import { findArchitectureSpace } from "../../../src/spaces/architecture-spaces.ts";
import { hasSharedData, needsSharedData, sharedFolder } from "../../spaces/shared-data.ts";
import { file, imported, refusal } from "./support.ts";

const net = (depth: number) => ({
  block_type: "res_basic_block",
  ds: [1, depth, 1, 1],
  ws: [16, 16, 32, 64],
  ss: [1, 1, 2, 2],
  bot_muls: [],
  num_gs: [],
});
/** Counted by hand: 16·27 + 32, blocks of two 3×3 convolutions, shortcuts of 1×1 where the width changes, 650. */
const job = {
  rng_seed: 1,
  net: net(1),
  optim: { base_lr: 0.1, wd: 0.0005, max_ep: 2 },
  params: 464 + (2 * 2304 + 64) + (4608 + 9216 + 512 + 192) + (18432 + 36864 + 2048 + 384) + 650,
  flops: 1,
  min_test_top1: 5.5,
  test_ep_top1: [5.5, 6.5],
};
const space = "nds-resnet";

describe("NDS jobs (space-nds §1, §2)", () => {
  const other = { ...job, min_test_top1: 7.5, test_ep_top1: [8, 7.5], rng_seed: 2 };

  it("come one a line, as a list, or as top and mid", () => {
    const second = { ...other, optim: { ...job.optim, wd: 0.001 } };
    for (const text of [
      `${JSON.stringify(job)}\n${JSON.stringify(second)}\n`,
      JSON.stringify([job, second]),
      JSON.stringify({ top: [job], mid: [second] }),
      JSON.stringify({ top: [job], mid: [second] }, null, 2),
    ]) {
      const table = imported("nds", file(text), space);
      // Two trainings of one network: two runs, their mean the value.
      expect(table.size).toBe(1);
      expect(table.record(0)).toMatchObject({
        metrics: { "error-best": 6.5, "error-final": 7, params: job.params, epochs: 2 },
        runs: { "error-best": [5.5, 7.5], "error-final": [6.5, 7.5], "weight-decay": [0.0005, 0.001] },
      });
      expect(table.record(0).runs).not.toHaveProperty("params");
      expect(table.lookup(JSON.stringify(job.net)).index).toBe(0);
    }
    expect(imported("nds", file(JSON.stringify(job)), space).size).toBe(1);
  });

  it("may hold NaN where a training diverged", () => {
    const text = JSON.stringify({ ...job, train_ep_loss: ["N"] }).replace('"N"', "NaN, -Infinity,NaN");
    expect(imported("nds", file(text), space).size).toBe(1);
    // A network's own results are another matter.
    expect(refusal("nds", JSON.stringify(job).replace("5.5", "NaN"), space)).toContain(
      'record 0, column "min_test_top1": expected a number from 0 to 100, found null',
    );
  });

  it.each([
    [{ ...job, params: 1 }, `line 1, column "params": found 1, but the architecture's is ${job.params}`],
    [{ ...job, net: { ...job.net, ws: [16] } }, 'line 1: not an architecture of nds-resnet: "ws" has 1 entries'],
    [
      { ...job, min_test_top1: 5.4 },
      'line 1, column "min_test_top1": found 5.4, but the errors in test_ep_top1 have a lowest of 5.5 and a last of 6.5',
    ],
    [{ ...job, min_test_top1: 6.6 }, 'line 1, column "min_test_top1": found 6.6'],
    [{ ...job, net: 3 }, 'line 1, column "net": expected an object, found 3'],
    [{ ...job, test_ep_top1: [] }, 'line 1, column "test_ep_top1": expected a list of errors, found []'],
    [{ ...job, optim: { wd: 1 } }, 'line 1, column "optim.base_lr": expected a number of at least 0, found nothing'],
    [{ ...job, flops: -1 }, 'column "flops": expected a whole number of at least 1, found -1'],
  ])("%#: a wrong record is named", (record, message) => {
    expect(refusal("nds", `${JSON.stringify(record)}\n${JSON.stringify(job)}`, space)).toContain(message);
  });

  it.each([
    ["[1]", "record 0: expected an object, found 1"],
    ['{"top": [], "mid": 3}', 'expected a list of job records or the lists "top" and "mid", found "top, mid"'],
    ['{"top": [], "mid": [], "low": []}', 'found "top, mid, low"'],
    ['{"top": [{}], "mid": []}', 'record top[0], column "net": expected an object, found nothing'],
    ["[", "malformed JSON"],
    [`${JSON.stringify(job)}\n{x`, "line 2: malformed JSON"],
  ])("%s is refused", (text, message) => {
    expect(refusal("nds", text, space)).toContain(message);
  });

  it("are refused where a job stands twice, by its number", () => {
    const [first, second] = [
      { ...job, job_id: "7" },
      { ...other, job_id: "7" },
    ];
    const text = JSON.stringify({ top: [first], mid: [second] });
    expect(refusal("nds", text, space)).toContain(
      'record mid[0], column "job_id": the job "7" stands in record top[0] already',
    );
    expect(imported("nds", file(text.replace('"7"', '"8"')), space).size).toBe(1);
  });

  it("may have a lowest error above an epoch's, as released ones of trainings that diverged", () => {
    const { metrics } = imported("nds", file(JSON.stringify({ ...job, min_test_top1: 6 })), space).record(0);
    expect(metrics).toMatchObject({ "error-best": 6, "error-final": 6.5 });
  });

  it("needs to know the space", () => {
    expect(refusal("nds", "[]")).toContain("say which: --space nds-nasnet|");
    expect(refusal("nds", "[]", "nds-resnett")).toContain(
      'unknown space of nds "nds-resnett"; did you mean "nds-resnet"?',
    );
  });

  it.skipIf(!hasSharedData)(
    `of the released sweeps: 2 networks of 100 seeds each, with the measured noise ${needsSharedData}`,
    () => {
      const table = imported("nds", `${sharedFolder}nds/ResNet_reruns.jsonl.gz`, "nds-resnet");
      expect(table.size).toBe(2);
      const found = [0, 1].map((index) => {
        const runs = table.record(index).runs["error-best"] ?? [];
        const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length;
        const deviation = Math.sqrt(runs.reduce((sum, run) => sum + (run - mean) ** 2, 0) / (runs.length - 1));
        return [runs.length, Math.round(mean * 1e3) / 1e3, deviation];
      });
      expect(found).toEqual([
        [100, 5.086, expect.closeTo(0.132, 2)],
        [100, 6.546, expect.closeTo(0.251, 2)],
      ]);
    },
  );
});

describe("NASLib's keys", () => {
  const text = (name: string, key: string) => {
    const found = findArchitectureSpace(name);
    return found.format(found.parse(naslibKeys[name]?.(key) ?? ""));
  };

  it("are the architectures that the published scores belong to", () => {
    // naslib/data/zc_nasbench101.json: this cell has 1.749031 M parameters there, d3ce4b35... in the data here.
    const cell =
      "(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 2, 3, 3, 2, 1)";
    const space = findArchitectureSpace("nasbench101");
    const parsed = space.parse(naslibKeys.nasbench101?.(cell) ?? "");
    expect(space.identity?.(parsed)).toBe("d3ce4b357bab991e98b34e3a8722b3bb");
    // Of NAS-Bench-201 the tuple goes by source: edges 0→1, 0→2, 0→3, 1→2, 1→3, 2→3.
    expect(text("nasbench201", "(4, 3, 0, 1, 2, 3)")).toBe(
      "|avg_pool_3x3~0|+|nor_conv_1x1~0|none~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|",
    );
    expect(
      text(
        "darts",
        "[[(0, 4), (1, 3), (0, 2), (2, 3), (2, 3), (0, 3), (2, 6), (3, 5)], [(0, 3), (1, 3), (1, 1), (0, 5), (2, 3), (0, 2), (4, 4), (3, 1)]]",
      ),
    ).toMatch(
      /^Genotype\(normal=\[\('sep_conv_5x5', 0\), \('sep_conv_3x3', 1\), \('skip_connect', 0\).*reduce=\[\('sep_conv_3x3', 0\)/,
    );
  });

  it.each([
    ["nasbench101", "(0, 1, 0, 0, 0)"],
    ["nasbench201", "(4, 3, 0, 1, 2)"],
    ["nasbench201", "(4, 3, 0, 1, 2, 5)"],
    ["darts", "[[(0, 4)]]"],
    ["transnasbench101-micro", "(1, 2)"],
    ["nasbench201", "import os"],
  ])("%s: %s is none", (name, key) => {
    expect(naslibKeys[name]?.(key)).toBeUndefined();
  });
});

describe("NASLib's zero-cost JSON", () => {
  const key = "(4, 3, 3, 3, 2, 3)";
  const scores = { flops: 62.508352, params: 0.434196, jacov: -32.57896303214712, val_accuracy: 68.33999986572266 };

  it("holds scores by space and dataset, or by dataset, as numbers or with their time", () => {
    const timed = Object.fromEntries(
      Object.entries(scores).map(([name, score]) => [name, name === "val_accuracy" ? score : { score, time: 1.5 }]),
    );
    for (const whole of [
      { nasbench201: { cifar100: { [key]: scores }, cifar10: { [key]: { ...scores, val_accuracy: 90 } } } },
      { cifar100: { [key]: { idx: "3", arch: key, ...timed } }, cifar10: { [key]: { ...timed, val_accuracy: 90 } } },
    ]) {
      const table = imported("naslib", file(JSON.stringify(whole)), "nasbench201");
      expect(table).toMatchObject({ name: "naslib-nasbench201", size: 1 });
      const expected = {
        "cifar100-jacov": -32.57896303214712,
        "cifar100-val-accuracy": 68.33999986572266,
        "cifar10-val-accuracy": 90,
        "cifar10-flops": 62.508352,
      };
      expect(table.record(0).metrics).toMatchObject(expected);
      // Zen is in neither: a metric without values is left out.
      expect(table.metrics.map(({ name }) => name)).not.toContain("cifar10-zen");
      const cell = "|avg_pool_3x3~0|+|nor_conv_1x1~0|nor_conv_1x1~1|+|nor_conv_1x1~0|nor_conv_3x3~1|nor_conv_1x1~2|";
      expect(table.lookup(cell).metrics).toMatchObject(expected);
    }
  });

  it.each([
    [
      { cifar100: { [key]: { ...scores, jacob: 1 } } },
      'architecture "(4, 3, 3, 3, 2, 3)", column "jacob": no such score',
    ],
    [{ cifar100: { [key]: { ...scores, snip: "x" } } }, 'column "snip": expected a number, found "x"'],
    [
      { cifar100: { [key]: { ...scores, val_accuracy: 100.5 } } },
      'column "val_accuracy": expected a number from 0 to 100, found 100.5',
    ],
    [
      { room_layout: { [key]: { ...scores, val_accuracy: 0.5 } } },
      'column "val_accuracy": expected a number of at most 0, found 0.5',
    ],
    [{ cifar100: { [key]: 3 } }, "expected an object, found 3"],
    [{ cifar100: { "(9, 9)": scores } }, 'architecture "(9, 9)": no architecture of nasbench201 in NASLib\'s form'],
    [{ cifar100: {}, cifar1000: {} }, 'unknown dataset "cifar1000"'],
    [{ a: {}, b: {} }, 'expected datasets or one space, found "a, b"'],
    [{ cifar100: {} }, "the file holds no rows"],
    [[], "expected an object, found []"],
  ])("%#: what is wrong is named", (whole, message) => {
    expect(refusal("naslib", JSON.stringify(whole), "nasbench201")).toContain(message);
  });
});

it.skipIf(!hasSharedData)(`every released sweep here is imported ${needsSharedData}`, () => {
  for (const [name, space] of [
    ["ENAS_in", "nds-enas-in"],
    ["ResNeXt-A_in", "nds-resnext-a-in"],
  ] as const) {
    const path = `${sharedFolder}nds/${name}.jsonl.gz`;
    const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
    const table = imported("nds", path, space);
    expect(table.size).toBe(lines.length);
    const errors = lines.map((line) => Number(/"min_test_top1": ?([\d.]+)/.exec(line)?.[1]));
    expect([...table.column("error-best")]).toEqual(errors);
  }
});
