/** nwot_eval: nwot in evaluation mode, as Zero-Cost-PT scores operations with it. */
import { PatternSum } from "../networks/inference/pattern.ts";
import { SharedInference } from "../networks/inference/shared-inference.ts";
import { Network } from "../networks/network.ts";
import { logDeterminant } from "./nwot.ts";
import { ownProxy, type Subject } from "./observation/observation.ts";
import { forward } from "./observation/training-pass.ts";
import type { ProxyFacts, Scorer, ScorerOptions, ZeroCostProxy } from "./proxy.ts";

const facts: ProxyFacts = {
  name: "nwot_eval",
  title: "nwot in evaluation mode, as Zero-Cost-PT takes it",
  source: "Mellor et al., ICML 2021; Xiang et al., AAAI 2023",
  direction: "higher",
  needs: { images: true, labels: false, gradients: false },
  mode: "eval",
  weights: "kept",
  input: "minibatch",
  batch: 64,
};

/**
 * ln|det K| of `nwot` in evaluation mode, over all ReLUs (zero-cost-pt §3). A fresh network's batch norm then does nothing,
 * and the scores differ markedly from those in training mode.
 */
export const nwotEval: ZeroCostProxy = {
  ...facts,
  prepare: (network, options) =>
    network instanceof Network ? fastScorer(network, options) : ownProxy(facts, plainScore).prepare(network, options),
};

/** All mixtures together, for networks around cells. */
function fastScorer(network: Network, { random, countBlocked = false }: ScorerOptions): Scorer {
  const inference = new SharedInference(network);
  return {
    score({ images }, mixtures) {
      const options = { patterns: true, logits: false, random, countBlocked };
      return inference.run(images, mixtures, options, ({ patterns }) => logDeterminant(patterns as PatternSum));
    },
    [Symbol.dispose]: () => inference.dispose(),
  };
}

/** The plain forward pass, for networks of other kinds. */
function plainScore(subject: Subject): number {
  using patterns = new PatternSum();
  forward(subject, subject.batch.images, { mode: "eval", onReLU: (input) => patterns.addInput(input) }, false);
  return logDeterminant(patterns);
}
