/** A process that scores architectures, one at a time, as it is told to. */
import { libtorchVersion, requireDevice, setThreads } from "@archwright/torch";
import { ArchwrightError } from "../../errors.ts";
import type { Configuration } from "../../proxies/eproxy/configuration.ts";
import { eproxyScore } from "../../proxies/eproxy/eproxy.ts";
import { proxyBatch } from "../../proxies/minibatch.ts";
import { findProxy } from "../../proxies/registry.ts";
import { type ArchitectureScoring, scoreArchitecture } from "../../proxies/score-architecture.ts";
import { BACKBONE_IMAGES, networkSpace } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { errorRecord } from "../error-record.ts";
import type { ScoringOrder, ScoringReply, ScoringTask } from "./messages.ts";

// That nobody listens any more shows in the disconnection.
const say = (reply: ScoringReply): void => void process.send?.(reply, undefined, undefined, () => {});

// Ctrl-C at a terminal reaches every process of the group; the one that started this one says when to stop.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit());

let scoring: ArchitectureScoring | undefined;

process.on("message", (order: ScoringOrder) => {
  try {
    say(order.type === "start" ? start(order.task) : score(order.architecture, order.configuration));
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
    batch: proxyBatch(block, imageSize, device),
    backboneBatch: proxyBatch(block, BACKBONE_IMAGES, device),
    classes,
    seed,
    device,
  };
  return { type: "ready", libtorch: libtorchVersion() };
}

function score(text: string, configuration?: Configuration): ScoringReply {
  if (scoring === undefined) throw new RangeError("nothing was started");
  const own = configuration === undefined ? scoring : { ...scoring, proxies: [inPlace(configuration)] };
  const { scores, note } = scoreArchitecture(own, scoring.space.parse(text));
  return { type: "scores", scores: [...scores.values()], ...(note === undefined ? {} : { note }) };
}

const inPlace = (configuration: Configuration) =>
  eproxyScore({ name: "eproxy", title: "Eproxy", source: "eproxy-dps §2", configuration });
