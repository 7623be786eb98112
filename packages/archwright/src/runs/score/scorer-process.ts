/** A process that scores architectures, one at a time, as it is told to. */
import {
  contiguous,
  detachFromScope,
  libtorchVersion,
  permute,
  requireDevice,
  scope,
  setThreads,
  type Tensor,
  tensor,
  to,
  upsampleBilinear2d,
} from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import type { ProxyBatch } from "../../proxies/proxy.ts";
import { findProxy } from "../../proxies/registry.ts";
import { type ArchitectureScoring, scoreArchitecture } from "../../proxies/score-architecture.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { errorRecord } from "../error-record.ts";
import type { ImageBlock, ScoringOrder, ScoringReply, ScoringTask } from "./messages.ts";
import { networkSpace } from "./request.ts";

// That nobody listens any more shows in the disconnection.
const say = (reply: ScoringReply): void => void process.send?.(reply, undefined, undefined, () => {});

// Ctrl-C at a terminal reaches every process of the group; the one that started this one says when to stop.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit());

let scoring: ArchitectureScoring | undefined;

process.on("message", (order: ScoringOrder) => {
  try {
    say(order.type === "start" ? start(order.task) : score(order.architecture));
  } catch (error) {
    say({ type: "error", error: errorRecord(error) });
  }
});

function start({ space, network, proxies, block, imageSize, classes, seed, device }: ScoringTask): ScoringReply {
  // Of several threads the rounding depends on how many there are, and deep networks make percents of it in gradients:
  // with one, scores depend neither on the number of processes nor on the machine's cores.
  setThreads(1);
  try {
    requireDevice(device);
  } catch (cause) {
    throw new ArchwrightError("device", (cause as Error).message, { cause, details: { device } });
  }
  scoring = {
    space: networkSpace(findArchitectureSpace(space), network),
    proxies: proxies.map(findProxy),
    batch: toBatch(block, imageSize, device),
    classes,
    seed,
    device,
  };
  return { type: "ready", libtorch: libtorchVersion() };
}

function score(text: string): ScoringReply {
  if (scoring === undefined) throw new RangeError("nothing was started");
  const { scores, note } = scoreArchitecture(scoring, scoring.space.parse(text));
  return { type: "scores", scores: [...scores.values()], ...(note === undefined ? {} : { note }) };
}

/** Images of another size are scaled bilinearly. */
function toBatch({ images, labels, count, height, width }: ImageBlock, size: number, device: string): ProxyBatch {
  return scope(() => {
    const own = permute(tensor(images, [count, height, width, 3]), [0, 3, 1, 2]);
    const scaled = height === size && width === size ? own : upsampleBilinear2d(own, [size, size], false);
    const kept = (x: Tensor): Tensor => detachFromScope(to(x, { device }));
    return {
      images: kept(contiguous(scaled, { memoryFormat: "channels_last" })),
      labels: kept(to(tensor(labels), { dtype: "int64" })),
    };
  });
}
