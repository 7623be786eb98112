/** Noise in place of images. */
import { contiguous, randn, type Tensor, to } from "@archwright/torch";
import type { Subject } from "./observation.ts";

/** N(0,1) of the shape of the minibatch's images, or of `size` pixels, channels-last. */
export function noise({ batch: { images }, random }: Subject, batch: number, size?: number): Tensor {
  const [, channels = 3, height = 0, width = 0] = images.shape;
  const drawn = randn([batch, channels, size ?? height, size ?? width], random);
  return contiguous(to(drawn, { device: images.device }), { memoryFormat: "channels_last" });
}
