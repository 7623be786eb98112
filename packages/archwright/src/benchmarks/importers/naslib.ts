/** NASLib's zero-cost JSON (NAS-Bench-Suite-Zero): proxy scores and validation accuracies by architecture tuple. */
import type { Metric } from "../benchmark.ts";
import type { NumberRange } from "./csv.ts";
import { readJson } from "./files.ts";
import { faulty, type ImportedRow, quoted, type TableFormat } from "./format.ts";
import { asNumber, asObject, type JsonObject } from "./json.ts";
import { naslibKeys } from "./naslib-keys.ts";

const datasets = [
  "cifar10",
  "cifar100",
  "ImageNet16-120",
  "svhn",
  "scifar100",
  "ninapro",
  "class_scene",
  "class_object",
  "room_layout",
  "jigsaw",
  "segmentsemantic",
  "normal",
  "autoencoder",
] as const;

const proxies = [
  "epe_nas",
  "fisher",
  "flops",
  "grad_norm",
  "grasp",
  "jacov",
  "l2_norm",
  "nwot",
  "params",
  "plain",
  "snip",
  "synflow",
  "zen",
] as const;

const ACCURACY = "val_accuracy";

/** `ImageNet16-120`, `grad_norm` → `imagenet16-120-grad-norm`. */
const metricName = (dataset: string, value: string): string => `${dataset}-${value}`.toLowerCase().replaceAll("_", "-");

function metric(dataset: string, value: string): Metric {
  const name = metricName(dataset, value);
  if (value === ACCURACY) return { name, title: `${dataset}: what the suite ranks by`, unit: "", larger: "better" };
  const cost = value === "flops" || value === "params";
  return {
    name,
    title: cost
      ? `${dataset}: ${value} as the suite counts`
      : `${dataset}: score of ${value}; -1e8 where it was not finite`,
    unit: cost ? "M" : "",
    larger: cost ? "worse" : "better",
  };
}

/** `{space: {dataset: {architecture: scores}}}` or `{dataset: {architecture: scores}}`; a score is a number or `{score, time}`. */
export const naslib: TableFormat = {
  name: "naslib",
  title: "NAS-Bench-Suite-Zero, zc_*.json of NASLib",
  contents: "scores of zero-cost proxies and validation accuracies",
  source: "Krishnakumar et al., NeurIPS 2022 Datasets and Benchmarks; automl/NASLib, Apache-2.0",
  spaces: Object.keys(naslibKeys),
  metrics: datasets.flatMap((dataset) => [...proxies, ACCURACY].map((value) => metric(dataset, value))),
  prefix: "naslib-",
  repeated: "refused",
  *read(path, space): Generator<ImportedRow> {
    const architectures = new Map<string, Record<string, number>>();
    for (const [dataset, entries] of byDataset(asObject(readJson(path), { path }), path)) {
      for (const [key, scores] of Object.entries(entries)) {
        const values = architectures.get(key) ?? {};
        architectures.set(key, values);
        readScores(scores, dataset, { path, place: `${dataset}, architecture ${quoted(key)}` }, values);
      }
    }
    for (const [key, values] of architectures) {
      const place = `architecture ${quoted(key)}`;
      yield { place, architecture: architectureText(space, key, { path, place }), values };
    }
  },
};

/** The objects of each dataset, whether or not the name of the space is around them. */
function byDataset(whole: JsonObject, path: string): [string, JsonObject][] {
  const [first] = Object.keys(whole);
  const isDataset = (name: string): boolean => (datasets as readonly string[]).includes(name);
  const known = first !== undefined && isDataset(first);
  const inner = known || first === undefined ? whole : asObject(whole[first], { path }, first);
  if (!known && Object.keys(whole).length > 1) {
    throw faulty({ path, message: `expected datasets or one space, found ${quoted(Object.keys(whole).join(", "))}` });
  }
  return Object.entries(inner).map(([dataset, entries]) => {
    if (isDataset(dataset)) return [dataset, asObject(entries, { path }, dataset)];
    throw faulty({ path, message: `unknown dataset ${quoted(dataset)} (known: ${datasets.join(", ")})` });
  });
}

function readScores(
  given: unknown,
  dataset: string,
  at: { path: string; place: string },
  values: Record<string, number>,
): void {
  for (const [name, entry] of Object.entries(asObject(given, at))) {
    if (name === "idx" || name === "arch") continue;
    if (name !== ACCURACY && !(proxies as readonly string[]).includes(name)) {
      throw faulty({ ...at, column: name, message: `no such score (known: ${[...proxies, ACCURACY].join(", ")})` });
    }
    const score = typeof entry === "object" && entry !== null ? (entry as JsonObject).score : entry;
    // Python writes NaN for a score that was none.
    if (score === null) continue;
    values[metricName(dataset, name)] =
      name === ACCURACY || !isInfinite(score)
        ? asNumber(score, at, name, name === ACCURACY ? accuracyRange(dataset) : {})
        : score;
  }
}

const isInfinite = (score: unknown): score is number =>
  score === Number.POSITIVE_INFINITY || score === Number.NEGATIVE_INFINITY;

/** Percent, or an SSIM below 1; of room_layout it is a negative loss. */
const accuracyRange = (dataset: string): NumberRange => (dataset === "room_layout" ? { max: 0 } : { min: 0, max: 100 });

function architectureText(space: string, key: string, at: { path: string; place: string }): string {
  const text = naslibKeys[space]?.(key);
  if (text !== undefined) return text;
  throw faulty({ ...at, message: `no architecture of ${space} in NASLib's form` });
}
