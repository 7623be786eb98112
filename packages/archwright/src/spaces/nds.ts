/** The design spaces of NDS, each with CIFAR-10 and ImageNet networks (Radosavovic et al., ICCV 2019). */
import type { ArchitectureSpace } from "./architecture-space.ts";
import { cellFamilies } from "./nds/cell-families.ts";
import { type NdsDataset, ndsCellSpace } from "./nds/cell-space.ts";
import { chainFamilies, ndsChainSpace } from "./nds/chain-space.ts";

const datasets: readonly NdsDataset[] = ["cifar", "imagenet"];

/** `nds-darts`, `nds-darts-in`, ..., `nds-resnext-b-in`. */
export const ndsSpaces: readonly ArchitectureSpace[] = datasets.flatMap((dataset): ArchitectureSpace[] => [
  ...cellFamilies.map((family) => ndsCellSpace(family, dataset)),
  ...chainFamilies.map((family) => ndsChainSpace(family, dataset)),
]);
