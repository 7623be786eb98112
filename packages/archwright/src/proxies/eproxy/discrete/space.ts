/** The settings that discrete proxy search looks through (eproxy-dps §5.1, §5.2). */
import type { Random } from "../../../random.ts";
import {
  type Branch,
  type Configuration,
  componentNames,
  configurationOf,
  type Initialization,
  initializations,
} from "../configuration.ts";
import { flopsWeights } from "../flops-term.ts";

const tenths = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => (from + i) / 10);

export const learningRates: readonly number[] = tenths(5, 15);
export const kernels = [1, 3, 7] as const;
export const channels = [16, 32, 64, 128, 256, 512] as const;
export const levels = [0.5, 1, 1.5, 2] as const;
/** Without PyTorch's own, which plain Eproxy takes. */
export const searched = initializations.filter((name) => name !== "default");
export const MOST_BRANCHES = 3;
/** Of a component in a random configuration, and of any field in a mutation. */
export const SHARE = 0.2;

/** A configuration with the settings of branches that it does not use, which mutations can bring back. */
export interface Genes {
  readonly learningRate: number;
  readonly flopsWeight: number;
  readonly branches: number;
  readonly genes: readonly BranchGenes[];
  readonly initialization: Initialization;
  readonly barrierInitialization: Initialization;
}

export interface BranchGenes {
  readonly headKernel: (typeof kernels)[number];
  readonly barrierKernel: (typeof kernels)[number];
  readonly headChannels: number;
  readonly barrierChannels: number;
  /** One for each of {@link componentNames}. */
  readonly components: readonly boolean[];
  readonly level: number;
}

/** Every field is drawn anew where `keep` says nothing, from uniform choices. */
type Draw = <T>(choices: readonly T[], own: T | undefined) => T;

const fields = (draw: Draw, bits: (own: readonly boolean[] | undefined) => boolean[], own?: Genes): Genes => ({
  learningRate: draw(learningRates, own?.learningRate),
  flopsWeight: draw(flopsWeights, own?.flopsWeight),
  branches: draw([1, 2, 3], own?.branches),
  genes: Array.from({ length: MOST_BRANCHES }, (_, i) => {
    const branch = own?.genes[i];
    return {
      headKernel: draw(kernels, branch?.headKernel),
      barrierKernel: draw(kernels, branch?.barrierKernel),
      headChannels: draw<number>(channels, branch?.headChannels),
      barrierChannels: draw<number>(channels, branch?.barrierChannels),
      components: bits(branch?.components),
      level: draw<number>(levels, branch?.level),
    };
  }),
  initialization: draw(searched, own?.initialization),
  barrierInitialization: draw(searched, own?.barrierInitialization),
});

/** Each component with probability 0.2, everything else uniform. */
export const randomGenes = (random: Random): Genes =>
  fields(
    (choices) => random.pick(choices),
    () => componentNames.map(() => random.uniform() < SHARE),
  );

/** - `share`: with this probability each field is drawn anew, and each component's bit flipped. */
export const mutatedGenes = (own: Genes, random: Random, share = SHARE): Genes =>
  fields(
    (choices, value) => (value === undefined || random.uniform() < share ? random.pick(choices) : value),
    (bits = []) => bits.map((bit) => (random.uniform() < share ? !bit : bit)),
    own,
  );

/** What the genes stand for. */
export function configurationFrom(genes: Genes): Configuration {
  const { learningRate, flopsWeight, initialization, barrierInitialization } = genes;
  const branches = genes.genes.slice(0, genes.branches).map(
    (branch): Branch => ({
      head: { form: "conv-relu-bn", kernel: branch.headKernel, channels: branch.headChannels },
      barrier: { kernel: branch.barrierKernel, channels: branch.barrierChannels },
      targets: componentNames.filter((_, i) => branch.components[i]),
      level: branch.level,
    }),
  );
  return configurationOf({ learningRate, flopsWeight, initialization, barrierInitialization, branches });
}
