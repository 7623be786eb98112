/** libtorch's operators over lists of tensors: one call for all parameters of a network. Names with an underscore work in place. */
import { call, operator } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";

type Tensors = readonly Tensor[];

const addOperator = operator("aten::_foreach_add_", "List");
const addScalarOperator = operator("aten::_foreach_add_", "Scalar");
const mulOperator = operator("aten::_foreach_mul_", "Scalar");
const divOperator = operator("aten::_foreach_div_", "Scalar");
const addcmulOperator = operator("aten::_foreach_addcmul_", "Scalar");
const addcdivOperator = operator("aten::_foreach_addcdiv_", "Scalar");
const sumOperator = operator("aten::_foreach_add", "List");
const productOperator = operator("aten::_foreach_mul", "Scalar");
const pairsOperator = operator("aten::_foreach_mul", "List");
const sqrtOperator = operator("aten::_foreach_sqrt");
const normOperator = operator("aten::_foreach_norm", "Scalar");

/** aᵢ += alpha·bᵢ */
export const add_ = (a: Tensors, b: Tensors, alpha = 1): unknown => call(addOperator, [a, b, alpha]);
/** aᵢ += scalar */
export const addScalar_ = (a: Tensors, scalar: number): unknown => call(addScalarOperator, [a, scalar]);
/** aᵢ *= scalar */
export const mul_ = (a: Tensors, scalar: number): unknown => call(mulOperator, [a, scalar]);
/** aᵢ /= scalar */
export const div_ = (a: Tensors, scalar: number): unknown => call(divOperator, [a, scalar]);
/** aᵢ += value·bᵢ·cᵢ */
export const addcmul_ = (a: Tensors, b: Tensors, c: Tensors, value: number): unknown =>
  call(addcmulOperator, [a, b, c, value]);
/** aᵢ += value·bᵢ/cᵢ */
export const addcdiv_ = (a: Tensors, b: Tensors, c: Tensors, value: number): unknown =>
  call(addcdivOperator, [a, b, c, value]);
/** aᵢ + alpha·bᵢ, as new tensors */
export const add = (a: Tensors, b: Tensors, alpha = 1): Tensor[] => call(sumOperator, [a, b, alpha]) as Tensor[];
/** scalar·aᵢ, as new tensors */
export const mul = (a: Tensors, scalar: number): Tensor[] => call(productOperator, [a, scalar]) as Tensor[];
/** aᵢ·bᵢ, as new tensors */
export const mulPairs = (a: Tensors, b: Tensors): Tensor[] => call(pairsOperator, [a, b]) as Tensor[];
/** √aᵢ, as new tensors */
export const sqrt = (a: Tensors): Tensor[] => call(sqrtOperator, [a]) as Tensor[];
/** ‖aᵢ‖, by default Euclidean, as new scalars */
export const norm = (a: Tensors, order = 2): Tensor[] => call(normOperator, [a, order]) as Tensor[];
