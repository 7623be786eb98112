/** How long a network takes for one image on this machine. */
import { performance } from "node:perf_hooks";
import { contiguous, Generator, noGrad, randn, scope, to } from "@archwright/torch";
import type { ArchitectureSpace, ImageTask } from "../spaces/architecture-space.ts";
import { architectureNetwork } from "./architecture-network.ts";

/** Passes that are not counted, and passes of which the median is. */
const WARM_UP = 3;
const MEASURED = 11;

/**
 * Milliseconds of a forward pass in evaluation mode, batch 1: the median of eleven passes, after three that are not
 * counted. The logits are read back, so that the pass has ended on any device.
 */
export function measureLatency<A>(
  space: ArchitectureSpace<A>,
  architecture: A,
  { classes, imageSize }: ImageTask,
  device: string,
): number {
  using network = architectureNetwork(space, architecture, { seed: 0, classes, device });
  return noGrad(() =>
    scope(() => {
      const random = new Generator(0);
      const drawn = to(randn([1, 3, imageSize, imageSize], random), { device });
      const image = contiguous(drawn, { memoryFormat: "channels_last" });
      const times = Array.from({ length: WARM_UP + MEASURED }, () => {
        const began = performance.now();
        scope(() => void network.forward(image, { mode: "eval", random }).logits.toArray());
        return performance.now() - began;
      });
      const counted = times.slice(WARM_UP).sort((a, b) => a - b);
      return counted[Math.floor(MEASURED / 2)] as number;
    }),
  );
}
