/** The candidate operations of the literature, as layer sequences. */
import {
  batchNorm,
  conv,
  depthwise,
  factorizedReduce,
  identity,
  type Layer,
  noise,
  type Operation,
  pool,
  relu,
  zero,
} from "./layers.ts";

/** Applied twice, the stride in the first half: ReLU, depthwise K×K, 1×1, BN (space-darts §2). */
export const separableConv =
  (kernel: number): Operation =>
  () => [...separableHalf(kernel, true), ...separableHalf(kernel, false)];

const separableHalf = (kernel: number, strided: boolean): Layer[] => [
  relu(),
  depthwise(kernel, { strided }),
  conv(1),
  batchNorm(),
];

/** ReLU, depthwise K×K of dilation 2, 1×1, BN (space-darts §2). */
export const dilatedConv =
  (kernel: number): Operation =>
  () => [relu(), depthwise(kernel, { strided: true, dilation: 2 }), conv(1), batchNorm()];

/** ReLU, dense K×K, BN (space-nasbench201 §1). */
export const reluConvNorm =
  (kernel: number): Operation =>
  () => [relu(), conv(kernel, { strided: true }), batchNorm()];

/** Pooling that is normalized inside a supernet only, to bring its scale to that of the convolutions (space-darts §2). */
export const normalizedPool =
  (mode: "max" | "average", kernel: number): Operation =>
  ({ purpose }) =>
    purpose === "search" ? [pool(mode, kernel), batchNorm()] : [pool(mode, kernel)];

/** Identity at stride 1, a factorized reduction at stride 2 (space-darts §2). */
export const skipConnect: Operation = ({ stride }) => (stride === 1 ? [identity()] : [factorizedReduce()]);

export const none: Operation = () => [zero()];

/** Whether an operation gives nothing but zeros, whatever its input. */
export const isNothing = (operation: Operation): boolean =>
  operation({ stride: 1, purpose: "search" }).some(({ kind }) => kind === "zero");

/** Operations of the DARTS CNN space in its order (Liu et al., ICLR 2019; space-darts §2). */
export const dartsOperations = {
  none,
  max_pool_3x3: normalizedPool("max", 3),
  avg_pool_3x3: normalizedPool("average", 3),
  skip_connect: skipConnect,
  sep_conv_3x3: separableConv(3),
  sep_conv_5x5: separableConv(5),
  dil_conv_3x3: dilatedConv(3),
  dil_conv_5x5: dilatedConv(5),
} as const satisfies Record<string, Operation>;

/** `sep_conv_7x7` is not searched over: published hand-made cells use it. `noise` is S4's (space-robust-s1-s4 §1). */
export const extraDartsOperations = {
  sep_conv_7x7: separableConv(7),
  noise: () => [noise()],
} as const satisfies Record<string, Operation>;

/** Operations of NAS-Bench-201 in its order (Dong & Yang, ICLR 2020; space-nasbench201 §1). Its pooling has no BN. */
export const nasbench201Operations = {
  none,
  skip_connect: () => [identity()],
  nor_conv_1x1: reluConvNorm(1),
  nor_conv_3x3: reluConvNorm(3),
  avg_pool_3x3: () => [pool("average", 3)],
} as const satisfies Record<string, Operation>;
