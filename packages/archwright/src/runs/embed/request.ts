/** What an autoencoder is to be trained on and how, checked. */
import { resolve } from "node:path";
import type { GraphCodec } from "../../embeddings/graphs/codec.ts";
import { graphCodecOf } from "../../embeddings/graphs/registry.ts";
import { type EmbeddingSettings, resolveEmbeddingSettings } from "../../embeddings/training/settings.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import type { ArchitectureSource } from "../score/request.ts";
import { checkSeed, shellWord } from "../search-request.ts";

export interface EmbeddingRequest {
  /** A space whose architectures have graphs: `nasbench101`, `nasbench201`, `enas-macro6`, ... */
  readonly space: string;
  readonly graphs: ArchitectureSource;
  /** Everything random follows from it. @default 0 */
  readonly seed?: number;
  /** @default "paper" */
  readonly preset?: string;
  /** Settings by name; values still as text are read as JSON where that parses. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Directory to make. @default `runs/<time>-<space>-embedding-<seed>` */
  readonly out?: string;
}

export interface CheckedEmbedding {
  readonly codec: GraphCodec;
  readonly graphs: ArchitectureSource;
  readonly seed: number;
  readonly settings: EmbeddingSettings;
  readonly command: string;
}

/** Throws `ArchwrightError("usage")`. */
export function checkEmbedding(request: EmbeddingRequest): CheckedEmbedding {
  const codec = graphCodecOf(findArchitectureSpace(request.space));
  const seed = checkSeed(request.seed ?? 0);
  const graphs = absoluteSource(request.graphs);
  const values = Object.entries(request.set ?? {}).map(([key, value]) => [key, parsed(value)]);
  const settings = resolveEmbeddingSettings(codec.space.name, request.preset ?? "paper", Object.fromEntries(values));
  return { codec, graphs, seed, settings, command: commandLine(request, codec.space.name, graphs, seed) };
}

/** With its files' paths absolute, so that a training can be resumed from anywhere. */
function absoluteSource(source: ArchitectureSource): ArchitectureSource {
  if (source.from === "file") return { ...source, path: resolve(source.path) };
  if (!("benchmark" in source) || source.benchmark === undefined) return source;
  const { benchmark } = source;
  return { ...source, benchmark: /[\\/.]/.test(benchmark) ? resolve(benchmark) : benchmark };
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function commandLine(request: EmbeddingRequest, space: string, graphs: ArchitectureSource, seed: number): string {
  const { preset, set = {} } = request;
  const words = [`--space ${space}`, ...sourceWords(graphs), `--seed ${seed}`];
  if (preset !== undefined) words.push(`--preset ${shellWord(preset)}`);
  for (const [key, value] of Object.entries(set)) words.push(`--set ${shellWord(`${key}=${value}`)}`);
  return `archwright embed train ${words.join(" ")}`;
}

function sourceWords(source: ArchitectureSource): string[] {
  if (source.from === "list") return source.architectures.map((text) => `--arch ${shellWord(text)}`);
  if (source.from === "file") return [`--file ${shellWord(source.path)}`];
  const table = source.benchmark === undefined ? [] : [`--benchmark ${shellWord(source.benchmark)}`];
  return [...(source.from === "all" ? ["--all"] : [`--sample ${source.count}`]), ...table];
}
