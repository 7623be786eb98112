/** How good a classifier's predictions are: counts, intervals, calibration. Numbers only. */

/** Predictions of N images over K classes. */
export interface Predictions {
  /** N·K probabilities, row by row. */
  readonly probabilities: Float64Array;
  /** N class numbers. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** `[actual][predicted]` counts. The prediction is the largest probability, the first of equals. */
export function confusionMatrix(predictions: Predictions): number[][] {
  const { labels, classes } = predictions;
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let n = 0; n < labels.length; n++) {
    const row = matrix[labels[n] as number] as number[];
    const predicted = predictedClass(predictions, n);
    row[predicted] = (row[predicted] as number) + 1;
  }
  return matrix;
}

/** The class with the largest probability of image `n`, the first of equals. */
export function predictedClass({ probabilities, classes }: Predictions, n: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) {
    if ((probabilities[n * classes + k] as number) > (probabilities[n * classes + best] as number)) best = k;
  }
  return best;
}

/** Quantile of the normal distribution that leaves 2.5 % above it. */
const NORMAL_975 = 1.959963984540054;

/**
 * Wilson's 95 % interval of a share of `hits` in `trials` (Wilson 1927), whose ends stay within [0, 1] and which is right also
 * near them; [0, 1] without trials.
 */
export function wilsonInterval(hits: number, trials: number): [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const z2 = NORMAL_975 ** 2;
  const share = hits / trials;
  const middle = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (NORMAL_975 / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export interface CalibrationBin {
  /** Confidences in (from, to]; the first holds 0 too. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Of the images in the bin; 0 where there are none. */
  readonly accuracy: number;
  readonly confidence: number;
}

/**
 * Expected calibration error, Σ n_b/N·|accuracy_b − confidence_b| over equal bins of the largest probability (Guo et al.,
 * ICML 2017, equation 3), and the bins.
 */
export function calibration(predictions: Predictions, bins = 15): { error: number; bins: CalibrationBin[] } {
  const { probabilities, labels, classes } = predictions;
  const sums = Array.from({ length: bins }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (let n = 0; n < labels.length; n++) {
    const predicted = predictedClass(predictions, n);
    const confidence = probabilities[n * classes + predicted] as number;
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))] as (typeof sums)[number];
    bin.count++;
    bin.right += Number(predicted === labels[n]);
    bin.confidence += confidence;
  }
  const described = sums.map(({ count, right, confidence }, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    count,
    accuracy: count === 0 ? 0 : right / count,
    confidence: count === 0 ? 0 : confidence / count,
  }));
  const error = described.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0);
  return { error: labels.length === 0 ? 0 : error / labels.length, bins: described };
}

/** Mean of −ln p of the label's class. */
export function logLoss({ probabilities, labels, classes }: Predictions): number {
  let sum = 0;
  for (let n = 0; n < labels.length; n++) {
    sum -= Math.log(Math.max(probabilities[n * classes + (labels[n] as number)] as number, Number.MIN_VALUE));
  }
  return sum / labels.length;
}

/** e^{xₖ − max} / Σ, of each row of `logits` with `classes` values. */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  const result = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) most = Math.max(most, logits[start + k] as number);
    let total = 0;
    for (let k = 0; k < classes; k++) {
      const value = Math.exp((logits[start + k] as number) - most);
      result[start + k] = value;
      total += value;
    }
    for (let k = 0; k < classes; k++) result[start + k] = (result[start + k] as number) / total;
  }
  return result;
}
