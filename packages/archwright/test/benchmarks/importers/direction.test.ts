/** Which way a number is meant, by its name as it is written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readingOf } from "../../../src/benchmarks/importers/direction.ts";

it.each([
  ...[
    "Latency_ms",
    "latency",
    "LATENCY",
    "lat",
    "runtime",
    "run-time",
    "Inference Time (ms)",
    "time_s",
    "train_seconds",
    "ms",
  ],
  ...["FLOPs", "flops", "GFLOPs", "MFlops", "flops_m", "MACs", "MAdds", "mult_adds", "Multiply-adds"],
  ...[
    "params",
    "Params (M)",
    "n_params",
    "nParams",
    "num_parameters",
    "#params",
    "Model Size",
    "size_mb",
    "memory",
    "peak mem",
  ],
  ...["energy_mj", "Energy", "cost"],
  ...["Test_Error", "test error", "testError", "err", "top1_err", "top1err", "top-5 error", "error_rate", "ERR@1"],
  ...["Test_Loss", "valLoss", "loss", "nll", "NLL", "perplexity", "ppl", "cross_entropy", "mse", "RMSE", "FID", "WER"],
  ...["neg_acc", "-accuracy", "neg_log_likelihood", "ms per image", "seconds/epoch"],
])("%s: smaller is better", (name) => {
  expect(readingOf(name)).toMatchObject({ larger: "worse" });
});

it.each([
  ...["acc", "Test_Acc", "top1", "accuracy", "mAP", "auc", "my_score", "synflow", "zen", "nwot", "rank_sum", ""],
  ...["neg_loss", "negative_error", "minus latency", "-loss", "neg_nll", "neg-params"],
  ...["throughput", "images per second", "imgs/s", "fps", "speedup", "error_reduction", "samples_per_ms"],
  ...["batch_size", "image size", "terror", "flopsy", "paramount", "classes", "bias"],
])("%s: larger is better", (name) => {
  expect(readingOf(name)).toMatchObject({ larger: "better" });
});

it.each(["acc_std", "test_error_std", "latency stddev", "loss_var"])("%s: neither", (name) => {
  expect(readingOf(name).larger).toBe("neither");
});

describe("says why", () => {
  it.each([
    ["Latency_ms", '"latency" names a cost'],
    ["Test_Loss", '"loss" names a loss'],
    ["neg_loss", '"loss" names a loss, "neg" turns it round'],
    ["fps", '"fps" names a gain'],
    ["acc", "nothing in its name says otherwise"],
    ["acc_std", '"std" names a spread'],
  ])("%s", (name, why) => {
    expect(readingOf(name).why).toBe(why);
  });
});

it.each([
  ["Latency_ms", "ms"],
  ["latency (us)", "µs"],
  ["time_s", "s"],
  ["params_m", "M"],
  ["Params (M)", "M"],
  ["GFLOPs", "G"],
  ["size_mb", "MB"],
  ["energy_mj", "mJ"],
  ["acc_pct", "%"],
  ["acc_m", ""],
  ["images per s", ""],
  ["flops", ""],
  ["constructor", ""],
])("%s is counted in %j", (name, unit) => {
  expect(readingOf(name).unit).toBe(unit);
});

it("neither case nor what parts the words matters", () => {
  const words = fc.array(fc.constantFrom("test", "loss", "acc", "latency", "ms", "neg", "top1", "err", "params"), {
    minLength: 1,
    maxLength: 4,
  });
  const written = fc.tuple(
    words,
    fc.constantFrom("_", "-", " ", ".", " - "),
    fc.constantFrom("lower", "upper", "title"),
  );
  fc.assert(
    fc.property(written, ([own, separator, letters]) => {
      const cased = own.map((word) => {
        if (letters === "lower") return word;
        return letters === "upper" ? word.toUpperCase() : word.replace(/^./, (first) => first.toUpperCase());
      });
      expect(readingOf(cased.join(separator))).toEqual(readingOf(own.join("_")));
    }),
  );
});
