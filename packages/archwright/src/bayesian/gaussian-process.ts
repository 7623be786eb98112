/** Gaussian process regression with a squared-exponential kernel (Rasmussen and Williams 2006, chapters 2 and 5). */
import {
  Adam,
  add,
  cholesky,
  clampMin,
  diagonal,
  div,
  exp,
  eye,
  grad,
  log,
  matmul,
  mul,
  mulScalar,
  noGrad,
  parameter,
  scope,
  solveTriangular,
  square,
  sub,
  sum,
  sumDim,
  type Tensor,
  tensor,
  transpose,
  unsqueeze,
} from "@archwright/torch";

/** k(x, y) = s² exp(−½ Σ ((x_d − y_d)/ℓ_d)²); observations have independent noise of variance σ². */
export interface Kernel {
  /** ℓ, one a dimension. */
  readonly lengthscales: readonly number[];
  /** s² */
  readonly signal: number;
  /** σ² */
  readonly noise: number;
}

/** Added to the diagonal, so that the matrix can be factored. */
const JITTER = 1e-6;

interface KernelTensors {
  readonly lengthscales: Tensor;
  readonly signal: Tensor;
  readonly noise: Tensor;
}

const column = (values: readonly number[]): Tensor => tensor(Float64Array.from(values), [values.length, 1]);
const matrix = (points: readonly (readonly number[])[]): Tensor =>
  tensor(Float64Array.from(points.flat()), [points.length, points[0]?.length ?? 0]);
const tensorsOf = ({ lengthscales, signal, noise }: Kernel): KernelTensors => ({
  lengthscales: tensor(Float64Array.from(lengthscales)),
  signal: tensor(Float64Array.of(signal)),
  noise: tensor(Float64Array.of(noise)),
});

/** [n, m] */
function covariance(x: Tensor, y: Tensor, { lengthscales, signal }: KernelTensors): Tensor {
  const [a, b] = [div(x, lengthscales), div(y, lengthscales)];
  const lengths = add(sumDim(square(a), [1], { keepdim: true }), unsqueeze(sumDim(square(b), [1]), 0));
  const distances = clampMin(sub(lengths, mulScalar(matmul(a, transpose(b, 0, 1)), 2)), 0);
  return mul(exp(mulScalar(distances, -0.5)), signal);
}

/** L of K + σ²I = LLᵀ, and L⁻¹y. */
function factored(x: Tensor, y: Tensor, kernel: KernelTensors): { readonly lower: Tensor; readonly whitened: Tensor } {
  const identity = eye(x.shape[0] as number, { dtype: "float64" });
  const noisy = add(covariance(x, x, kernel), mul(identity, add(kernel.noise, tensor(Float64Array.of(JITTER)))));
  const lower = cholesky(noisy);
  return { lower, whitened: solveTriangular(lower, y, false) };
}

/** −log p(y | X) = ½ yᵀ(K + σ²I)⁻¹y + ½ log|K + σ²I| + n/2 log 2π */
function negativeLogLikelihood(x: Tensor, y: Tensor, kernel: KernelTensors): Tensor {
  const { lower, whitened } = factored(x, y, kernel);
  const constant = ((x.shape[0] as number) / 2) * Math.log(2 * Math.PI);
  const terms = add(mulScalar(sum(square(whitened)), 0.5), sum(log(diagonal(lower))));
  return add(terms, tensor(Float64Array.of(constant)));
}

/** log p(y | X) of values at points. */
export const logLikelihood = (
  points: readonly (readonly number[])[],
  values: readonly number[],
  kernel: Kernel,
): number =>
  scope(() => noGrad(() => -negativeLogLikelihood(matrix(points), column(values), tensorsOf(kernel)).item()));

/** Half the median squared distance for every ℓ², 1 for both variances (svge §6). */
export function initialKernel(points: readonly (readonly number[])[]): Kernel {
  const some = points.slice(0, 200);
  const squares = some.flatMap((a, i) =>
    some.slice(i + 1).map((b) => a.reduce((total, value, d) => total + (value - (b[d] as number)) ** 2, 0)),
  );
  const median = squares.sort((a, b) => a - b)[Math.floor(squares.length / 2)] ?? 1;
  const lengthscale = Math.sqrt(median > 0 ? median / 2 : 1);
  return { lengthscales: (points[0] ?? []).map(() => lengthscale), signal: 1, noise: 1 };
}

export interface FitOptions {
  /** Steps of Adam on the logarithms. */
  readonly steps: number;
  readonly rate: number;
}

/** The kernel after climbing the marginal likelihood from the initial one. */
export function fittedKernel(
  points: readonly (readonly number[])[],
  values: readonly number[],
  { steps, rate }: FitOptions,
): Kernel {
  return scope(() => {
    const start = initialKernel(points);
    const [x, y] = [matrix(points), column(values)];
    const leaf = (numbers: readonly number[]): Tensor => parameter(tensor(Float64Array.from(numbers, Math.log)));
    const named = new Map([
      ["lengthscales", leaf(start.lengthscales)],
      ["signal", leaf([start.signal])],
      ["noise", leaf([start.noise])],
    ]);
    using optimizer = new Adam(named, { learningRate: rate });
    const leaves = [...named.values()] as [Tensor, Tensor, Tensor];
    const values_ = (): KernelTensors => {
      const [lengthscales, signal, noise] = leaves.map((one) => exp(one)) as [Tensor, Tensor, Tensor];
      return { lengthscales, signal, noise };
    };
    for (let step = 0; step < steps; step++) {
      scope(() => optimizer.step(grad(negativeLogLikelihood(x, y, values_()), leaves)));
    }
    const [lengthscales, signal, noise] = leaves.map((one) => one.toArray().map(Math.exp));
    for (const one of leaves) one.dispose();
    return { lengthscales: lengthscales as number[], signal: signal?.[0] as number, noise: noise?.[0] as number };
  });
}

export interface Prediction {
  readonly mean: number[];
  /** Of the function, without the noise of an observation. */
  readonly variance: number[];
}

/** Factors the matrix of the points once; disposing frees it. */
export class GaussianProcess implements Disposable {
  readonly #kernel: KernelTensors;
  readonly #points: Tensor;
  readonly #lower: Tensor;
  readonly #whitened: Tensor;

  constructor(points: readonly (readonly number[])[], values: readonly number[], kernel: Kernel) {
    const made = scope(() =>
      noGrad(() => {
        const tensors = tensorsOf(kernel);
        const x = matrix(points);
        return { tensors, x, ...factored(x, column(values), tensors) };
      }),
    );
    this.#kernel = made.tensors;
    this.#points = made.x;
    this.#lower = made.lower;
    this.#whitened = made.whitened;
  }

  /** μ = kᵀ(K + σ²I)⁻¹y and s² − kᵀ(K + σ²I)⁻¹k at each point. */
  predict(points: readonly (readonly number[])[]): Prediction {
    return scope(() =>
      noGrad(() => {
        const across = covariance(this.#points, matrix(points), this.#kernel);
        const whitened = solveTriangular(this.#lower, across, false);
        const mean = matmul(transpose(whitened, 0, 1), this.#whitened);
        const explained = sumDim(square(whitened), [0]);
        return { mean: mean.toArray(), variance: clampMin(sub(this.#kernel.signal, explained), 0).toArray() };
      }),
    );
  }

  [Symbol.dispose](): void {
    const { lengthscales, signal, noise } = this.#kernel;
    for (const one of [lengthscales, signal, noise, this.#points, this.#lower, this.#whitened]) one.dispose();
  }
}
