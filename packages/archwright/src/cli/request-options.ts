/** Options that several commands have. */
import { ArchwrightError } from "../errors.ts";
import type { WeightsName } from "../runs/model/model-folder.ts";
import type { Given, Option } from "./options.ts";

/** Where the images come from, unless what is resumed says it. */
export const dataOption = (about: string): Option => ({
  name: "data",
  value: "D",
  required: "resume",
  about: `${about}: demo, cifar10:DIR, cifar100:DIR, mnist:DIR, folder:DIR, labels:FILE.csv, noise`,
});

export const downloadOption: Option = {
  name: "download",
  about: "fetch CIFAR into its directory if it is not there yet",
};

export const deviceOption: Option = {
  name: "device",
  value: "cpu|cuda",
  about: "where the tensors are; default cpu",
};

export const benchmarkOption: Option = {
  name: "benchmark",
  value: "B",
  about: "show what a table says of the answer, by name or file; default the space's own, none for images of your own",
};

export const quietOption: Option = { name: "quiet", about: "no progress" };

/** Throws `ArchwrightError("usage")` for an option beside --resume, which takes them all from `source`. */
export function refuseBesideResume(given: Given, options: readonly Option[], source: string): void {
  const conflict = options.find(({ name }) => given.has(name));
  if (conflict === undefined) return;
  throw new ArchwrightError("usage", `--resume takes everything from ${source}; leave out --${conflict.name}`);
}

export const setOption = (about: string): Option => ({
  name: "set",
  value: "key=value",
  repeatable: true,
  about,
});

export const imageSizeOption: Option = {
  name: "image-size",
  value: "N",
  about: "pixels along a side, to which images of folders are scaled; default the space's own; as --set imageSize=N",
};

/** The hyperparameters that are given. Throws `ArchwrightError("usage")` for what is no `key=value`. */
export function settingsOf(given: Given): Record<string, string> {
  const set = Object.fromEntries(given.all("set").map(assignment));
  const imageSize = given.text("image-size");
  if (imageSize === undefined) return set;
  if (set.imageSize === undefined) return { ...set, imageSize };
  throw new ArchwrightError("usage", "--image-size and --set imageSize are the same; give one of them");
}

/** `key=value` as a pair. */
export function assignment(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new ArchwrightError("usage", `--set takes key=value, not "${text}"`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

export const weightsOption: Option = {
  name: "weights",
  value: "best|last",
  about: "of the best epoch by the images held out (default where there are any), or of the last",
};

/** Throws `ArchwrightError("usage")` for other words. */
export function weightsOf(given: Given): WeightsName | undefined {
  const weights = given.text("weights");
  if (weights === undefined || weights === "best" || weights === "last") return weights;
  throw new ArchwrightError("usage", `--weights must be best or last, not "${weights}"`);
}
