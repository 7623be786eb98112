// archwright::pool_branch: 3x3 pooling (padding 1, stride 1 or 2) with the moments of its result, and its gradient; for
// the pools that leave a feature map of a supernet in train mode. fp32, channels-last.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <cstdint>
#include <cstring>
#include <tuple>
#include <vector>

#include "aligned.h"
#include "checks.h"
#include "chunks.h"
#include "differentiable.h"
#include "isa.h"
#include "moments.h"

namespace archwright {
namespace {

constexpr const char* kName = "archwright::pool_branch";

struct PoolBranchShape {
  int64_t channels, height, width, stride, out_height, out_width;
};

#define ARCHWRIGHT_KERNEL "pool_branch.inl"
#include "each_isa.inl"

PoolBranchShape shape_of(const at::Tensor& x, int64_t stride) {
  return {x.size(1), x.size(2), x.size(3), stride, (x.size(2) + stride - 1) / stride, (x.size(3) + stride - 1) / stride};
}

// The pool, its moments and, for a maximum, where each came from: int8 [pixels of the result · channels].
std::tuple<at::Tensor, at::Tensor, at::Tensor> forward(const at::Tensor& x, bool average, int64_t stride) {
  check_channels_last(x, kName, "x");
  TORCH_CHECK(stride == 1 || stride == 2, kName, ": stride must be 1 or 2, is ", stride);
  TORCH_CHECK(x.numel() > 0, kName, ": x must not be empty, has shape ", x.sizes());
  const PoolBranchShape s = shape_of(x, stride);
  const int64_t samples = x.size(0), in = s.height * s.width * s.channels, out = s.out_height * s.out_width * s.channels;
  at::Tensor result =
      at::empty({samples, s.channels, s.out_height, s.out_width}, x.options(), at::MemoryFormat::ChannelsLast);
  at::Tensor chosen = at::empty({average ? 0 : samples * out}, x.options().dtype(at::kChar));
  SampleMoments moments(samples, s.channels, s.out_height * s.out_width);
  const auto kernel = average ? ARCHWRIGHT_BEST(average_sample) : ARCHWRIGHT_BEST(maximum_sample);
  const float* from = x.data_ptr<float>();
  float* to = result.data_ptr<float>();
  int8_t* places = chosen.data_ptr<int8_t>();
  for_each_chunk(samples, [&](int64_t, int64_t first, int64_t last) {
    const AlignedFloats scratch(s.channels);
    for (int64_t n = first; n < last; ++n)
      kernel(s, from + n * in, to + n * out, average ? nullptr : places + n * out, scratch.data(), moments.of(n));
  });
  return {result, moments.combined(), chosen};
}

at::Tensor backward(at::IntArrayRef sizes, bool average, int64_t stride, const at::Tensor& chosen,
                    const at::Tensor& gradient) {
  const at::Tensor g = gradient.contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor result = at::empty(sizes, g.options(), at::MemoryFormat::ChannelsLast);
  const PoolBranchShape s = shape_of(result, stride);
  const int64_t in = s.height * s.width * s.channels, out = s.out_height * s.out_width * s.channels;
  const auto kernel = average ? ARCHWRIGHT_BEST(average_gradient) : ARCHWRIGHT_BEST(maximum_gradient);
  const float* from = g.data_ptr<float>();
  float* to = result.data_ptr<float>();
  const int8_t* places = chosen.data_ptr<int8_t>();
  for_each_chunk(sizes[0], [&](int64_t, int64_t first, int64_t last) {
    for (int64_t n = first; n < last; ++n) {
      std::memset(to + n * in, 0, in * sizeof(float));
      kernel(s, from + n * out, average ? nullptr : places + n * out, to + n * in);
    }
  });
  return result;
}

at::Tensor composite(const at::Tensor& x, bool average, int64_t stride) {
  return average ? at::avg_pool2d(x, 3, stride, 1, /*ceil_mode=*/false, /*count_include_pad=*/false)
                 : at::max_pool2d(x, 3, stride, 1);
}

struct Function : torch::autograd::Function<Function> {
  static variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& x, bool average,
                               int64_t stride) {
    auto [result, moments, chosen] = archwright::forward(x, average, stride);
    context->set_materialize_grads(false);
    context->save_for_backward({x});
    context->saved_data["chosen"] = chosen;
    context->saved_data["average"] = average;
    context->saved_data["stride"] = stride;
    context->mark_non_differentiable({moments});
    return {result, moments};
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& gradients) {
    if (!gradients[0].defined()) return {at::Tensor(), at::Tensor(), at::Tensor()};
    const at::Tensor x = context->get_saved_variables()[0];
    const bool average = context->saved_data["average"].toBool();
    const int64_t stride = context->saved_data["stride"].toInt();
    if (at::GradMode::is_enabled()) {
      const auto again = [&](const variable_list& given) -> variable_list { return {composite(given[0], average, stride)}; };
      return {differentiable_gradients(again, {x}, {gradients[0]})[0], at::Tensor(), at::Tensor()};
    }
    const at::Tensor chosen = context->saved_data["chosen"].toTensor();
    return {archwright::backward(x.sizes(), average, stride, chosen, gradients[0]), at::Tensor(), at::Tensor()};
  }
};

std::tuple<at::Tensor, at::Tensor> pool_branch(const at::Tensor& x, bool average, int64_t stride) {
  const variable_list results = Function::apply(x.contiguous(at::MemoryFormat::ChannelsLast), average, stride);
  return {results[0], results[1]};
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def("pool_branch(Tensor x, bool average, int stride) -> (Tensor output, Tensor moments)");
}

TORCH_LIBRARY_IMPL(archwright, AutogradCPU, m) { m.impl("pool_branch", &pool_branch); }

}  // namespace
}  // namespace archwright
