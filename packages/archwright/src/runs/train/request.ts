/** What a training is asked for, from the command line or a program; checked without libtorch or images. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ArchwrightError } from "../../errors.ts";
import type { Settings } from "../../search/part.ts";
import { checkSettings } from "../../search/settings.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import type { NetworkSize } from "../../spaces/space.ts";
import { recipePreset } from "../../training/networks/presets.ts";
import { type Recipe, recipe, recipeSettings } from "../../training/networks/recipe.ts";
import { readArchitectureFile, readRunFile } from "../run-directory.ts";
import { absoluteData, checkDevice, checkSeed, shellWord } from "../search-request.ts";

export interface TrainRequest {
  /** Directory of a search: its answer is trained, on its images unless `data` says otherwise. */
  readonly run?: string;
  /** A name that `archwright list spaces` shows; with `architecture`, in place of `run`. */
  readonly space?: string;
  /** The space's text form. */
  readonly architecture?: string;
  /** As `--data` takes it. */
  readonly data?: string;
  /** `paper`, `quick` or the name of a recipe. @default "paper" */
  readonly preset?: string;
  /** Hyperparameters by name; texts are read as JSON where that parses. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** A trained model to begin from: its directory. */
  readonly from?: string;
  /** @default 0 */
  readonly seed?: number;
  /** @default "cpu" */
  readonly device?: string;
  /** Fetch CIFAR into its directory if no batch is there. @default false */
  readonly download?: boolean;
  /** The directory to make. @default `runs/<time>-<space>-train-<seed>` */
  readonly out?: string;
}

/** A request with everything decided. */
export interface CheckedTrainRequest {
  readonly space: ArchitectureSpace;
  readonly architecture: unknown;
  readonly recipe: Recipe;
  readonly preset: string;
  readonly data: string;
  readonly from?: string;
  readonly seed: number;
  readonly device: string;
  readonly download: boolean;
}

/** Throws `ArchwrightError("usage")` for what is missing or wrong, `run` where `run` is no finished search. */
export function checkTrainRequest(request: TrainRequest): CheckedTrainRequest {
  const { preset = "paper", set = {}, from, download = false } = request;
  const { space, text, data } = subject(request);
  const seed = checkSeed(request.seed ?? 0);
  const device = checkDevice(request.device ?? "cpu");
  const settings = checkSettings([recipe], recipePreset(preset, space) as Settings, set);
  const own = recipeSettings.parse(settings);
  requireSense(own);
  const architecture = space.parse(text);
  return {
    space,
    architecture,
    recipe: own,
    preset,
    data,
    ...(from === undefined ? {} : { from }),
    seed,
    device,
    download,
  };
}

/** What is trained on what. */
function subject(request: TrainRequest): { space: ArchitectureSpace; text: string; data: string } {
  const { run, space, architecture, data } = request;
  if (run !== undefined) {
    if (space !== undefined || architecture !== undefined) {
      throw new ArchwrightError(
        "usage",
        "a search's directory says space and architecture itself; leave out --space and --arch",
      );
    }
    if (existsSync(join(run, "train.json"))) {
      throw new ArchwrightError("usage", `${run} holds a training; continue it with --resume ${shellWord(run)}`);
    }
    const { request: asked } = readRunFile(run);
    const found = readArchitectureFile(run);
    if (found === undefined) {
      throw new ArchwrightError(
        "run",
        `the search in ${run} has no answer yet; continue it with \`archwright search --resume ${shellWord(run)}\``,
      );
    }
    return { space: findArchitectureSpace(found.space), text: found.architecture, data: data ?? asked.data };
  }
  const missing = Object.entries({ space, arch: architecture, data }).find(([, value]) => value === undefined);
  if (missing !== undefined) {
    throw new ArchwrightError(
      "usage",
      `--${missing[0]} is missing: give the directory of a search, or --space, --arch and --data`,
    );
  }
  return { space: findArchitectureSpace(space as string), text: architecture as string, data: data as string };
}

/** What single schemas cannot see. */
function requireSense({ optimizer, schedule, network, epochs }: Recipe): void {
  if ((network.channels === "auto") !== (network.cells === "auto")) {
    throw new ArchwrightError("usage", "network.channels and network.cells go together: set both, or neither");
  }
  if (optimizer.nesterov && (optimizer.momentum === 0 || optimizer.name !== "sgd")) {
    throw new ArchwrightError("usage", "optimizer.nesterov needs sgd with a momentum above 0");
  }
  if (schedule.minimumRate > optimizer.learningRate) {
    throw new ArchwrightError(
      "usage",
      "schedule.minimumRate is above optimizer.learningRate, where the schedule begins",
    );
  }
  if (schedule.warmUp > epochs) {
    throw new ArchwrightError(
      "usage",
      `schedule.warmUp of ${schedule.warmUp} epochs is longer than the training's ${epochs}`,
    );
  }
}

/** The size that a recipe asks for; none for the space's own. */
export const recipeSize = ({ network: { channels, cells } }: Recipe): NetworkSize | undefined =>
  channels === "auto" || cells === "auto" ? undefined : { channels, cells };

/** The command line that asks for the same again. */
export function trainCommand(request: TrainRequest, checked: CheckedTrainRequest): string {
  const { space, architecture, data, preset, from, seed, device } = checked;
  const options = {
    space: space.name,
    arch: space.format(architecture),
    data: absoluteData(data),
    preset,
    from,
    seed,
    device,
  };
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(String(value))}`],
  );
  const sets = Object.entries(request.set ?? {}).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--set ${shellWord(`${key}=${text}`)}`;
  });
  return ["archwright train", ...given, ...sets].join(" ");
}
