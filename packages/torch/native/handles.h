// Native objects as JavaScript sees them: opaque handles to tensors and generators.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/Generator.h>

#include "node.h"

namespace archwright {

/// Wraps a tensor; an undefined tensor becomes `null`. Reports its bytes to the garbage collector.
napi_value wrapTensor(napi_env env, at::Tensor tensor);

/// The tensor behind a handle. Throws ArgumentError naming `what` for anything else and for a freed tensor.
const at::Tensor& unwrapTensor(napi_env env, napi_value value, const char* what);

/// The tensor behind a handle, or an undefined tensor for anything else. Does not throw.
at::Tensor tensorOrUndefined(napi_env env, napi_value value);

napi_value wrapGenerator(napi_env env, at::Generator generator);
const at::Generator& unwrapGenerator(napi_env env, napi_value value, const char* what);

void defineHandles(napi_env env, napi_value exports);

}  // namespace archwright
