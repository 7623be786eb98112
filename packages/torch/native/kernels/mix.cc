// archwright::mix: the identities and 3x3 average pools that flow into a node, in one pass over memory. Pooling is linear, so
// the pools of all inputs are one pool of their weighted sum.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "checks.h"
#include "isa.h"

namespace archwright {
namespace {

struct MixShape {
  int64_t height, width, channels;
  bool pooled;
};

#define ARCHWRIGHT_KERNEL "mix.inl"
#include "each_isa.inl"

// Σ identity[t] · inputs[t] + Σ average[t] · avg_pool3x3(inputs[t]), stride 1, padding 1, padded cells not counted.
// inputs [B, C, H, W] channels-last, all of one shape; so is the result.
at::Tensor mix(const std::vector<at::Tensor>& inputs, const std::vector<double>& identity, const std::vector<double>& average) {
  const char* op = "archwright::mix";
  TORCH_CHECK(!inputs.empty(), op, ": inputs must not be empty");
  TORCH_CHECK(inputs.size() == identity.size() && inputs.size() == average.size(), op, ": there are ", inputs.size(),
              " inputs, ", identity.size(), " identity weights and ", average.size(), " average weights");
  std::vector<const float*> from;
  for (const at::Tensor& input : inputs) {
    check_channels_last(input, op, "inputs");
    TORCH_CHECK(input.sizes() == inputs[0].sizes(), op, ": inputs must have one shape, have ", inputs[0].sizes(), " and ",
                input.sizes());
    from.push_back(input.data_ptr<float>());
  }
  const at::Tensor& first_input = inputs[0];
  const std::vector<float> own(identity.begin(), identity.end()), pooled(average.begin(), average.end());
  const bool any = std::any_of(pooled.begin(), pooled.end(), [](float weight) { return weight != 0; });
  const MixShape shape{first_input.size(2), first_input.size(3), first_input.size(1), any};
  at::Tensor out = at::empty(first_input.sizes(), first_input.options(), at::MemoryFormat::ChannelsLast);
  float* to = out.data_ptr<float>();
  const auto kernel = ARCHWRIGHT_BEST(mix_rows);
  at::parallel_for(0, first_input.size(0) * shape.height, 64, [&](int64_t first, int64_t last) {
    std::vector<float> scratch(3 * shape.width * shape.channels);
    kernel(shape, from.data(), own.data(), pooled.data(), static_cast<int64_t>(from.size()), to, scratch.data(), first, last);
  });
  return out;
}

TORCH_LIBRARY_FRAGMENT(archwright, m) { m.def("mix(Tensor[] inputs, float[] identity, float[] average) -> Tensor"); }

TORCH_LIBRARY_IMPL(archwright, CPU, m) {
  m.impl("mix", [](at::TensorList inputs, at::ArrayRef<double> identity, at::ArrayRef<double> average) {
    return mix(inputs.vec(), identity.vec(), average.vec());
  });
}

}  // namespace
}  // namespace archwright
