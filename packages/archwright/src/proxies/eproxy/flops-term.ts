/** Eproxy's FLOPs term: applied to losses afterwards, so that all its weights cost one training. */

/** Values of α that discrete proxy search looks through (eproxy-dps §5.1). */
export const flopsWeights: readonly number[] = Array.from({ length: 11 }, (_, i) => (i - 5) / 10);

/** loss · (1 - α · MACs/MACs_max): positive α favours large networks (eproxy-dps §2.2). */
export const withFlopsTerm = (loss: number, macs: number, mostMacs: number, alpha: number): number =>
  loss * (1 - (alpha * macs) / mostMacs);
