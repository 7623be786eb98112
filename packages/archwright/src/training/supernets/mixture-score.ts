/** Scores of a supernet with given mixing weights on one minibatch: several of them can be compared on the same. */
import { argmax, clone, copy_, crossEntropyLoss, eq, noGrad, scope, sum, type Tensor, to } from "@archwright/torch";
import type { ForwardContext } from "../../networks/context.ts";
import type { Mixture } from "../../networks/mixture.ts";
import type { Network } from "../../networks/network.ts";
import type { ProxyBatch } from "../../proxies/proxy.ts";

/** Of right answers, or of the mean loss. */
export type Criterion = "accuracy" | "loss";

/** Of one minibatch, so that minibatches of any size add up. */
export interface MixtureScore {
  /** Right answers. */
  readonly right: number;
  /** The mean loss times the images. */
  readonly loss: number;
}

/**
 * How the supernet does on the minibatch with these mixing weights. Without gradients.
 * Nothing is renormalized; an operation of weight 0 is not run. In train mode running statistics move; see
 * {@link keepingStatistics}.
 */
export function mixtureScore(
  supernet: Network,
  { images, labels }: ProxyBatch,
  mixture: Mixture,
  context: ForwardContext,
): MixtureScore {
  return noGrad(() =>
    scope(() => {
      const { logits } = supernet.forward(images, context, mixture);
      return {
        right: sum(to(eq(argmax(logits, { dim: 1 }), labels), { dtype: "float32" })).item(),
        loss: crossEntropyLoss(logits, labels).item() * labels.size,
      };
    }),
  );
}

/** Runs `body` and puts back the running statistics of batch norm as they were, to the bit. */
export function keepingStatistics<T>(supernet: Network, body: () => T): T {
  return scope(() => {
    const buffers = [...supernet.namedBuffers().values()];
    const saved = noGrad(() => buffers.map((buffer) => clone(buffer)));
    try {
      return body();
    } finally {
      noGrad(() => {
        for (const [i, buffer] of buffers.entries()) copy_(buffer, saved[i] as Tensor);
      });
    }
  });
}
