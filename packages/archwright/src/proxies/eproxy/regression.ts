/** Ten steps of regression on one minibatch: what an Eproxy score is read from (eproxy-dps §2). */
import { createHash } from "node:crypto";
import { add, detach, narrow, noGrad, rand, randn, scope, type Tensor, to } from "@archwright/torch";
import type { Subject } from "../observation/observation.ts";
import { withData, withGradients } from "../observation/weights.ts";
import type { Configuration } from "./configuration.ts";
import { freshState } from "./initialization.ts";
import { NumberCache } from "./number-cache.ts";
import { Training } from "./training.ts";

export interface Regression {
  /** The score's loss as each step sees it, before its update; shorter where a loss was no number. */
  readonly losses: readonly number[];
  /** The score: the last of these, or the loss in evaluation mode after all updates. */
  readonly score: number;
  /** Whether the deepest stage is the same for every image. */
  readonly blind: boolean;
}

/** Of one process: what its architectures share. */
const cache = new NumberCache();

/** Trains the network on fresh weights, and gives it its own back. */
export function regress(subject: Subject, configuration: Configuration): Regression {
  const { network, random } = subject;
  return noGrad(() =>
    scope(() => {
      // The same for all networks that are scored with one seed.
      const seed = Math.floor(2 ** 24 * rand([1], random).item());
      const images = inputs(subject, configuration);
      const source = { images, imagesKey: fingerprint(images), seed, cache };
      const fresh = freshState(network, configuration.initialization, random);
      return withData(fresh, () =>
        withGradients(network.parameters(), () => {
          using training = new Training(subject, configuration, source);
          return training.run();
        }),
      );
    }),
  );
}

/** The first images, with noise where there is to be some. */
function inputs({ batch: { images }, random }: Subject, { batch: most, noise }: Configuration): Tensor {
  const taken = detach(narrow(images, 0, 0, Math.min(most, images.shape[0] as number)));
  if (noise === null) return taken;
  const drawn = noise.kind === "gaussian" ? randn(taken.shape, random) : rand(taken.shape, random);
  return add(taken, to(drawn, { dtype: taken.dtype, device: taken.device }), { alpha: noise.level });
}

const fingerprint = (images: Tensor): string =>
  scope(() => {
    const values = to(images, { device: "cpu" }).toTypedArray();
    return createHash("sha1")
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      .digest("hex");
  });
