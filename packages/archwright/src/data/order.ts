/** The order of a training set: where it tells of the labels, each class is spread evenly over it. */
import { Random } from "../random.ts";
import { type ImageSet, picked } from "./dataset.ts";

/** Part of a class by which a first part of the images may miss that class's share. */
const TOLERANCE = 0.1;

/**
 * The largest distance, over all classes and all first parts of the images, between the part of the class that is in
 * there and the part of all images that is (the two-sample statistic of Kolmogorov and Smirnov, class against whole).
 * 0 is perfect proportion; a set that comes class by class has 1/2 or more. CIFAR-10's first 20,000 images have 0.025.
 */
export function classDrift(labels: Uint16Array): number {
  const sizes = countClasses(labels);
  const seen = new Map<number, number>();
  let drift = 0;
  for (const [index, label] of labels.entries()) {
    const size = sizes.get(label) as number;
    const before = seen.get(label) ?? 0;
    // A class strays furthest just before or just after one of its own images.
    drift = Math.max(
      drift,
      Math.abs(before / size - index / labels.length),
      Math.abs((before + 1) / size - (index + 1) / labels.length),
    );
    seen.set(label, before + 1);
  }
  return drift;
}

/**
 * The images in an order that may be cut anywhere. Where every first part of them holds every class in proportion, to a
 * tenth of the class, that is the order they have, so that the published split of CIFAR stays what it is. Otherwise each
 * class is shuffled and laid at equal distances; then every run of images holds the classes in proportion, and the two
 * halves share even a class of two images.
 *
 * @param seed the run's: the order follows from it and the labels alone
 */
export function spread(set: ImageSet, seed: number): ImageSet {
  if (classDrift(set.labels) <= TOLERANCE) return set;
  return picked(set, spreadOrder(set.labels, Random.stream(seed, "data/order")));
}

/** Image j of the n of a class goes to (j + u)/n of the way, u drawn from [0, 1) for the class. */
function spreadOrder(labels: Uint16Array, random: Random): Uint32Array {
  const sizes = countClasses(labels);
  const offsets = new Map<number, number>();
  let odd = 0;
  for (const [label, size] of sizes) {
    const u = random.uniform();
    // A class of 2q+1 has q images before the middle if u ≥ 1/2, else q+1: by turns, so that the middle is at ⌊N/2⌋.
    offsets.set(label, size % 2 === 0 ? u : u / 2 + (odd++ % 2 === 0 ? 0.5 : 0));
  }
  const place = new Float64Array(labels.length);
  const seen = new Map<number, number>();
  const shuffled = random.permutation(labels.length);
  for (const index of shuffled) {
    const label = labels[index] as number;
    const j = seen.get(label) ?? 0;
    place[index] = (j + (offsets.get(label) as number)) / (sizes.get(label) as number);
    seen.set(label, j + 1);
  }
  return shuffled.sort((a, b) => (place[a] as number) - (place[b] as number));
}

/** Images of each class that has any, by ascending label. */
export function countClasses(labels: Uint16Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return new Map([...sizes].sort(([a], [b]) => a - b));
}
