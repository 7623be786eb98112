/** What the autoencoder minimizes (svge §3). */
import {
  add,
  addScalar,
  cat,
  exp,
  gather,
  logSoftmax,
  meanDim,
  mul,
  mulScalar,
  narrow,
  neg,
  reshape,
  select,
  softplus,
  square,
  sub,
  sum,
  sumDim,
  type Tensor,
  unsqueeze,
} from "@archwright/torch";
import type { DecoderSteps } from "./decoder.ts";
import type { LatentDistribution } from "./encoder.ts";
import { edgesAmong, type GraphBatch } from "./graphs/batch.ts";

/** −½ Σ (1 + log σ² − μ² − σ²), over graphs and dimensions. */
export function divergence({ mean, logVariance }: LatentDistribution): Tensor {
  const terms = sub(sub(addScalar(logVariance, 1), square(mean)), exp(logVariance));
  return mulScalar(sum(terms), -0.5);
}

/**
 * How badly each graph is generated from its point, the true graph leading: for every node but the first the cross-entropy
 * of its label, and from the third node on the mean cross-entropy of its edges from the nodes before it; the edge 0→1 is
 * always there. [graphs]
 */
export function generationLosses(steps: DecoderSteps, batch: GraphBatch, z: Tensor): Tensor {
  const { nodes, labels, incoming, mask } = batch;
  const losses: Tensor[] = [];
  let states = steps.start(select(labels, 1, 0), z);
  for (let t = 1; t < nodes; t++) {
    if (t > 1) states = steps.propagate(states, edgesAmong(incoming, t));
    const vectors = steps.read(states);
    const label = select(labels, 1, t);
    const ofLabel = labelLoss(steps.nodeLogits(vectors, z), label);
    const newState = steps.newState(label, vectors, z);
    const ofEdges = (): Tensor => {
      const logits = steps.edgeLogits(states, newState, vectors, z);
      return meanDim(edgeLoss(logits, narrow(select(incoming, 1, t), 1, 0, t)), [1]);
    };
    losses.push(t === 1 ? ofLabel : add(ofLabel, ofEdges()));
    states = cat([states, unsqueeze(newState, 1)], { dim: 1 });
  }
  const all = cat(
    losses.map((loss) => unsqueeze(loss, 1)),
    { dim: 1 },
  );
  return sumDim(mul(all, narrow(mask, 1, 1, nodes - 1)), [1]);
}

/** Cross-entropy by row: [graphs, types] and [graphs] to [graphs]. */
function labelLoss(logits: Tensor, labels: Tensor): Tensor {
  const chosen = gather(logSoftmax(logits, 1), 1, unsqueeze(labels, 1));
  return neg(reshape(chosen, [-1]));
}

/** Binary cross-entropy of each logit x with its 0 or 1: log(1 + eˣ) − x·y. */
const edgeLoss = (logits: Tensor, truth: Tensor): Tensor => sub(softplus(logits), mul(logits, truth));
