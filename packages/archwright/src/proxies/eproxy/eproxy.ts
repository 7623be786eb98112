/** eproxy and gennas: how well a network regresses synthetic maps after a few steps on one minibatch. */
import { ownProxy, type Subject } from "../observation/observation.ts";
import type { ProxyFacts, ZeroCostProxy } from "../proxy.ts";
import type { Configuration } from "./configuration.ts";
import { readConfiguration } from "./file.ts";
import { withFlopsTerm } from "./flops-term.ts";
import { gennasConfiguration, plainConfiguration } from "./published.ts";
import { regress } from "./regression.ts";

const facts = {
  direction: "lower",
  needs: { images: true, labels: false, gradients: true },
  mode: "train",
  weights: "redrawn",
  input: "minibatch",
  backbone: true,
} as const satisfies Partial<ProxyFacts>;

export interface EproxyOptions extends Pick<ProxyFacts, "name" | "title" | "source"> {
  /** One for all networks, or one for each space by its name; undefined where the space has none. */
  readonly configuration: Configuration | ((space: string | undefined) => Configuration);
}

/** The regression's loss, by its configuration (eproxy-dps §2); infinite for networks that see no image. */
export function eproxyScore({ configuration, ...named }: EproxyOptions): ZeroCostProxy {
  const configurationFor = typeof configuration === "function" ? configuration : () => configuration;
  return ownProxy({ ...facts, ...named, batch: configurationFor(undefined).batch }, (subject) =>
    scoreBy(subject, configurationFor(subject.about?.space)),
  );
}

function scoreBy(subject: Subject, configuration: Configuration): number {
  const { score, blind } = regress(subject, configuration);
  if (blind && configuration.unreachable === "last") return Number.POSITIVE_INFINITY;
  const { flopsWeight, mostMacs } = configuration;
  const macs = subject.about?.macs;
  if (flopsWeight === 0 || macs === undefined) return score;
  return withFlopsTerm(score, macs.own, mostMacs ?? macs.most(), flopsWeight);
}

/** Eproxy by a configuration in a file. Throws as {@link readConfiguration} does. */
export function configuredProxy(path: string): ZeroCostProxy {
  const { name, configuration } = readConfiguration(path);
  const { title = "Eproxy by the configuration in a file" } = configuration;
  return eproxyScore({ name, title, source: "discrete proxy search, eproxy-dps §5", configuration });
}

export const eproxy = eproxyScore({
  name: "eproxy",
  title: "loss of ten steps of regression behind a frozen barrier (Eproxy), with the published settings of the space",
  source: "Li et al., Extensible and Efficient Proxy for Neural Architecture Search, ICCV 2023",
  configuration: plainConfiguration,
});

export const gennas = eproxyScore({
  name: "gennas",
  title: "loss after a hundred steps of regression (GenNAS), with the targets found for the space",
  source: "Li et al., Generic Neural Architecture Search via Regression, NeurIPS 2021",
  configuration: gennasConfiguration,
});
