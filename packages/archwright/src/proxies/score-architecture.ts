/** The scores of one architecture: its network is built with fresh weights, scored by several proxies, and freed. */
import { totalmem } from "node:os";
import { narrow, scope, TorchError } from "@archwright/torch";
import type { ArchitectureNetwork } from "../networks/architecture-network.ts";
import { architectureNetwork } from "../networks/architecture-network.ts";
import { Random } from "../random.ts";
import { type ArchitectureSpace, architectureCost } from "../spaces/architecture-space.ts";
import { connected } from "../spaces/connected.ts";
import type { ProxyBatch, ZeroCostProxy } from "./proxy.ts";
import { scoreAll } from "./score-all.ts";

export interface ArchitectureScoring<A = unknown> {
  readonly space: ArchitectureSpace<A>;
  readonly proxies: readonly ZeroCostProxy[];
  /** As many minibatches, one after the other, as {@link minibatchesOf} the proxies; on the device of the networks. */
  readonly batch: ProxyBatch;
  /** Outputs of the networks. */
  readonly classes: number;
  /** Weights and draws follow from it and the architecture, so that scores do not depend on what was scored before. */
  readonly seed: number;
  /** @default "cpu" */
  readonly device?: string;
}

export interface ArchitectureScores {
  /** By proxy name, in the order of the proxies; undefined where the proxy failed. */
  readonly scores: ReadonlyMap<string, number | undefined>;
  /** Why a score is missing or no number; absent where nothing is wrong. */
  readonly note?: string;
}

/** How many minibatches the proxies take. */
export const minibatchesOf = (proxies: readonly ZeroCostProxy[]): number =>
  Math.max(1, ...proxies.map(({ minibatches = 1 }) => minibatches));

/**
 * Scores the canonical architecture in place of the one that is given, so that equal networks have equal scores. What
 * libtorch refuses, memory above all, is recorded in the note; the other proxies are still computed.
 */
export function scoreArchitecture<A>(scoring: ArchitectureScoring<A>, architecture: A): ArchitectureScores {
  const { space, proxies, classes, seed, device = "cpu" } = scoring;
  const canonical = space.canonical?.(architecture) ?? architecture;
  const text = space.format(canonical);
  let network: ArchitectureNetwork;
  try {
    const tooLarge = largerThanMemory(space, canonical, classes);
    if (tooLarge !== undefined) return notBuilt(proxies, tooLarge);
    const weights = Random.stream(seed, `score/weights/${space.name}/${text}`).uint32();
    network = architectureNetwork(space, canonical, { seed: weights, classes, device });
  } catch (error) {
    return notBuilt(proxies, refusal(error));
  }
  using owned = network;
  const failures: string[] = [];
  const scores = scoresOf(owned, scoring, failures);
  const strange = [...scores].flatMap(([name, score]) =>
    score === undefined || Number.isFinite(score) ? [] : [`${name} is ${score}`],
  );
  const why = connected(space.plan(canonical, classes)) ? [] : [NO_PATH];
  const notes = [...failures, ...strange, ...why];
  return notes.length === 0 ? { scores } : { scores, note: notes.join("; ") };
}

const notBuilt = (proxies: readonly ZeroCostProxy[], why: string): ArchitectureScores => ({
  scores: new Map(proxies.map(({ name }) => [name, undefined])),
  note: `the network cannot be built: ${why}`,
});

/** Said of a network whose weights alone would have the system end processes, this one or another; else undefined. */
function largerThanMemory<A>(space: ArchitectureSpace<A>, architecture: A, classes: number): string | undefined {
  const { parameters } = architectureCost(space, architecture, { classes });
  const bytes = parameters * Float32Array.BYTES_PER_ELEMENT;
  if (bytes <= totalmem()) return undefined;
  return `its weights take ${gibibytes(bytes)}, this machine has ${gibibytes(totalmem())}`;
}

const gibibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 30)} GiB`;

const NO_PATH = "the logits are the same for every image: no path leads from the input to the output";

/** All together; one by one where that fails, to find out which proxy is to blame. */
function scoresOf<A>(network: ArchitectureNetwork, scoring: ArchitectureScoring<A>, failures: string[]) {
  const { proxies } = scoring;
  try {
    return ordered(proxies, scored(network, scoring, proxies));
  } catch (error) {
    refusal(error);
  }
  const found = new Map<string, number | undefined>();
  for (const proxy of proxies) {
    try {
      for (const [name, score] of scored(network, scoring, [proxy])) found.set(name, score);
    } catch (error) {
      found.set(proxy.name, undefined);
      failures.push(`${proxy.name} failed: ${refusal(error)}`);
    }
  }
  return found;
}

/** Each proxy on as many minibatches as it takes. */
function scored<A>(
  network: ArchitectureNetwork,
  { batch, seed, proxies: all }: ArchitectureScoring<A>,
  proxies: readonly ZeroCostProxy[],
): Map<string, number> {
  const size = (batch.images.shape[0] as number) / minibatchesOf(all);
  const draws = Random.stream(seed, "score/draws").uint32();
  return scope(() => {
    const found = new Map<string, number>();
    for (const [count, own] of Map.groupBy(proxies, ({ minibatches = 1 }) => minibatches)) {
      for (const [name, score] of scoreAll(network, first(batch, count * size), own, { seed: draws })) {
        found.set(name, score);
      }
    }
    return found;
  });
}

const first = ({ images, labels }: ProxyBatch, count: number): ProxyBatch => ({
  images: narrow(images, 0, 0, count),
  labels: narrow(labels, 0, 0, count),
});

const ordered = (proxies: readonly ZeroCostProxy[], scores: ReadonlyMap<string, number>) =>
  new Map<string, number | undefined>(proxies.map(({ name }) => [name, scores.get(name)]));

/** The first line of what libtorch says. Any other error is a mistake in the program and is thrown on. */
function refusal(error: unknown): string {
  if (!(error instanceof TorchError)) throw error;
  return error.message.split("\n", 1)[0] as string;
}
