/** Setting images aside, the same share of every class. */
import { ArchwrightError } from "../errors.ts";
import { Random } from "../random.ts";
import { type ImageSet, picked } from "./dataset.ts";

/**
 * Splits `set` into images to train on and images held out: of every class the share `share`, rounded, drawn with the seed,
 * at least one where the class has two or more. A class of one image keeps it for training. Both parts keep the order of
 * the set, in memory of their own. Throws `ArchwrightError("data")` where nothing can be held out.
 */
export function holdOut(set: ImageSet, share: number, seed: number): { kept: ImageSet; heldOut: ImageSet } {
  const byClass = Map.groupBy(set.labels.keys(), (n) => set.labels[n] as number);
  const random = Random.stream(seed, "data/hold-out");
  const chosen = new Uint8Array(set.count);
  for (const label of [...byClass.keys()].sort((a, b) => a - b)) {
    const own = byClass.get(label) as number[];
    const wanted = own.length < 2 ? 0 : Math.min(own.length - 1, Math.max(1, Math.round(share * own.length)));
    for (const i of random.permutation(own.length).subarray(0, wanted)) chosen[own[i] as number] = 1;
  }
  const numbers = Uint32Array.from(chosen.keys());
  const heldOut = picked(
    set,
    numbers.filter((n) => chosen[n] === 1),
  );
  if (heldOut.count === 0) {
    throw new ArchwrightError(
      "data",
      "no class has two images, so none can be held out; add images, or use --set validation=0",
    );
  }
  return {
    kept: picked(
      set,
      numbers.filter((n) => chosen[n] === 0),
    ),
    heldOut,
  };
}
