/** What the branches regress (eproxy-dps §3, §6.2). */
import {
  abs,
  add,
  Generator,
  max,
  mulScalar,
  narrow,
  noGrad,
  scope,
  type Tensor,
  tensor,
  to,
  zeros,
} from "@archwright/torch";
import { Random } from "../../random.ts";
import { type Branch, type Component, type NamedComponent, targetChannels } from "./configuration.ts";
import { randomFeatures } from "./features.ts";
import { dotMaps, frequencies, imageMaps, type MapOptions, SIDE, sineMaps } from "./maps.ts";
import type { NumberCache } from "./number-cache.ts";
import { resized } from "./resize.ts";

export interface TargetSource {
  /** [images, 3, height, width] */
  readonly images: Tensor;
  /** Equal for equal images. */
  readonly imagesKey: string;
  readonly seed: number;
  readonly cache: NumberCache;
}

/** [images, channels, 8, 8]: level · Σ components; zeros of none. The tensor belongs to the scope. */
export function branchTarget(source: TargetSource, branch: Branch, index: number): Tensor {
  const channels = targetChannels(branch);
  const { images } = source;
  return noGrad(() =>
    scope(() => {
      const none = zeros([images.shape[0] as number, channels, SIDE, SIDE]);
      const sum = branch.targets.reduce<Tensor>(
        (total, component) => add(total, componentMaps(source, component, channels, index)),
        none,
      );
      return to(mulScalar(sum, branch.level), { device: images.device, memoryFormat: "channels_last" });
    }),
  );
}

/** Channels of the components that all branches share; a branch takes the first of them (eproxy-dps §3.1). */
const SHARED_CHANNELS = 512;

/** [images, channels, 8, 8] of one component. */
export function componentMaps(source: TargetSource, component: Component, channels: number, branch: number): Tensor {
  const { images, imagesKey, seed, cache } = source;
  const named = typeof component === "string";
  const made = named ? Math.max(SHARED_CHANNELS, channels) : channels;
  const key = JSON.stringify([component, made, seed, named ? "" : branch, imagesKey]);
  const count = images.shape[0] as number;
  const values = cache.get(key, () => {
    const generate = named ? sharedMaps(component) : ownMaps(component);
    return generate(source, made, Random.stream(seed, `eproxy/${JSON.stringify([component, named ? "" : branch])}`));
  });
  return scope(() => narrow(tensor(values, [count, made, SIDE, SIDE]), 1, 0, channels));
}

/** images × channels × 8 × 8 values. */
type Generate = (source: TargetSource, channels: number, random: Random) => Float32Array;

/** Those of discrete proxy search (eproxy-dps §3.1 and its review, §5.8). */
function sharedMaps(component: Extract<Component, string>): Generate {
  const waves = (low: number, high: number): Generate =>
    ownMaps({ from: "sine", axes: 1, low, high, perImage: true, level: 1 });
  switch (component) {
    case "net":
      return (source, channels, random) => scope(() => normalized(networkFeatures(source, channels, random)));
    case "wave_l":
      return waves(0, 0.1125);
    case "wave_m":
      return waves(0.125, 0.35);
    case "wave_h":
      return waves(0.375, 0.4875);
    case "dot":
      return ownMaps({ from: "dots", part: 1, blurred: false, perImage: true, level: 1 });
  }
}

function ownMaps(component: NamedComponent): Generate {
  const plain = unscaledMaps(component);
  if (component.level === 1) return plain;
  return (...given) => plain(...given).map((value) => value * component.level);
}

function unscaledMaps(component: NamedComponent): Generate {
  const options = (source: TargetSource, channels: number, perImage: boolean): MapOptions => ({
    channels,
    images: source.images.shape[0] as number,
    perImage,
  });
  switch (component.from) {
    case "features":
      return (source, channels, random) => scope(() => numbers(networkFeatures(source, channels, random)));
    case "sine": {
      const { axes, low, high, perImage } = component;
      return (source, channels, random) =>
        sineMaps(axes, frequencies(low, high), options(source, channels, perImage), random);
    }
    case "dots": {
      const { part, blurred, perImage } = component;
      return (source, channels, random) => dotMaps(part, blurred, options(source, channels, perImage), random);
    }
    case "images":
      return (source, channels, random) =>
        scope(() => imageMaps(numbers(resized(source.images)), options(source, channels, true), random));
  }
}

const networkFeatures = ({ images }: TargetSource, channels: number, random: Random): Tensor =>
  randomFeatures(to(images, { device: "cpu" }), channels, new Generator(random.uint32()));

const numbers = (x: Tensor): Float32Array =>
  scope(() => to(x, { dtype: "float32", device: "cpu" }).toTypedArray() as Float32Array);

/** Divided by the largest magnitude. */
function normalized(x: Tensor): Float32Array {
  const largest = max(abs(x)).item();
  return numbers(mulScalar(x, 1 / largest));
}
