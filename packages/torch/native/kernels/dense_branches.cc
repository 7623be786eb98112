// archwright::dense_branches: the dense 3×3 convolutions that leave one feature map of a supernet, with the ReLU they
// share, and their gradients. Stride 1, padding 1, channels multiples of 16; fp32, channels-last, train mode.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
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
#include "winograd.h"

namespace archwright {
namespace {

constexpr const char* kName = "archwright::dense_branches";

#define ARCHWRIGHT_KERNEL "dense_branches.inl"
#include "each_isa.inl"

void check(const at::Tensor& x, at::TensorList weights) {
  check_channels_last(x, kName, "x");
  TORCH_CHECK(x.numel() > 0 && x.size(1) % 16 == 0, kName, ": x must have a multiple of 16 channels, has shape ",
              x.sizes());
  for (const at::Tensor& weight : weights) {
    check_weight(weight, kName, "weights");
    TORCH_CHECK(weight.size(0) > 0 && weight.size(0) % 16 == 0 &&
                    weight.sizes() == at::IntArrayRef({weight.size(0), x.size(1), 3, 3}),
                kName, ": weights must have shape [multiple of 16,", x.size(1), ",3,3], one has ", weight.sizes());
    TORCH_CHECK(weight.size(0) == weights[0].size(0), kName, ": weights must have equally many outputs");
  }
}

// The weights of a convolution, and of the one that takes its output's gradient to its input's: turned around, inputs
// and outputs exchanged.
WinogradWeight forward_weight(const at::Tensor& w) {
  return {w.data_ptr<float>(), w.stride(0), w.stride(1), w.stride(2), w.stride(3)};
}

WinogradWeight backward_weight(const at::Tensor& w) {
  return {w.data_ptr<float>() + 2 * w.stride(2) + 2 * w.stride(3), w.stride(1), w.stride(0), -w.stride(2), -w.stride(3)};
}

WinogradShape shape_of(const at::Tensor& x, int64_t in_channels, int64_t out_channels) {
  return {x.size(2), x.size(3), in_channels, out_channels, block_tiles(in_channels)};
}

int64_t tiles_of(const WinogradShape& s) { return ((s.height + 3) / 4) * ((s.width + 3) / 4); }

AlignedFloats transformed_of(const WinogradShape& s) { return AlignedFloats(kTilePositions * (s.block * s.in_channels + 16)); }
AlignedFloats product_of(const WinogradShape& s) { return AlignedFloats(kTilePositions * (s.block * 64 + 16)); }

// Outputs and, after them, their moments.
variable_list forward(const at::Tensor& x, const at::Tensor& active, at::TensorList weights) {
  const int64_t samples = x.size(0), outputs = weights[0].size(0), plane = x.size(2) * x.size(3);
  const WinogradShape s = shape_of(x, x.size(1), outputs);
  variable_list results;
  std::vector<SampleMoments> moments;
  std::vector<AlignedFloats> packed;
  std::vector<const float*> kernels;
  std::vector<float*> to;
  for (const at::Tensor& weight : weights) {
    results.push_back(at::empty({samples, outputs, s.height, s.width}, x.options(), at::MemoryFormat::ChannelsLast));
    to.push_back(results.back().data_ptr<float>());
    moments.emplace_back(samples, outputs, plane);
    packed.emplace_back(kTilePositions * s.in_channels * outputs);
    kernels.push_back(packed.back().data());
    ARCHWRIGHT_BEST(pack_winograd)
    (forward_weight(weight), outputs, 0, s.in_channels, 0, s.in_channels, packed.back().data());
  }
  const int64_t tiles = tiles_of(s);
  const WinogradTerm input{active.data_ptr<float>(), s.in_channels};
  for_each_chunk(samples, [&](int64_t, int64_t first, int64_t last) {
    const AlignedFloats transformed = transformed_of(s), product = product_of(s);
    for (int64_t t = first * tiles; t < last * tiles; t += s.block)
      ARCHWRIGHT_BEST(dense_tiles)
      (input, s, static_cast<int64_t>(to.size()), kernels.data(), to.data(), t, std::min(t + s.block, last * tiles),
       transformed.data(), product.data());
    for (size_t i = 0; i < to.size(); ++i)
      for (int64_t n = first; n < last; ++n)
        ARCHWRIGHT_BEST(sample_moments)(to[i] + n * plane * outputs, plane, outputs, moments[i].of(n));
  });
  for (const SampleMoments& own : moments) results.push_back(own.combined());
  return results;
}

// The gradient of x from those of the outputs; at least one of them is defined.
at::Tensor input_gradient(const at::Tensor& x, const at::Tensor& active, at::TensorList weights,
                          const variable_list& gradients) {
  std::vector<WinogradTerm> terms;
  std::vector<WinogradWeight> kernels;
  const int64_t outputs = weights[0].size(0);
  for (size_t i = 0; i < weights.size(); ++i) {
    if (!gradients[i].defined()) continue;
    terms.push_back({gradients[i].data_ptr<float>(), outputs});
    kernels.push_back(backward_weight(weights[i]));
  }
  const int64_t count = static_cast<int64_t>(terms.size()), samples = x.size(0);
  const WinogradShape s = shape_of(x, count * outputs, x.size(1));
  const AlignedFloats packed(kTilePositions * s.in_channels * s.out_channels);
  for (int64_t i = 0; i < count; ++i)
    ARCHWRIGHT_BEST(pack_winograd)(kernels[i], s.out_channels, i * outputs, s.in_channels, 0, outputs, packed.data());
  at::Tensor result = at::empty_like(x);
  float* to = result.data_ptr<float>();
  const int64_t tiles = tiles_of(s), size = s.height * s.width * s.out_channels;
  for_each_chunk(samples, [&](int64_t, int64_t first, int64_t last) {
    const AlignedFloats transformed = transformed_of(s), product = product_of(s);
    for (int64_t t = first * tiles; t < last * tiles; t += s.block)
      ARCHWRIGHT_BEST(sum_tiles)
      (terms.data(), count, s, packed.data(), t, std::min(t + s.block, last * tiles), transformed.data(), product.data(),
       to);
    ARCHWRIGHT_BEST(mask_range)(active.data_ptr<float>(), first * size, last * size, to);
  });
  return result;
}

// A copy of sample n of a channels-last tensor into the inside of [height + 2][width + 2][channels].
void copy_bordered(const at::Tensor& x, int64_t n, float* to) {
  const int64_t height = x.size(2), row = x.size(3) * x.size(1), step = row + 2 * x.size(1);
  const float* from = x.data_ptr<float>() + n * height * row;
  for (int64_t y = 0; y < height; ++y) std::copy_n(from + y * row, row, to + (y + 1) * step + x.size(1));
}

AlignedFloats bordered_zeros(const at::Tensor& x) {
  const int64_t size = (x.size(2) + 2) * (x.size(3) + 2) * x.size(1);
  AlignedFloats result(size);
  std::memset(result.data(), 0, size * sizeof(float));
  return result;
}

// The gradients of the weights, undefined where that of the output is.
variable_list weight_gradients(const at::Tensor& active, at::TensorList weights, const variable_list& gradients) {
  const int64_t samples = active.size(0), inputs = active.size(1), outputs = weights[0].size(0), size = 9 * outputs * inputs,
                count = static_cast<int64_t>(weights.size());
  std::vector<float> sums(chunk_count(samples) * count * size, 0);  // [chunk][weight][3 · 3][outputs][inputs]
  for_each_chunk(samples, [&](int64_t chunk, int64_t first, int64_t last) {
    const AlignedFloats in = bordered_zeros(active), out((active.size(2) + 2) * (active.size(3) + 2) * outputs);
    std::memset(out.data(), 0, (active.size(2) + 2) * (active.size(3) + 2) * outputs * sizeof(float));
    for (int64_t n = first; n < last; ++n) {
      copy_bordered(active, n, in.data());
      for (int64_t i = 0; i < count; ++i) {
        if (!gradients[i].defined()) continue;
        copy_bordered(gradients[i], n, out.data());
        ARCHWRIGHT_BEST(weight_products)
        (active.size(2), active.size(3), inputs, outputs, in.data(), out.data(), sums.data() + (chunk * count + i) * size);
      }
    }
  });
  for (int64_t chunk = 1; chunk < chunk_count(samples); ++chunk)
    for (int64_t i = 0; i < count * size; ++i) sums[i] += sums[chunk * count * size + i];
  variable_list result;
  for (int64_t i = 0; i < count; ++i) {
    result.emplace_back();
    if (!gradients[i].defined()) continue;
    at::Tensor weight = at::empty({3, 3, outputs, inputs}, active.options());
    std::copy_n(sums.data() + i * size, size, weight.data_ptr<float>());
    result.back() = weight.permute({2, 3, 0, 1}).contiguous();
  }
  return result;
}

struct Function : torch::autograd::Function<Function> {
  // `inputs`: x, then the weights.
  static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs) {
    check(inputs[0], inputs.slice(1));
    const at::Tensor active = at::relu(inputs[0]);
    context->set_materialize_grads(false);
    context->save_for_backward(inputs.vec());
    context->saved_data["active"] = active;
    variable_list results = archwright::forward(inputs[0], active, inputs.slice(1));
    context->mark_non_differentiable({results.begin() + static_cast<std::ptrdiff_t>(inputs.size()) - 1, results.end()});
    return results;
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& given) {
    const variable_list inputs = context->get_saved_variables();
    const size_t count = inputs.size() - 1;
    if (at::GradMode::is_enabled()) {
      const auto again = [](const variable_list& all) {
        const at::Tensor active = at::relu(all[0]);
        variable_list outputs;
        for (size_t i = 1; i < all.size(); ++i) outputs.push_back(at::conv2d(active, all[i], {}, 1, 1));
        return outputs;
      };
      return differentiable_gradients(again, inputs, given);
    }
    variable_list result(inputs.size()), gradients;
    bool any = false, want_weights = false;
    for (size_t i = 0; i < count; ++i) {
      any |= given[i].defined();
      want_weights |= context->needs_input_grad(1 + i);
      gradients.push_back(given[i].defined() ? given[i].contiguous(at::MemoryFormat::ChannelsLast) : at::Tensor());
    }
    if (!any) return result;
    const at::Tensor active = context->saved_data["active"].toTensor();
    const at::TensorList weights = at::TensorList(inputs).slice(1);
    if (context->needs_input_grad(0)) result[0] = input_gradient(inputs[0], active, weights, gradients);
    if (want_weights) {
      const variable_list found = weight_gradients(active, weights, gradients);
      std::copy(found.begin(), found.end(), result.begin() + 1);
    }
    return result;
  }
};

std::tuple<std::vector<at::Tensor>, std::vector<at::Tensor>> dense_branches(const at::Tensor& x, at::TensorList weights) {
  TORCH_CHECK(!weights.empty(), kName, ": weights must not be empty");
  variable_list inputs{x.contiguous(at::MemoryFormat::ChannelsLast)};
  inputs.insert(inputs.end(), weights.begin(), weights.end());
  const variable_list results = Function::apply(at::TensorList(inputs));
  const auto middle = results.begin() + static_cast<std::ptrdiff_t>(weights.size());
  return {{results.begin(), middle}, {middle, results.end()}};
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def("dense_branches(Tensor x, Tensor[] weights) -> (Tensor[] outputs, Tensor[] moments)");
}

TORCH_LIBRARY_IMPL(archwright, AutogradCPU, m) { m.impl("dense_branches", &dense_branches); }

}  // namespace
}  // namespace archwright
