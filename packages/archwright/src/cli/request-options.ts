/** Options that several commands have. */
import { ArchwrightError } from "../errors.ts";
import type { Given, Option } from "./options.ts";

/** Where the images come from, unless what is resumed says it. */
export const dataOption = (about: string): Option => ({
  name: "data",
  value: "D",
  required: "resume",
  about: `${about}: demo, cifar10:DIR, cifar100:DIR, mnist:DIR, folder:DIR, noise`,
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
