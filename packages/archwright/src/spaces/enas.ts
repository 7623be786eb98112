/** The macro space of ENAS (Pham et al., ICML 2018) with six layers, as D-VAE and SVGe have it, and with twelve. */
import type { Random } from "../random.ts";
import type { ArchitectureSpace } from "./architecture-space.ts";
import { type EnasLayer, type EnasMacro, enasOperations, formatEnasMacro, parseEnasMacro } from "./enas/macro.ts";
import { type EnasNetworkOptions, enasNetwork } from "./enas/network.ts";
import { changeOne, type Decision, others } from "./mutation.ts";

export interface EnasSpaceOptions extends EnasNetworkOptions {
  readonly layers: number;
}

/** `channels`: of the networks that D-VAE and SVGe train at the end: 96 with six layers, 256 with twelve. */
export function enasMacroSpace({ layers, ...network }: EnasSpaceOptions): ArchitectureSpace<EnasMacro> {
  const name = `enas-macro${layers}`;
  return {
    name,
    title: `ENAS macro architectures: ${layers} layers, 6 operations, skip connections`,
    source: "Pham, Guan, Zoph, Le and Dean, ICML 2018, arXiv 1802.03268; Zhang et al., NeurIPS 2019 (D-VAE)",
    size: BigInt(enasOperations.length) ** BigInt(layers) * 2n ** BigInt((layers * (layers - 1)) / 2),
    defaults: { classes: 10, imageSize: 32 },
    parse: (text) => parseEnasMacro(name, layers, text),
    format: formatEnasMacro,
    random: (random) => randomMacro(layers, random),
    mutate: mutatedMacro,
    plan: (architecture, classes) => ({ kind: "graph", graph: enasNetwork(architecture, classes, network) }),
  };
}

export const enasMacro6 = enasMacroSpace({ layers: 6, channels: 96 });
export const enasMacro12 = enasMacroSpace({ layers: 12, channels: 256 });

/** Uniform over the space: every skip is there with probability ½. */
const randomMacro = (layers: number, random: Random): EnasMacro =>
  Array.from({ length: layers }, (_, i) => ({
    operation: random.integer(enasOperations.length),
    skips: Array.from({ length: i }, () => random.integer(2)),
  }));

/** Another operation, or one skip more or less. */
function mutatedMacro(layers: EnasMacro, random: Random): EnasMacro {
  const codes = [...enasOperations.keys()];
  const decisions = layers.flatMap((layer, i): Decision<EnasMacro>[] => {
    const changed = (change: Partial<EnasLayer>) => (): EnasMacro => layers.with(i, { ...layer, ...change });
    return [
      others(codes, layer.operation).map((operation) => changed({ operation })),
      ...layer.skips.map((skip, j) => [changed({ skips: layer.skips.with(j, 1 - skip) })]),
    ];
  });
  return changeOne(decisions, random);
}
