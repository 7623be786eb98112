/** libtorch for Node: tensors, autograd, memory scopes, seeded generators, devices, optimizers. Knows nothing of NAS. */
export * from "./autograd.ts";
export { call, type MemoryFormat, type Operator, operator, operatorNames, schemaOf } from "./dispatch.ts";
export type { DType, TypedArray } from "./dtype.ts";
export { TorchError, type TorchErrorCode } from "./errors.ts";
export { Generator } from "./generator.ts";
export * from "./kernels.ts";
export { buffer, Module, parameter } from "./module.ts";
export * from "./operators.generated.ts";
export * as foreach from "./optim/foreach.ts";
export * from "./optim/index.ts";
export * from "./runtime.ts";
export * from "./safetensors.ts";
export { detachFromScope, scope } from "./scope.ts";
export { liveTensors, Tensor, tensor } from "./tensor.ts";
