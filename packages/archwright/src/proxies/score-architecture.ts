/** The scores of one architecture: its networks are built with fresh weights, scored by several proxies, and freed. */
import { totalmem } from "node:os";
import { narrow, scope, TorchError } from "@archwright/torch";
import { type ArchitectureNetwork, planNetwork } from "../networks/architecture-network.ts";
import { Random } from "../random.ts";
import {
  type ArchitectureSpace,
  architectureCost,
  backboneCost,
  backbonePlan,
  type NetworkPlan,
} from "../spaces/architecture-space.ts";
import { connected } from "../spaces/connected.ts";
import type { Cost } from "../spaces/cost.ts";
import { mostBackboneMacs } from "../spaces/most-macs.ts";
import type { NetworkFacts, ProxyBatch, ZeroCostProxy } from "./proxy.ts";
import { scoreAll } from "./score-all.ts";

export interface ArchitectureScoring<A = unknown> {
  readonly space: ArchitectureSpace<A>;
  readonly proxies: readonly ZeroCostProxy[];
  /** As many minibatches, one after the other, as {@link minibatchesOf} the proxies; on the device of the networks. */
  readonly batch: ProxyBatch;
  /** The same with images of {@link BACKBONE_IMAGES} pixels, for proxies that are scored on backbones. @default batch */
  readonly backboneBatch?: ProxyBatch;
  /** Multiply-accumulates of the largest backbone. @default counted in a sample of the space */
  readonly mostMacs?: () => number;
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
  const { space, proxies } = scoring;
  const canonical = space.canonical?.(architecture) ?? architecture;
  const scores = new Map<string, number | undefined>(proxies.map(({ name }) => [name, undefined]));
  const notes: string[] = [];
  for (const onBackbone of [false, true]) {
    const own = proxies.filter(({ backbone = false }) => backbone === onBackbone);
    if (own.length === 0) continue;
    const found = scorePart(scoring, canonical, own, onBackbone);
    for (const [name, score] of found.scores) scores.set(name, score);
    notes.push(...found.notes);
  }
  return notes.length === 0 ? { scores } : { scores, note: [...new Set(notes)].join("; ") };
}

/** What is scored on one network. */
interface Part {
  readonly proxies: readonly ZeroCostProxy[];
  readonly batch: ProxyBatch;
  readonly about: NetworkFacts;
}

interface PartScores {
  readonly scores: ReadonlyMap<string, number | undefined>;
  readonly notes: readonly string[];
}

function scorePart<A>(
  scoring: ArchitectureScoring<A>,
  architecture: A,
  proxies: readonly ZeroCostProxy[],
  onBackbone: boolean,
): PartScores {
  const { space, classes, seed, batch, backboneBatch = batch, device = "cpu" } = scoring;
  let network: ArchitectureNetwork;
  let cost: Cost;
  let plan: NetworkPlan;
  try {
    cost = onBackbone ? backboneCost(space, architecture, classes) : architectureCost(space, architecture, { classes });
    const tooLarge = largerThanMemory(cost);
    if (tooLarge !== undefined) return notBuilt(tooLarge);
    const weights = Random.stream(seed, `score/weights/${space.name}/${space.format(architecture)}`).uint32();
    plan = onBackbone ? backbonePlan(space, architecture, classes) : space.plan(architecture, classes);
    network = planNetwork(plan, { seed: weights, device });
  } catch (error) {
    return notBuilt(refusal(error));
  }
  using owned = network;
  const { mostMacs = () => mostBackboneMacs(space as ArchitectureSpace, classes) } = scoring;
  const about = { space: space.name, macs: { own: cost.macs, most: mostMacs } };
  const part = { proxies, batch: onBackbone ? backboneBatch : batch, about };
  const failures: string[] = [];
  const scores = scoresOf(owned, part, { seed, minibatches: minibatchesOf(scoring.proxies) }, failures);
  const strange = [...scores].flatMap(([name, score]) =>
    score === undefined || Number.isFinite(score) ? [] : [`${name} is ${score}`],
  );
  return { scores, notes: [...failures, ...strange, ...(connected(plan) ? [] : [NO_PATH])] };
}

const notBuilt = (why: string): PartScores => ({ scores: new Map(), notes: [`the network cannot be built: ${why}`] });

/** Said of a network whose weights alone would have the system end processes, this one or another; else undefined. */
function largerThanMemory({ parameters }: Cost): string | undefined {
  const bytes = parameters * Float32Array.BYTES_PER_ELEMENT;
  if (bytes <= totalmem()) return undefined;
  return `its weights take ${gibibytes(bytes)}, this machine has ${gibibytes(totalmem())}`;
}

const gibibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 30)} GiB`;

const NO_PATH = "the logits are the same for every image: no path leads from the input to the output";

interface Draws {
  readonly seed: number;
  /** Minibatches in the batch. */
  readonly minibatches: number;
}

/** All together; one by one where that fails, to find out which proxy is to blame. */
function scoresOf(network: ArchitectureNetwork, part: Part, draws: Draws, failures: string[]) {
  const { proxies } = part;
  try {
    return scored(network, part, draws, proxies);
  } catch (error) {
    refusal(error);
  }
  const found = new Map<string, number | undefined>();
  for (const proxy of proxies) {
    try {
      for (const [name, score] of scored(network, part, draws, [proxy])) found.set(name, score);
    } catch (error) {
      found.set(proxy.name, undefined);
      failures.push(`${proxy.name} failed: ${refusal(error)}`);
    }
  }
  return found;
}

/** Each proxy on as many minibatches as it takes. */
function scored(
  network: ArchitectureNetwork,
  { batch, about }: Part,
  { seed, minibatches }: Draws,
  proxies: readonly ZeroCostProxy[],
): Map<string, number> {
  const size = (batch.images.shape[0] as number) / minibatches;
  const draws = Random.stream(seed, "score/draws").uint32();
  return scope(() => {
    const found = new Map<string, number>();
    for (const [count, own] of Map.groupBy(proxies, ({ minibatches: taken = 1 }) => taken)) {
      for (const [name, score] of scoreAll(network, first(batch, count * size), own, { seed: draws, about })) {
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

/** The first line of what libtorch says. Any other error is a mistake in the program and is thrown on. */
function refusal(error: unknown): string {
  if (!(error instanceof TorchError)) throw error;
  return error.message.split("\n", 1)[0] as string;
}
