// What the operators of this folder that have a derivative share: gradients that can be differentiated again.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <functional>
#include <vector>

namespace archwright {

using torch::autograd::variable_list;

// Gradients of `forward(inputs)`, weighted by `gradients`, as a recorded computation: `forward` runs again in the
// library's own operators. For backward passes that are themselves to be differentiated, where our kernels have no
// derivative. Undefined where an output's gradient is undefined or an input takes no part.
inline variable_list differentiable_gradients(const std::function<variable_list(const variable_list&)>& forward,
                                              const variable_list& inputs, const variable_list& gradients) {
  // Fresh views, so that an input that was computed from another one (a branch of the node beside it) is not followed
  // back to it: each gets its own, partial gradient.
  variable_list own;
  for (const at::Tensor& input : inputs)
    own.push_back(input.defined() && input.requires_grad() ? input.view_as(input) : input);
  variable_list wanted, outputs, weights;
  for (const at::Tensor& input : own)
    if (input.defined() && input.requires_grad()) wanted.push_back(input);
  const variable_list all = forward(own);
  for (size_t i = 0; i < all.size(); ++i) {
    if (!gradients[i].defined()) continue;
    outputs.push_back(all[i]);
    weights.push_back(gradients[i]);
  }
  variable_list found;
  if (!outputs.empty() && !wanted.empty())
    found = torch::autograd::grad(outputs, wanted, weights, /*retain_graph=*/true, /*create_graph=*/true,
                                  /*allow_unused=*/true);
  variable_list result(inputs.size());
  size_t next = 0;
  if (!found.empty())
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].defined() && inputs[i].requires_grad()) result[i] = found[next++];
  return result;
}

// (x − mean) / √(variance + ε) by the minibatch's own statistics.
constexpr double kEpsilon = 1e-5;

inline at::Tensor normalized(const at::Tensor& x) {
  return std::get<0>(at::native_batch_norm(x, {}, {}, {}, {}, /*training=*/true, /*momentum=*/0, kEpsilon));
}

}  // namespace archwright
