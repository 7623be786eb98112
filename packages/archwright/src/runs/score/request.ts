/** What a scoring is asked for, from the command line or a program, and whether it can be done. */
import { resolve } from "node:path";
import { z } from "zod";
import { ArchwrightError } from "../../errors.ts";
import type { ZeroCostProxy } from "../../proxies/proxy.ts";
import { allSuitedProxies, suitedProxies } from "../../proxies/suited.ts";
import { type ArchitectureSpace, networkSpace, requireFittingImages } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { absoluteData, checkDevice, checkSeed, shellWord } from "../search-request.ts";

/** Which architectures are scored. `benchmark`: those of a table, by name or path, in place of the space's. */
export const architectureSource = z.discriminatedUnion("from", [
  z.object({ from: z.literal("list"), architectures: z.array(z.string()).min(1).readonly() }),
  /**
   * One architecture a line, empty lines and lines that begin with # passed over; or a CSV with a column of architectures,
   * which `column` names where it has a name of its own.
   */
  z.object({ from: z.literal("file"), path: z.string(), column: z.string().exactOptional() }),
  z.object({ from: z.literal("sample"), count: z.int().positive(), benchmark: z.string().exactOptional() }),
  z.object({ from: z.literal("all"), benchmark: z.string().exactOptional() }),
]);

export type ArchitectureSource = Readonly<z.infer<typeof architectureSource>>;

export interface ScoreRequest {
  /** A name that `archwright list spaces` shows. */
  readonly space: string;
  /** Names that `archwright list proxies` shows, sums of them (`synflow+nwot`), or only `all`. */
  readonly proxies: readonly string[];
  /** As `--data` takes it. */
  readonly data: string;
  readonly architectures: ArchitectureSource;
  /** Weights, images and draws follow from it. @default 0 */
  readonly seed?: number;
  /** Images in a minibatch. @default 64 */
  readonly batch?: number;
  /** Height and width of the images in pixels. @default the space's own */
  readonly imageSize?: number;
  /**
   * In spaces with a supernet: the network that is trained, one of the supernet's size (`search`), or channels×cells (`32x8`).
   * @default "evaluation"
   */
  readonly network?: string;
  /** @default "cpu" */
  readonly device?: string;
  /** Processes that score at the same time, each on one core; scores do not depend on it. @default one for each core */
  readonly workers?: number;
  /** Fetch CIFAR into its directory if no batch is there. @default false */
  readonly download?: boolean;
}

/** A request whose parts have been found and checked. */
export interface CheckedScoring {
  readonly request: ScoreRequest & Required<Pick<ScoreRequest, "seed" | "batch" | "imageSize" | "device">>;
  readonly space: ArchitectureSpace;
  readonly proxies: readonly ZeroCostProxy[];
}

const MOST_IMAGES = 4096;

/**
 * Checks what can be checked without images, and fills in the defaults. Throws `ArchwrightError("usage")`. Loads the proxies,
 * but no libtorch.
 */
export function checkScoring(asked: ScoreRequest): CheckedScoring {
  const space = networkSpace(findArchitectureSpace(asked.space), asked.network ?? "evaluation");
  const proxies = proxiesFor(space, asked.proxies);
  const { batch = 64, imageSize = space.defaults.imageSize } = asked;
  whole("batch", batch, 2, MOST_IMAGES);
  whole("image-size", imageSize, 8, 1024);
  requireFittingImages(space, imageSize);
  if (asked.workers !== undefined) whole("workers", asked.workers, 1, 256);
  const request = {
    ...asked,
    space: space.name,
    proxies: proxies.map(({ name }) => name),
    data: absoluteData(asked.data),
    architectures: absoluteSource(asked.architectures),
    seed: checkSeed(asked.seed ?? 0),
    batch,
    imageSize,
    device: checkDevice(asked.device ?? "cpu"),
  };
  return { request, space, proxies };
}

/** What names stand for; of all proxies, those that can score the networks of the space. */
function proxiesFor(space: ArchitectureSpace, names: readonly string[]): readonly ZeroCostProxy[] {
  if (names.length === 0) throw new ArchwrightError("usage", "there are no proxies; give --proxies a,b,c");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ArchwrightError("usage", `the proxy ${twice} is given twice`);
  return `${names}` === "all" ? allSuitedProxies(space) : suitedProxies(space, names);
}

/** Throws `ArchwrightError("usage")` unless `value` is a whole number from `least` to `most`. */
function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArchwrightError("usage", `--${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

/** So that a scoring can be resumed from anywhere. */
function absoluteSource(source: ArchitectureSource): ArchitectureSource {
  if (source.from === "file") return { ...source, path: resolve(source.path) };
  if (source.from === "list" || source.benchmark === undefined) return source;
  const isPath = /[\\/.]/.test(source.benchmark);
  return isPath ? { ...source, benchmark: resolve(source.benchmark) } : source;
}

/** The command line that asks for the same again. */
export function scoreCommand(request: ScoreRequest): string {
  const { space, proxies, data, architectures, seed, batch, imageSize, network, device, workers } = request;
  const options = {
    space,
    proxies: proxies.join(","),
    data,
    seed,
    batch,
    "image-size": imageSize,
    network,
    device,
    workers,
  };
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(String(value))}`],
  );
  return ["archwright score", ...given, ...sourceOptions(architectures)].join(" ");
}

function sourceOptions(source: ArchitectureSource): string[] {
  switch (source.from) {
    case "list":
      return source.architectures.map((text) => `--arch ${shellWord(text)}`);
    case "file":
      return [
        `--file ${shellWord(source.path)}`,
        ...(source.column === undefined ? [] : [`--arch-column ${shellWord(source.column)}`]),
      ];
    default: {
      const table = source.benchmark === undefined ? [] : [`--benchmark ${shellWord(source.benchmark)}`];
      return [...table, source.from === "all" ? "--all" : `--sample ${source.count}`];
    }
  }
}
