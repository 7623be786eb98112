// Automatic differentiation: gradients of any order, and the switch that turns recording off.
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "handles.h"
#include "modules.h"

namespace archwright {
namespace {

std::vector<at::Tensor> toTensors(napi_env env, napi_value array, const char* argument, bool nullable = false) {
  std::vector<at::Tensor> tensors;
  const uint32_t length = arrayLength(env, array, argument);
  tensors.reserve(length);
  for (uint32_t i = 0; i < length; i++) {
    const napi_value value = element(env, array, i);
    if (nullable && isNullish(env, value)) {
      tensors.emplace_back();
      continue;
    }
    const std::string what = std::string("grad: argument '") + argument + "': element " + std::to_string(i);
    tensors.push_back(unwrapTensor(env, value, what.c_str()));
  }
  return tensors;
}

/// grad(outputs, inputs, gradOutputs | null, retainGraph, createGraph, allowUnused) -> gradients (null where unused)
napi_value grad(napi_env env, napi_callback_info info) {
  Arguments<6> args(env, info);
  const auto outputs = toTensors(env, args[0], "outputs");
  const auto inputs = toTensors(env, args[1], "inputs");
  std::vector<at::Tensor> weights;
  if (!isNullish(env, args[2])) weights = toTensors(env, args[2], "gradOutputs", true);
  const auto gradients =
      torch::autograd::grad(outputs, inputs, weights, toBool(env, args[3], "retainGraph"),
                            toBool(env, args[4], "createGraph"), toBool(env, args[5], "allowUnused"));
  napi_value array;
  check(napi_create_array_with_length(env, gradients.size(), &array), "gradients");
  for (size_t i = 0; i < gradients.size(); i++)
    check(napi_set_element(env, array, i, wrapTensor(env, gradients[i])), "gradient");
  return array;
}

napi_value setGradEnabled(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  const bool previous = at::GradMode::is_enabled();
  at::GradMode::set_enabled(toBool(env, args[0], "enabled"));
  return fromBool(env, previous);
}

napi_value requiresGrad(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return fromBool(env, unwrapTensor(env, args[0], "tensor").requires_grad());
}

napi_value setRequiresGrad(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  const auto& tensor = unwrapTensor(env, args[0], "tensor");
  const bool wanted = toBool(env, args[1], "requiresGrad");
  tensor.set_requires_grad(wanted);
  if (tensor.requires_grad() != wanted)
    throw ArgumentError("requiresGrad: argument 'self' is the result of a recorded operation; use detach");
  return undefined(env);
}

}  // namespace

void defineAutograd(napi_env env, napi_value exports) {
  define(env, exports, "grad", callback<grad>);
  define(env, exports, "setGradEnabled", callback<setGradEnabled>);
  define(env, exports, "requiresGrad", callback<requiresGrad>);
  define(env, exports, "setRequiresGrad", callback<setRequiresGrad>);
}

}  // namespace archwright
