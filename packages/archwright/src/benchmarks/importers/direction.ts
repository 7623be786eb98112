/** Which way a number is meant, and its unit, by the name that its author gave it. */
import type { Metric } from "../benchmark.ts";

export interface Reading {
  readonly larger: Metric["larger"];
  /** What in the name says so. */
  readonly why: string;
  /** `ms`, `M`; empty where the name does not say. */
  readonly unit: string;
  /** Whether it counts what a network takes: who has more of that is often the better one at the task. */
  readonly isResource: boolean;
}

const counts =
  /^(?:[kmgt]?flops?|[kmgt]?macs?|madds?|multadds|multiplyadds|bops|n?params?|nparameters?|parameters?|weights)$/;
const resources =
  /^(?:size|memory|mem|ram|vram|storage|footprint|latency|lat|runtime|time|walltime|duration|delay|seconds?|secs?|s|ms|us|ns|minutes?|hours?|energy|power|watts?|joules?|mj|costs?)$/;
/** What a training makes small. */
const losses =
  /^(?:loss|losses|nll|ce|bce|crossentropy|errors?|errs?|mse|rmse|mae|mape|perplexity|ppl|bpc|bpd|wer|cer|eer|fid|regret|(?:top)?[15]?(?:err|error|loss))$/;
/** Neither good nor bad. */
const spreads = /^(?:std|stds|stddev|stdev|sd|var|variance|sem|stderr)$/;
/** What has a size that is a setting. */
const sized = /^(?:batch|image|img|input|kernel|patch|step|population)$/;
/** More of these is better, whatever they are counted in. */
const gains = /^(?:speedup|throughput|fps|qps|savings?|reduction|improvement|gain)$/;
/** Turns the rest round: `neg_loss` is the loss with a minus, so that larger is better. */
const negations = /^(?:neg|negative|negated|minus)$/;

const units: Readonly<Record<string, string>> = {
  ...{ ns: "ns", us: "µs", ms: "ms", s: "s", sec: "s", secs: "s", second: "s", seconds: "s", hours: "h", h: "h" },
  ...{ kb: "kB", mb: "MB", gb: "GB", mj: "mJ", j: "J", mw: "mW", w: "W" },
};
const multiples: Readonly<Record<string, string>> = {
  ...{ k: "k", m: "M", g: "G", mflops: "M", mmacs: "M", gflops: "G", gmacs: "G", madds: "M" },
};

/**
 * Reads `Latency_ms`, `top1-err`, `FLOPs (M)`, `neg_loss`, `testLoss`, `images per second`: words are parted by anything that
 * is no letter and no digit, and by capitals; what is behind `per` only says what it is counted for. A name that is not known
 * is taken for a quality.
 */
export function readingOf(name: string): Reading {
  const all = wordsOf(name);
  const per = all.indexOf("per");
  const words = per > 0 ? all.slice(0, per) : all;
  const gain = words.find((word) => gains.test(word));
  const cost = gain === undefined ? costOf(words) : undefined;
  const isResource = cost !== undefined && !losses.test(cost);
  const unit = per > 0 ? "" : unitOf(words, cost);
  const spread = words.find((word, i) => i > 0 && spreads.test(word));
  if (spread !== undefined) return { larger: "neither", why: `"${spread}" names a spread`, unit, isResource: false };
  const negation = name.trim().startsWith("-") ? "-" : words.find((word) => negations.test(word));
  const isSmall = (cost !== undefined) !== (negation !== undefined);
  const named =
    gain === undefined ? cost && `"${cost}" names a ${isResource ? "cost" : "loss"}` : `"${gain}" names a gain`;
  const reasons = [named, negation && `"${negation}" turns it round`].filter((reason) => reason !== undefined);
  const why = reasons.length === 0 ? "nothing in its name says otherwise" : reasons.join(", ");
  return { larger: isSmall ? "worse" : "better", why, unit, isResource };
}

/** The first word of a cost or a loss; two words may make one. */
function costOf(words: readonly string[]): string | undefined {
  const isCost = (word: string): boolean => counts.test(word) || resources.test(word) || losses.test(word);
  for (const [i, word] of words.entries()) {
    const pair = `${word}${words[i + 1] ?? ""}`;
    // One letter is a unit, at the end; the size of a batch is no cost.
    if (word === "s" && (i === 0 || i < words.length - 1)) continue;
    if (word === "size" && sized.test(words[i - 1] ?? "")) continue;
    if (isCost(word)) return word;
    if (isCost(pair)) return pair;
  }
  return undefined;
}

function unitOf(words: readonly string[], cost: string | undefined): string {
  const last = words.at(-1) ?? "";
  if (last === "percent" || last === "pct") return "%";
  if (cost === undefined) return "";
  const known = words.some((word) => counts.test(word)) ? multiples : units;
  return Object.hasOwn(known, last) ? (known[last] as string) : "";
}

/** `testLoss_top1` as test, loss, top1. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z][a-z])/g, "$1 $2")
    .replaceAll("/", " per ")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
