/** Typed functions for libtorch's operators. Generated from their schemas by scripts/generate-operators.ts; do not edit. */
import { call, dtypeCode, type MemoryFormat, memoryFormatCode, operator } from "./dispatch.ts";
import type { DType } from "./dtype.ts";
import type { Generator } from "./generator.ts";
import type { Tensor } from "./tensor.ts";

const emptyOperator = operator("aten::empty", "memory_format");
/** `aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export function empty(size: readonly number[], options: { dtype?: DType | null | undefined; device?: string | null | undefined; memoryFormat?: MemoryFormat | null | undefined } = {}): Tensor {
  return call(emptyOperator, [size, dtypeCode(options.dtype), undefined, options.device, undefined, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const zerosOperator = operator("aten::zeros");
/** `aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function zeros(size: readonly number[], options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(zerosOperator, [size, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const onesOperator = operator("aten::ones");
/** `aten::ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function ones(size: readonly number[], options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(onesOperator, [size, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const fullOperator = operator("aten::full");
/** `aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function full(size: readonly number[], fillValue: number | boolean, options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(fullOperator, [size, fillValue, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const eyeOperator = operator("aten::eye");
/** `aten::eye(int n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function eye(n: number, options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(eyeOperator, [n, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const arangeOperator = operator("aten::arange", "start_step");
/** `aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function arange(start: number | boolean, end: number | boolean, options: { step?: number | boolean | undefined; dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(arangeOperator, [start, end, options.step, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const zerosLikeOperator = operator("aten::zeros_like");
/** `aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export function zerosLike(self_: Tensor, options: { dtype?: DType | null | undefined; device?: string | null | undefined; memoryFormat?: MemoryFormat | null | undefined } = {}): Tensor {
  return call(zerosLikeOperator, [self_, dtypeCode(options.dtype), undefined, options.device, undefined, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const onesLikeOperator = operator("aten::ones_like");
/** `aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export function onesLike(self_: Tensor, options: { dtype?: DType | null | undefined; device?: string | null | undefined; memoryFormat?: MemoryFormat | null | undefined } = {}): Tensor {
  return call(onesLikeOperator, [self_, dtypeCode(options.dtype), undefined, options.device, undefined, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const emptyLikeOperator = operator("aten::empty_like");
/** `aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export function emptyLike(self_: Tensor, options: { dtype?: DType | null | undefined; device?: string | null | undefined; memoryFormat?: MemoryFormat | null | undefined } = {}): Tensor {
  return call(emptyLikeOperator, [self_, dtypeCode(options.dtype), undefined, options.device, undefined, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const randnOperator = operator("aten::randn", "generator");
/** `aten::randn.generator(int[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function randn(size: readonly number[], generator: Generator | null, options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(randnOperator, [size, generator, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const randOperator = operator("aten::rand", "generator");
/** `aten::rand.generator(int[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function rand(size: readonly number[], generator: Generator | null, options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(randOperator, [size, generator, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const randpermOperator = operator("aten::randperm", "generator");
/** `aten::randperm.generator(int n, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export function randperm(n: number, generator: Generator | null, options: { dtype?: DType | null | undefined; device?: string | null | undefined } = {}): Tensor {
  return call(randpermOperator, [n, generator, dtypeCode(options.dtype), undefined, options.device]) as Tensor;
}

const normal_Operator = operator("aten::normal_");
/** `aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)` */
export function normal_(self_: Tensor, options: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined } = {}): Tensor {
  return call(normal_Operator, [self_, options.mean, options.std, options.generator]) as Tensor;
}

const uniform_Operator = operator("aten::uniform_");
/** `aten::uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)` */
export function uniform_(self_: Tensor, options: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined } = {}): Tensor {
  return call(uniform_Operator, [self_, options.from, options.to, options.generator]) as Tensor;
}

const bernoulli_Operator = operator("aten::bernoulli_", "float");
/** `aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)` */
export function bernoulli_(self_: Tensor, options: { p?: number | undefined; generator?: Generator | null | undefined } = {}): Tensor {
  return call(bernoulli_Operator, [self_, options.p, options.generator]) as Tensor;
}

const reshapeOperator = operator("aten::reshape");
/** `aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)` */
export function reshape(self_: Tensor, shape: readonly number[]): Tensor {
  return call(reshapeOperator, [self_, shape]) as Tensor;
}

const viewOperator = operator("aten::view");
/** `aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
export function view(self_: Tensor, size: readonly number[]): Tensor {
  return call(viewOperator, [self_, size]) as Tensor;
}

const permuteOperator = operator("aten::permute");
/** `aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)` */
export function permute(self_: Tensor, dims: readonly number[]): Tensor {
  return call(permuteOperator, [self_, dims]) as Tensor;
}

const transposeOperator = operator("aten::transpose", "int");
/** `aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
export function transpose(self_: Tensor, dim0: number, dim1: number): Tensor {
  return call(transposeOperator, [self_, dim0, dim1]) as Tensor;
}

const flattenOperator = operator("aten::flatten", "using_ints");
/** `aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)` */
export function flatten(self_: Tensor, options: { startDim?: number | undefined; endDim?: number | undefined } = {}): Tensor {
  return call(flattenOperator, [self_, options.startDim, options.endDim]) as Tensor;
}

const unsqueezeOperator = operator("aten::unsqueeze");
/** `aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)` */
export function unsqueeze(self_: Tensor, dim: number): Tensor {
  return call(unsqueezeOperator, [self_, dim]) as Tensor;
}

const squeezeOperator = operator("aten::squeeze", "dim");
/** `aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)` */
export function squeeze(self_: Tensor, dim: number): Tensor {
  return call(squeezeOperator, [self_, dim]) as Tensor;
}

const expandOperator = operator("aten::expand");
/** `aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)` */
export function expand(self_: Tensor, size: readonly number[], options: { implicit?: boolean | undefined } = {}): Tensor {
  return call(expandOperator, [self_, size, options.implicit]) as Tensor;
}

const catOperator = operator("aten::cat");
/** `aten::cat(Tensor[] tensors, int dim=0) -> Tensor` */
export function cat(tensors: readonly Tensor[], options: { dim?: number | undefined } = {}): Tensor {
  return call(catOperator, [tensors, options.dim]) as Tensor;
}

const stackOperator = operator("aten::stack");
/** `aten::stack(Tensor[] tensors, int dim=0) -> Tensor` */
export function stack(tensors: readonly Tensor[], options: { dim?: number | undefined } = {}): Tensor {
  return call(stackOperator, [tensors, options.dim]) as Tensor;
}

const selectOperator = operator("aten::select", "int");
/** `aten::select.int(Tensor(a) self, int dim, int index) -> Tensor(a)` */
export function select(self_: Tensor, dim: number, index: number): Tensor {
  return call(selectOperator, [self_, dim, index]) as Tensor;
}

const narrowOperator = operator("aten::narrow");
/** `aten::narrow(Tensor(a) self, int dim, int start, int length) -> Tensor(a)` */
export function narrow(self_: Tensor, dim: number, start: number, length: number): Tensor {
  return call(narrowOperator, [self_, dim, start, length]) as Tensor;
}

const sliceOperator = operator("aten::slice", "Tensor");
/** `aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
export function slice(self_: Tensor, options: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined } = {}): Tensor {
  return call(sliceOperator, [self_, options.dim, options.start, options.end, options.step]) as Tensor;
}

const splitOperator = operator("aten::split", "Tensor");
/** `aten::split.Tensor(Tensor(a -> *) self, int split_size, int dim=0) -> Tensor(a)[]` */
export function split(self_: Tensor, splitSize: number, options: { dim?: number | undefined } = {}): Tensor[] {
  return call(splitOperator, [self_, splitSize, options.dim]) as Tensor[];
}

const chunkOperator = operator("aten::chunk");
/** `aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]` */
export function chunk(self_: Tensor, chunks: number, options: { dim?: number | undefined } = {}): Tensor[] {
  return call(chunkOperator, [self_, chunks, options.dim]) as Tensor[];
}

const unbindOperator = operator("aten::unbind", "int");
/** `aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]` */
export function unbind(self_: Tensor, options: { dim?: number | undefined } = {}): Tensor[] {
  return call(unbindOperator, [self_, options.dim]) as Tensor[];
}

const indexSelectOperator = operator("aten::index_select");
/** `aten::index_select(Tensor self, int dim, Tensor index) -> Tensor` */
export function indexSelect(self_: Tensor, dim: number, index: Tensor): Tensor {
  return call(indexSelectOperator, [self_, dim, index]) as Tensor;
}

const gatherOperator = operator("aten::gather");
/** `aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor` */
export function gather(self_: Tensor, dim: number, index: Tensor, options: { sparseGrad?: boolean | undefined } = {}): Tensor {
  return call(gatherOperator, [self_, dim, index, options.sparseGrad]) as Tensor;
}

const scatterOperator = operator("aten::scatter", "src");
/** `aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor` */
export function scatter(self_: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  return call(scatterOperator, [self_, dim, index, src]) as Tensor;
}

const scatterValueOperator = operator("aten::scatter", "value");
/** `aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor` */
export function scatterValue(self_: Tensor, dim: number, index: Tensor, value: number | boolean): Tensor {
  return call(scatterValueOperator, [self_, dim, index, value]) as Tensor;
}

const maskedFillOperator = operator("aten::masked_fill", "Scalar");
/** `aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor` */
export function maskedFill(self_: Tensor, mask: Tensor, value: number | boolean): Tensor {
  return call(maskedFillOperator, [self_, mask, value]) as Tensor;
}

const whereOperator = operator("aten::where", "self");
/** `aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor` */
export function where(condition: Tensor, self_: Tensor, other: Tensor): Tensor {
  return call(whereOperator, [condition, self_, other]) as Tensor;
}

const flipOperator = operator("aten::flip");
/** `aten::flip(Tensor self, int[] dims) -> Tensor` */
export function flip(self_: Tensor, dims: readonly number[]): Tensor {
  return call(flipOperator, [self_, dims]) as Tensor;
}

const rollOperator = operator("aten::roll");
/** `aten::roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor` */
export function roll(self_: Tensor, shifts: number | readonly number[], options: { dims?: number | readonly number[] | undefined } = {}): Tensor {
  return call(rollOperator, [self_, shifts, options.dims]) as Tensor;
}

const padOperator = operator("aten::constant_pad_nd");
/** `aten::constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor` */
export function pad(self_: Tensor, pad: readonly number[], options: { value?: number | boolean | undefined } = {}): Tensor {
  return call(padOperator, [self_, pad, options.value]) as Tensor;
}

const trilOperator = operator("aten::tril");
/** `aten::tril(Tensor self, int diagonal=0) -> Tensor` */
export function tril(self_: Tensor, options: { diagonal?: number | undefined } = {}): Tensor {
  return call(trilOperator, [self_, options.diagonal]) as Tensor;
}

const triuOperator = operator("aten::triu");
/** `aten::triu(Tensor self, int diagonal=0) -> Tensor` */
export function triu(self_: Tensor, options: { diagonal?: number | undefined } = {}): Tensor {
  return call(triuOperator, [self_, options.diagonal]) as Tensor;
}

const diagonalOperator = operator("aten::diagonal");
/** `aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)` */
export function diagonal(self_: Tensor, options: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined } = {}): Tensor {
  return call(diagonalOperator, [self_, options.offset, options.dim1, options.dim2]) as Tensor;
}

const diagEmbedOperator = operator("aten::diag_embed");
/** `aten::diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor` */
export function diagEmbed(self_: Tensor, options: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined } = {}): Tensor {
  return call(diagEmbedOperator, [self_, options.offset, options.dim1, options.dim2]) as Tensor;
}

const cloneOperator = operator("aten::clone");
/** `aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
export function clone(self_: Tensor, options: { memoryFormat?: MemoryFormat | null | undefined } = {}): Tensor {
  return call(cloneOperator, [self_, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const contiguousOperator = operator("aten::contiguous");
/** `aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)` */
export function contiguous(self_: Tensor, options: { memoryFormat?: MemoryFormat | undefined } = {}): Tensor {
  return call(contiguousOperator, [self_, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const detachOperator = operator("aten::detach");
/** `aten::detach(Tensor(a) self) -> Tensor(a)` */
export function detach(self_: Tensor): Tensor {
  return call(detachOperator, [self_]) as Tensor;
}

const toOperator = operator("aten::to", "dtype_layout");
/** `aten::to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)` */
export function to(self_: Tensor, options: { dtype?: DType | null | undefined; device?: string | null | undefined; nonBlocking?: boolean | undefined; copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined } = {}): Tensor {
  return call(toOperator, [self_, dtypeCode(options.dtype), undefined, options.device, undefined, options.nonBlocking, options.copy, memoryFormatCode(options.memoryFormat)]) as Tensor;
}

const copy_Operator = operator("aten::copy_");
/** `aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
export function copy_(self_: Tensor, src: Tensor, options: { nonBlocking?: boolean | undefined } = {}): Tensor {
  return call(copy_Operator, [self_, src, options.nonBlocking]) as Tensor;
}

const addOperator = operator("aten::add", "Tensor");
/** `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor` */
export function add(self_: Tensor, other: Tensor, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(addOperator, [self_, other, options.alpha]) as Tensor;
}

const addScalarOperator = operator("aten::add", "Scalar");
/** `aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor` */
export function addScalar(self_: Tensor, other: number | boolean, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(addScalarOperator, [self_, other, options.alpha]) as Tensor;
}

const subOperator = operator("aten::sub", "Tensor");
/** `aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor` */
export function sub(self_: Tensor, other: Tensor, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(subOperator, [self_, other, options.alpha]) as Tensor;
}

const rsubScalarOperator = operator("aten::rsub", "Scalar");
/** `aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor` */
export function rsubScalar(self_: Tensor, other: number | boolean, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(rsubScalarOperator, [self_, other, options.alpha]) as Tensor;
}

const mulOperator = operator("aten::mul", "Tensor");
/** `aten::mul.Tensor(Tensor self, Tensor other) -> Tensor` */
export function mul(self_: Tensor, other: Tensor): Tensor {
  return call(mulOperator, [self_, other]) as Tensor;
}

const mulScalarOperator = operator("aten::mul", "Scalar");
/** `aten::mul.Scalar(Tensor self, Scalar other) -> Tensor` */
export function mulScalar(self_: Tensor, other: number | boolean): Tensor {
  return call(mulScalarOperator, [self_, other]) as Tensor;
}

const divOperator = operator("aten::div", "Tensor");
/** `aten::div.Tensor(Tensor self, Tensor other) -> Tensor` */
export function div(self_: Tensor, other: Tensor): Tensor {
  return call(divOperator, [self_, other]) as Tensor;
}

const divScalarOperator = operator("aten::div", "Scalar");
/** `aten::div.Scalar(Tensor self, Scalar other) -> Tensor` */
export function divScalar(self_: Tensor, other: number | boolean): Tensor {
  return call(divScalarOperator, [self_, other]) as Tensor;
}

const negOperator = operator("aten::neg");
/** `aten::neg(Tensor self) -> Tensor` */
export function neg(self_: Tensor): Tensor {
  return call(negOperator, [self_]) as Tensor;
}

const absOperator = operator("aten::abs");
/** `aten::abs(Tensor self) -> Tensor` */
export function abs(self_: Tensor): Tensor {
  return call(absOperator, [self_]) as Tensor;
}

const signOperator = operator("aten::sign");
/** `aten::sign(Tensor self) -> Tensor` */
export function sign(self_: Tensor): Tensor {
  return call(signOperator, [self_]) as Tensor;
}

const expOperator = operator("aten::exp");
/** `aten::exp(Tensor self) -> Tensor` */
export function exp(self_: Tensor): Tensor {
  return call(expOperator, [self_]) as Tensor;
}

const logOperator = operator("aten::log");
/** `aten::log(Tensor self) -> Tensor` */
export function log(self_: Tensor): Tensor {
  return call(logOperator, [self_]) as Tensor;
}

const log1pOperator = operator("aten::log1p");
/** `aten::log1p(Tensor self) -> Tensor` */
export function log1p(self_: Tensor): Tensor {
  return call(log1pOperator, [self_]) as Tensor;
}

const sqrtOperator = operator("aten::sqrt");
/** `aten::sqrt(Tensor self) -> Tensor` */
export function sqrt(self_: Tensor): Tensor {
  return call(sqrtOperator, [self_]) as Tensor;
}

const rsqrtOperator = operator("aten::rsqrt");
/** `aten::rsqrt(Tensor self) -> Tensor` */
export function rsqrt(self_: Tensor): Tensor {
  return call(rsqrtOperator, [self_]) as Tensor;
}

const squareOperator = operator("aten::square");
/** `aten::square(Tensor self) -> Tensor` */
export function square(self_: Tensor): Tensor {
  return call(squareOperator, [self_]) as Tensor;
}

const powOperator = operator("aten::pow", "Tensor_Scalar");
/** `aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor` */
export function pow(self_: Tensor, exponent: number | boolean): Tensor {
  return call(powOperator, [self_, exponent]) as Tensor;
}

const reciprocalOperator = operator("aten::reciprocal");
/** `aten::reciprocal(Tensor self) -> Tensor` */
export function reciprocal(self_: Tensor): Tensor {
  return call(reciprocalOperator, [self_]) as Tensor;
}

const sigmoidOperator = operator("aten::sigmoid");
/** `aten::sigmoid(Tensor self) -> Tensor` */
export function sigmoid(self_: Tensor): Tensor {
  return call(sigmoidOperator, [self_]) as Tensor;
}

const tanhOperator = operator("aten::tanh");
/** `aten::tanh(Tensor self) -> Tensor` */
export function tanh(self_: Tensor): Tensor {
  return call(tanhOperator, [self_]) as Tensor;
}

const reluOperator = operator("aten::relu");
/** `aten::relu(Tensor self) -> Tensor` */
export function relu(self_: Tensor): Tensor {
  return call(reluOperator, [self_]) as Tensor;
}

const leakyReluOperator = operator("aten::leaky_relu");
/** `aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor` */
export function leakyRelu(self_: Tensor, options: { negativeSlope?: number | boolean | undefined } = {}): Tensor {
  return call(leakyReluOperator, [self_, options.negativeSlope]) as Tensor;
}

const geluOperator = operator("aten::gelu");
/** `aten::gelu(Tensor self, *, str approximate="none") -> Tensor` */
export function gelu(self_: Tensor, options: { approximate?: string | undefined } = {}): Tensor {
  return call(geluOperator, [self_, options.approximate]) as Tensor;
}

const softplusOperator = operator("aten::softplus");
/** `aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor` */
export function softplus(self_: Tensor, options: { beta?: number | boolean | undefined; threshold?: number | boolean | undefined } = {}): Tensor {
  return call(softplusOperator, [self_, options.beta, options.threshold]) as Tensor;
}

const eluOperator = operator("aten::elu");
/** `aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor` */
export function elu(self_: Tensor, options: { alpha?: number | boolean | undefined; scale?: number | boolean | undefined; inputScale?: number | boolean | undefined } = {}): Tensor {
  return call(eluOperator, [self_, options.alpha, options.scale, options.inputScale]) as Tensor;
}

const hardtanhOperator = operator("aten::hardtanh");
/** `aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor` */
export function hardtanh(self_: Tensor, options: { minVal?: number | boolean | undefined; maxVal?: number | boolean | undefined } = {}): Tensor {
  return call(hardtanhOperator, [self_, options.minVal, options.maxVal]) as Tensor;
}

const clampOperator = operator("aten::clamp");
/** `aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor` */
export function clamp(self_: Tensor, options: { min?: number | boolean | null | undefined; max?: number | boolean | null | undefined } = {}): Tensor {
  return call(clampOperator, [self_, options.min, options.max]) as Tensor;
}

const clampMinOperator = operator("aten::clamp_min");
/** `aten::clamp_min(Tensor self, Scalar min) -> Tensor` */
export function clampMin(self_: Tensor, min: number | boolean): Tensor {
  return call(clampMinOperator, [self_, min]) as Tensor;
}

const maximumOperator = operator("aten::maximum");
/** `aten::maximum(Tensor self, Tensor other) -> Tensor` */
export function maximum(self_: Tensor, other: Tensor): Tensor {
  return call(maximumOperator, [self_, other]) as Tensor;
}

const minimumOperator = operator("aten::minimum");
/** `aten::minimum(Tensor self, Tensor other) -> Tensor` */
export function minimum(self_: Tensor, other: Tensor): Tensor {
  return call(minimumOperator, [self_, other]) as Tensor;
}

const digammaOperator = operator("aten::digamma");
/** `aten::digamma(Tensor self) -> Tensor` */
export function digamma(self_: Tensor): Tensor {
  return call(digammaOperator, [self_]) as Tensor;
}

const lgammaOperator = operator("aten::lgamma");
/** `aten::lgamma(Tensor self) -> Tensor` */
export function lgamma(self_: Tensor): Tensor {
  return call(lgammaOperator, [self_]) as Tensor;
}

const standardGammaOperator = operator("aten::_standard_gamma");
/** `aten::_standard_gamma(Tensor self, Generator? generator=None) -> Tensor` */
export function standardGamma(self_: Tensor, options: { generator?: Generator | null | undefined } = {}): Tensor {
  return call(standardGammaOperator, [self_, options.generator]) as Tensor;
}

const erfOperator = operator("aten::erf");
/** `aten::erf(Tensor self) -> Tensor` */
export function erf(self_: Tensor): Tensor {
  return call(erfOperator, [self_]) as Tensor;
}

const floorOperator = operator("aten::floor");
/** `aten::floor(Tensor self) -> Tensor` */
export function floor(self_: Tensor): Tensor {
  return call(floorOperator, [self_]) as Tensor;
}

const isfiniteOperator = operator("aten::isfinite");
/** `aten::isfinite(Tensor self) -> Tensor` */
export function isfinite(self_: Tensor): Tensor {
  return call(isfiniteOperator, [self_]) as Tensor;
}

const isnanOperator = operator("aten::isnan");
/** `aten::isnan(Tensor self) -> Tensor` */
export function isnan(self_: Tensor): Tensor {
  return call(isnanOperator, [self_]) as Tensor;
}

const logicalNotOperator = operator("aten::logical_not");
/** `aten::logical_not(Tensor self) -> Tensor` */
export function logicalNot(self_: Tensor): Tensor {
  return call(logicalNotOperator, [self_]) as Tensor;
}

const gtOperator = operator("aten::gt", "Scalar");
/** `aten::gt.Scalar(Tensor self, Scalar other) -> Tensor` */
export function gt(self_: Tensor, other: number | boolean): Tensor {
  return call(gtOperator, [self_, other]) as Tensor;
}

const geOperator = operator("aten::ge", "Scalar");
/** `aten::ge.Scalar(Tensor self, Scalar other) -> Tensor` */
export function ge(self_: Tensor, other: number | boolean): Tensor {
  return call(geOperator, [self_, other]) as Tensor;
}

const ltOperator = operator("aten::lt", "Scalar");
/** `aten::lt.Scalar(Tensor self, Scalar other) -> Tensor` */
export function lt(self_: Tensor, other: number | boolean): Tensor {
  return call(ltOperator, [self_, other]) as Tensor;
}

const leOperator = operator("aten::le", "Scalar");
/** `aten::le.Scalar(Tensor self, Scalar other) -> Tensor` */
export function le(self_: Tensor, other: number | boolean): Tensor {
  return call(leOperator, [self_, other]) as Tensor;
}

const eqOperator = operator("aten::eq", "Tensor");
/** `aten::eq.Tensor(Tensor self, Tensor other) -> Tensor` */
export function eq(self_: Tensor, other: Tensor): Tensor {
  return call(eqOperator, [self_, other]) as Tensor;
}

const eqScalarOperator = operator("aten::eq", "Scalar");
/** `aten::eq.Scalar(Tensor self, Scalar other) -> Tensor` */
export function eqScalar(self_: Tensor, other: number | boolean): Tensor {
  return call(eqScalarOperator, [self_, other]) as Tensor;
}

const neOperator = operator("aten::ne", "Tensor");
/** `aten::ne.Tensor(Tensor self, Tensor other) -> Tensor` */
export function ne(self_: Tensor, other: Tensor): Tensor {
  return call(neOperator, [self_, other]) as Tensor;
}

const gtTensorOperator = operator("aten::gt", "Tensor");
/** `aten::gt.Tensor(Tensor self, Tensor other) -> Tensor` */
export function gtTensor(self_: Tensor, other: Tensor): Tensor {
  return call(gtTensorOperator, [self_, other]) as Tensor;
}

const add_Operator = operator("aten::add_", "Tensor");
/** `aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
export function add_(self_: Tensor, other: Tensor, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(add_Operator, [self_, other, options.alpha]) as Tensor;
}

const addScalar_Operator = operator("aten::add_", "Scalar");
/** `aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
export function addScalar_(self_: Tensor, other: number | boolean, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(addScalar_Operator, [self_, other, options.alpha]) as Tensor;
}

const sub_Operator = operator("aten::sub_", "Tensor");
/** `aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
export function sub_(self_: Tensor, other: Tensor, options: { alpha?: number | boolean | undefined } = {}): Tensor {
  return call(sub_Operator, [self_, other, options.alpha]) as Tensor;
}

const mul_Operator = operator("aten::mul_", "Tensor");
/** `aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export function mul_(self_: Tensor, other: Tensor): Tensor {
  return call(mul_Operator, [self_, other]) as Tensor;
}

const mulScalar_Operator = operator("aten::mul_", "Scalar");
/** `aten::mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
export function mulScalar_(self_: Tensor, other: number | boolean): Tensor {
  return call(mulScalar_Operator, [self_, other]) as Tensor;
}

const div_Operator = operator("aten::div_", "Tensor");
/** `aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export function div_(self_: Tensor, other: Tensor): Tensor {
  return call(div_Operator, [self_, other]) as Tensor;
}

const zero_Operator = operator("aten::zero_");
/** `aten::zero_(Tensor(a!) self) -> Tensor(a!)` */
export function zero_(self_: Tensor): Tensor {
  return call(zero_Operator, [self_]) as Tensor;
}

const fill_Operator = operator("aten::fill_", "Scalar");
/** `aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)` */
export function fill_(self_: Tensor, value: number | boolean): Tensor {
  return call(fill_Operator, [self_, value]) as Tensor;
}

const clampMin_Operator = operator("aten::clamp_min_");
/** `aten::clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!)` */
export function clampMin_(self_: Tensor, min: number | boolean): Tensor {
  return call(clampMin_Operator, [self_, min]) as Tensor;
}

const addcmul_Operator = operator("aten::addcmul_");
/** `aten::addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
export function addcmul_(self_: Tensor, tensor1: Tensor, tensor2: Tensor, options: { value?: number | boolean | undefined } = {}): Tensor {
  return call(addcmul_Operator, [self_, tensor1, tensor2, options.value]) as Tensor;
}

const addcdiv_Operator = operator("aten::addcdiv_");
/** `aten::addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
export function addcdiv_(self_: Tensor, tensor1: Tensor, tensor2: Tensor, options: { value?: number | boolean | undefined } = {}): Tensor {
  return call(addcdiv_Operator, [self_, tensor1, tensor2, options.value]) as Tensor;
}

const lerp_Operator = operator("aten::lerp_", "Scalar");
/** `aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)` */
export function lerp_(self_: Tensor, end: Tensor, weight: number | boolean): Tensor {
  return call(lerp_Operator, [self_, end, weight]) as Tensor;
}

const lerpOperator = operator("aten::lerp", "Tensor");
/** `aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor` */
export function lerp(self_: Tensor, end: Tensor, weight: Tensor): Tensor {
  return call(lerpOperator, [self_, end, weight]) as Tensor;
}

const sqrt_Operator = operator("aten::sqrt_");
/** `aten::sqrt_(Tensor(a!) self) -> Tensor(a!)` */
export function sqrt_(self_: Tensor): Tensor {
  return call(sqrt_Operator, [self_]) as Tensor;
}

const relu_Operator = operator("aten::relu_");
/** `aten::relu_(Tensor(a!) self) -> Tensor(a!)` */
export function relu_(self_: Tensor): Tensor {
  return call(relu_Operator, [self_]) as Tensor;
}

const sumOperator = operator("aten::sum");
/** `aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor` */
export function sum(self_: Tensor, options: { dtype?: DType | null | undefined } = {}): Tensor {
  return call(sumOperator, [self_, dtypeCode(options.dtype)]) as Tensor;
}

const sumDimOperator = operator("aten::sum", "dim_IntList");
/** `aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
export function sumDim(self_: Tensor, dim: number | readonly number[] | null, options: { keepdim?: boolean | undefined; dtype?: DType | null | undefined } = {}): Tensor {
  return call(sumDimOperator, [self_, dim, options.keepdim, dtypeCode(options.dtype)]) as Tensor;
}

const meanOperator = operator("aten::mean");
/** `aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor` */
export function mean(self_: Tensor, options: { dtype?: DType | null | undefined } = {}): Tensor {
  return call(meanOperator, [self_, dtypeCode(options.dtype)]) as Tensor;
}

const meanDimOperator = operator("aten::mean", "dim");
/** `aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
export function meanDim(self_: Tensor, dim: number | readonly number[] | null, options: { keepdim?: boolean | undefined; dtype?: DType | null | undefined } = {}): Tensor {
  return call(meanDimOperator, [self_, dim, options.keepdim, dtypeCode(options.dtype)]) as Tensor;
}

const varianceOperator = operator("aten::var", "correction");
/** `aten::var.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor` */
export function variance(self_: Tensor, dim: number | readonly number[] | null, correction: number | null, options: { keepdim?: boolean | undefined } = {}): Tensor {
  return call(varianceOperator, [self_, dim, correction, options.keepdim]) as Tensor;
}

const amaxOperator = operator("aten::amax");
/** `aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` */
export function amax(self_: Tensor, options: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined } = {}): Tensor {
  return call(amaxOperator, [self_, options.dim, options.keepdim]) as Tensor;
}

const aminOperator = operator("aten::amin");
/** `aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` */
export function amin(self_: Tensor, options: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined } = {}): Tensor {
  return call(aminOperator, [self_, options.dim, options.keepdim]) as Tensor;
}

const maxOperator = operator("aten::max");
/** `aten::max(Tensor self) -> Tensor` */
export function max(self_: Tensor): Tensor {
  return call(maxOperator, [self_]) as Tensor;
}

const minOperator = operator("aten::min");
/** `aten::min(Tensor self) -> Tensor` */
export function min(self_: Tensor): Tensor {
  return call(minOperator, [self_]) as Tensor;
}

const argmaxOperator = operator("aten::argmax");
/** `aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` */
export function argmax(self_: Tensor, options: { dim?: number | null | undefined; keepdim?: boolean | undefined } = {}): Tensor {
  return call(argmaxOperator, [self_, options.dim, options.keepdim]) as Tensor;
}

const argminOperator = operator("aten::argmin");
/** `aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` */
export function argmin(self_: Tensor, options: { dim?: number | null | undefined; keepdim?: boolean | undefined } = {}): Tensor {
  return call(argminOperator, [self_, options.dim, options.keepdim]) as Tensor;
}

const topkOperator = operator("aten::topk");
/** `aten::topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)` */
export function topk(self_: Tensor, k: number, options: { dim?: number | undefined; largest?: boolean | undefined; sorted?: boolean | undefined } = {}): [Tensor, Tensor] {
  return call(topkOperator, [self_, k, options.dim, options.largest, options.sorted]) as [Tensor, Tensor];
}

const sortOperator = operator("aten::sort");
/** `aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)` */
export function sort(self_: Tensor, options: { dim?: number | undefined; descending?: boolean | undefined } = {}): [Tensor, Tensor] {
  return call(sortOperator, [self_, options.dim, options.descending]) as [Tensor, Tensor];
}

const cumsumOperator = operator("aten::cumsum");
/** `aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
export function cumsum(self_: Tensor, dim: number, options: { dtype?: DType | null | undefined } = {}): Tensor {
  return call(cumsumOperator, [self_, dim, dtypeCode(options.dtype)]) as Tensor;
}

const prodOperator = operator("aten::prod");
/** `aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor` */
export function prod(self_: Tensor, options: { dtype?: DType | null | undefined } = {}): Tensor {
  return call(prodOperator, [self_, dtypeCode(options.dtype)]) as Tensor;
}

const normOperator = operator("aten::norm", "Scalar");
/** `aten::norm.Scalar(Tensor self, Scalar p=2) -> Tensor` */
export function norm(self_: Tensor, options: { p?: number | boolean | undefined } = {}): Tensor {
  return call(normOperator, [self_, options.p]) as Tensor;
}

const normDimOperator = operator("aten::norm", "ScalarOpt_dim");
/** `aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor` */
export function normDim(self_: Tensor, p: number | boolean | null, dim: number | readonly number[], options: { keepdim?: boolean | undefined } = {}): Tensor {
  return call(normDimOperator, [self_, p, dim, options.keepdim]) as Tensor;
}

const logsumexpOperator = operator("aten::logsumexp");
/** `aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
export function logsumexp(self_: Tensor, dim: number | readonly number[], options: { keepdim?: boolean | undefined } = {}): Tensor {
  return call(logsumexpOperator, [self_, dim, options.keepdim]) as Tensor;
}

const softmaxOperator = operator("aten::softmax", "int");
/** `aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
export function softmax(self_: Tensor, dim: number, options: { dtype?: DType | null | undefined } = {}): Tensor {
  return call(softmaxOperator, [self_, dim, dtypeCode(options.dtype)]) as Tensor;
}

const logSoftmaxOperator = operator("aten::log_softmax", "int");
/** `aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
export function logSoftmax(self_: Tensor, dim: number, options: { dtype?: DType | null | undefined } = {}): Tensor {
  return call(logSoftmaxOperator, [self_, dim, dtypeCode(options.dtype)]) as Tensor;
}

const allOperator = operator("aten::all");
/** `aten::all(Tensor self) -> Tensor` */
export function all(self_: Tensor): Tensor {
  return call(allOperator, [self_]) as Tensor;
}

const anyOperator = operator("aten::any");
/** `aten::any(Tensor self) -> Tensor` */
export function any(self_: Tensor): Tensor {
  return call(anyOperator, [self_]) as Tensor;
}

const mmOperator = operator("aten::mm");
/** `aten::mm(Tensor self, Tensor mat2) -> Tensor` */
export function mm(self_: Tensor, mat2: Tensor): Tensor {
  return call(mmOperator, [self_, mat2]) as Tensor;
}

const matmulOperator = operator("aten::matmul");
/** `aten::matmul(Tensor self, Tensor other) -> Tensor` */
export function matmul(self_: Tensor, other: Tensor): Tensor {
  return call(matmulOperator, [self_, other]) as Tensor;
}

const bmmOperator = operator("aten::bmm");
/** `aten::bmm(Tensor self, Tensor mat2) -> Tensor` */
export function bmm(self_: Tensor, mat2: Tensor): Tensor {
  return call(bmmOperator, [self_, mat2]) as Tensor;
}

const addmmOperator = operator("aten::addmm");
/** `aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
export function addmm(self_: Tensor, mat1: Tensor, mat2: Tensor, options: { beta?: number | boolean | undefined; alpha?: number | boolean | undefined } = {}): Tensor {
  return call(addmmOperator, [self_, mat1, mat2, options.beta, options.alpha]) as Tensor;
}

const linearOperator = operator("aten::linear");
/** `aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor` */
export function linear(input: Tensor, weight: Tensor, options: { bias?: Tensor | null | undefined } = {}): Tensor {
  return call(linearOperator, [input, weight, options.bias]) as Tensor;
}

const dotOperator = operator("aten::dot");
/** `aten::dot(Tensor self, Tensor tensor) -> Tensor` */
export function dot(self_: Tensor, tensor: Tensor): Tensor {
  return call(dotOperator, [self_, tensor]) as Tensor;
}

const outerOperator = operator("aten::outer");
/** `aten::outer(Tensor self, Tensor vec2) -> Tensor` */
export function outer(self_: Tensor, vec2: Tensor): Tensor {
  return call(outerOperator, [self_, vec2]) as Tensor;
}

const einsumOperator = operator("aten::einsum");
/** `aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor` */
export function einsum(equation: string, tensors: readonly Tensor[], options: { path?: readonly number[] | null | undefined } = {}): Tensor {
  return call(einsumOperator, [equation, tensors, options.path]) as Tensor;
}

const slogdetOperator = operator("aten::linalg_slogdet");
/** `aten::linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)` */
export function slogdet(A: Tensor): [Tensor, Tensor] {
  return call(slogdetOperator, [A]) as [Tensor, Tensor];
}

const eigvalshOperator = operator("aten::linalg_eigvalsh");
/** `aten::linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor` */
export function eigvalsh(self_: Tensor, options: { UPLO?: string | undefined } = {}): Tensor {
  return call(eigvalshOperator, [self_, options.UPLO]) as Tensor;
}

const corrcoefOperator = operator("aten::corrcoef");
/** `aten::corrcoef(Tensor self) -> Tensor` */
export function corrcoef(self_: Tensor): Tensor {
  return call(corrcoefOperator, [self_]) as Tensor;
}

const svdvalsOperator = operator("aten::linalg_svdvals");
/** `aten::linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor` */
export function svdvals(A: Tensor, options: { driver?: string | null | undefined } = {}): Tensor {
  return call(svdvalsOperator, [A, options.driver]) as Tensor;
}

const solveOperator = operator("aten::linalg_solve");
/** `aten::linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor` */
export function solve(A: Tensor, B: Tensor, options: { left?: boolean | undefined } = {}): Tensor {
  return call(solveOperator, [A, B, options.left]) as Tensor;
}

const choleskyOperator = operator("aten::linalg_cholesky");
/** `aten::linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor` */
export function cholesky(self_: Tensor, options: { upper?: boolean | undefined } = {}): Tensor {
  return call(choleskyOperator, [self_, options.upper]) as Tensor;
}

const solveTriangularOperator = operator("aten::linalg_solve_triangular");
/** `aten::linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor` */
export function solveTriangular(self_: Tensor, B: Tensor, upper: boolean, options: { left?: boolean | undefined; unitriangular?: boolean | undefined } = {}): Tensor {
  return call(solveTriangularOperator, [self_, B, upper, options.left, options.unitriangular]) as Tensor;
}

const conv2dOperator = operator("aten::conv2d");
/** `aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor` */
export function conv2d(input: Tensor, weight: Tensor, options: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined } = {}): Tensor {
  return call(conv2dOperator, [input, weight, options.bias, options.stride, options.padding, options.dilation, options.groups]) as Tensor;
}

const maxPool2dOperator = operator("aten::max_pool2d");
/** `aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
export function maxPool2d(self_: Tensor, kernelSize: number | readonly number[], options: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined } = {}): Tensor {
  return call(maxPool2dOperator, [self_, kernelSize, options.stride, options.padding, options.dilation, options.ceilMode]) as Tensor;
}

const maxPool2dWithIndicesOperator = operator("aten::max_pool2d_with_indices");
/** `aten::max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)` */
export function maxPool2dWithIndices(self_: Tensor, kernelSize: number | readonly number[], options: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined } = {}): [Tensor, Tensor] {
  return call(maxPool2dWithIndicesOperator, [self_, kernelSize, options.stride, options.padding, options.dilation, options.ceilMode]) as [Tensor, Tensor];
}

const avgPool2dOperator = operator("aten::avg_pool2d");
/** `aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor` */
export function avgPool2d(self_: Tensor, kernelSize: number | readonly number[], options: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined } = {}): Tensor {
  return call(avgPool2dOperator, [self_, kernelSize, options.stride, options.padding, options.ceilMode, options.countIncludePad, options.divisorOverride]) as Tensor;
}

const adaptiveAvgPool2dOperator = operator("aten::adaptive_avg_pool2d");
/** `aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor` */
export function adaptiveAvgPool2d(self_: Tensor, outputSize: number | readonly number[]): Tensor {
  return call(adaptiveAvgPool2dOperator, [self_, outputSize]) as Tensor;
}

const upsampleBilinear2dOperator = operator("aten::upsample_bilinear2d");
/** `aten::upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor` */
export function upsampleBilinear2d(self_: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options: { scalesH?: number | null | undefined; scalesW?: number | null | undefined } = {}): Tensor {
  return call(upsampleBilinear2dOperator, [self_, outputSize, alignCorners, options.scalesH, options.scalesW]) as Tensor;
}

const batchNormOperator = operator("aten::batch_norm");
/** `aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor` */
export function batchNorm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor {
  return call(batchNormOperator, [input, weight, bias, runningMean, runningVar, training, momentum, eps, cudnnEnabled]) as Tensor;
}

const dropoutOperator = operator("aten::dropout");
/** `aten::dropout(Tensor input, float p, bool train) -> Tensor` */
export function dropout(input: Tensor, p: number, train: boolean): Tensor {
  return call(dropoutOperator, [input, p, train]) as Tensor;
}

const crossEntropyLossOperator = operator("aten::cross_entropy_loss");
/** `aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100, float label_smoothing=0.) -> Tensor` */
export function crossEntropyLoss(self_: Tensor, target: Tensor, options: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined } = {}): Tensor {
  return call(crossEntropyLossOperator, [self_, target, options.weight, options.reduction, options.ignoreIndex, options.labelSmoothing]) as Tensor;
}

const nllLossOperator = operator("aten::nll_loss");
/** `aten::nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100) -> Tensor` */
export function nllLoss(self_: Tensor, target: Tensor, options: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined } = {}): Tensor {
  return call(nllLossOperator, [self_, target, options.weight, options.reduction, options.ignoreIndex]) as Tensor;
}

const mseLossOperator = operator("aten::mse_loss");
/** `aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
export function mseLoss(self_: Tensor, target: Tensor, options: { reduction?: number | undefined } = {}): Tensor {
  return call(mseLossOperator, [self_, target, options.reduction]) as Tensor;
}

const oneHotOperator = operator("aten::one_hot");
/** `aten::one_hot(Tensor self, int num_classes=-1) -> Tensor` */
export function oneHot(self_: Tensor, options: { numClasses?: number | undefined } = {}): Tensor {
  return call(oneHotOperator, [self_, options.numClasses]) as Tensor;
}
