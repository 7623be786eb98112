/** Published recipes, and one for two cores. */
import { ArchwrightError, unknownName } from "../../errors.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";

export interface RecipePreset {
  readonly title: string;
  /** Paper and section. */
  readonly source: string;
  /** What differs from the recipe's defaults. */
  readonly values: Readonly<Record<string, unknown>>;
}

const plainTraining = { dropPath: 0, auxiliary: 0, clip: null, augmentation: { pad: 4, flip: true, cutout: 0 } };

export const recipePresets: Readonly<Record<string, RecipePreset>> = {
  darts: {
    title: "DARTS on CIFAR: 600 epochs, auxiliary head, cutout, drop-path",
    source: "space-darts §7, Liu et al. 2019",
    values: {},
  },
  "darts-imagenet": {
    title: "DARTS on ImageNet: 250 epochs, label smoothing, auxiliary head",
    source: "space-darts §7, Liu et al. 2019",
    values: {
      epochs: 250,
      batch: 128,
      network: { channels: 48, cells: 14 },
      imageSize: 224,
      optimizer: { learningRate: 0.1, weightDecay: 3e-5 },
      schedule: { name: "exponential", factor: 0.97 },
      labelSmoothing: 0.1,
      dropPath: 0,
      augmentation: { cutout: 0 },
    },
  },
  nasbench201: {
    title: "NAS-Bench-201: 200 epochs, Nesterov momentum",
    source: "space-nasbench201 §4, Dong & Yang 2020",
    values: {
      ...plainTraining,
      epochs: 200,
      batch: 256,
      optimizer: { learningRate: 0.1, nesterov: true, weightDecay: 5e-4 },
    },
  },
  nasbench101: {
    title: "NAS-Bench-101: 108 epochs, RMSProp",
    source: "space-nasbench101 §4, Ying et al. 2019",
    values: {
      ...plainTraining,
      epochs: 108,
      batch: 256,
      dropLast: true,
      optimizer: { name: "rmsprop", learningRate: 0.2, momentum: 0.9, decay: 0.9, epsilon: 1, weightDecay: 1e-4 },
      schedule: { name: "cosine", every: "step" },
    },
  },
  "nasbench-macro": {
    title: "NAS-Bench-Macro: 50 epochs",
    source: "space-mobilenet-like §B2, Su et al. 2021",
    values: { ...plainTraining, epochs: 50, batch: 256, optimizer: { learningRate: 0.1, weightDecay: 5e-4 } },
  },
  nds: {
    title: "Network Design Spaces on CIFAR-10: 100 epochs",
    source: "space-nds, Radosavovic et al. 2019",
    values: { ...plainTraining, epochs: 100, batch: 128, optimizer: { learningRate: 0.1, weightDecay: 5e-4 } },
  },
  "mobilenet-like": {
    title: "the MobileNet-like space on ImageNet: 250 epochs, label smoothing, dropout",
    source: "space-mobilenet-like §A3",
    values: {
      ...plainTraining,
      epochs: 250,
      batch: 512,
      imageSize: 224,
      optimizer: { learningRate: 0.25, weightDecay: 4e-5 },
      schedule: { minimumRate: 5e-4 },
      clip: 5,
      labelSmoothing: 0.1,
      dropout: 0.2,
    },
  },
  quick: {
    title: "minutes to an hour on two cores: a small network, few epochs, a tenth of the images held out",
    source: "ours",
    values: {
      epochs: 30,
      batch: 64,
      optimizer: { learningRate: 0.05, nesterov: true, weightDecay: 5e-4 },
      schedule: { every: "step", warmUp: 1 },
      labelSmoothing: 0.1,
      dropPath: 0,
      auxiliary: 0,
      augmentation: { pad: 2, flip: true, cutout: 8 },
      validation: 0.1,
    },
  },
};

/** Sizes that `quick` gives the networks of spaces of cells. */
const quickSizes: Readonly<Record<string, { channels: number; cells: number }>> = {
  family: { channels: 16, cells: 8 },
  nasbench201: { channels: 16, cells: 1 },
};

/**
 * The values of a preset by name; `paper`: that of the space's own paper. Throws `ArchwrightError("usage")` for an unknown
 * name, and for `paper` where this package has no published recipe.
 */
export function recipePreset(name: string, space: ArchitectureSpace): Readonly<Record<string, unknown>> {
  const wanted = name === "paper" ? publishedRecipe(space) : name;
  const found = Object.hasOwn(recipePresets, wanted) ? recipePresets[wanted] : undefined;
  if (found === undefined) throw unknownName("training preset", name, ["paper", ...Object.keys(recipePresets)]);
  if (wanted !== "quick" || space.supernet === undefined) return found.values;
  return { ...found.values, network: quickSizes[space.supernet.cells.length === 1 ? "nasbench201" : "family"] };
}

function publishedRecipe(space: ArchitectureSpace): string {
  if (Object.hasOwn(recipePresets, space.name)) return space.name;
  if (space.supernet !== undefined && space.supernet.cells.length > 1) return "darts";
  if (space.name.startsWith("nds-") && space.defaults.imageSize === 32) return "nds";
  throw new ArchwrightError(
    "usage",
    `there is no published recipe here for ${space.name}; choose --preset quick, or one of ${Object.keys(recipePresets).join(", ")}`,
  );
}
