// archwright::conv3x3_sum_: the sum of dense 3×3 convolutions (stride 1, padding 1) that one node of a NAS-Bench-201
// supernet needs, forward only, fp32, channels-last.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "aligned.h"
#include "checks.h"
#include "isa.h"
#include "winograd.h"

namespace archwright {
namespace {

#define ARCHWRIGHT_KERNEL "winograd.inl"
#include "each_isa.inl"

void check_term(const at::Tensor& out, const at::Tensor& input, const at::Tensor& weight) {
  const char* op = "archwright::conv3x3_sum_";
  check_channels_last(input, op, "inputs");
  check_weight(weight, op, "weights");
  TORCH_CHECK(input.size(0) == out.size(0) && input.size(2) == out.size(2) && input.size(3) == out.size(3), op,
              ": inputs must have the batch, height and width of out ", out.sizes(), ", one has shape ", input.sizes());
  TORCH_CHECK(input.size(1) > 0 && input.size(1) % 16 == 0, op,
              ": inputs must have a multiple of 16 channels, one has ", input.size(1));
  TORCH_CHECK(weight.sizes() == at::IntArrayRef({out.size(1), input.size(1), 3, 3}), op, ": weights must have shape [",
              out.size(1), ",", input.size(1), ",3,3], one has ", weight.sizes());
  check_no_overlap(out, input, op, "inputs");
}

// out[b,:,y,x] += sum over t of (weights_t * inputs_t)[b,:,y,x].
//   out [B,Cout,H,W] and inputs[t] [B,C,H,W]: float32, channels-last, channels multiples of 16; weights[t]
//   [Cout,C,3,3].
at::Tensor& conv3x3_sum_(at::Tensor& out, at::TensorList inputs, at::TensorList weights) {
  const char* op = "archwright::conv3x3_sum_";
  check_channels_last(out, op, "out");
  TORCH_CHECK(out.size(1) > 0 && out.size(1) % 16 == 0, op, ": out must have a multiple of 16 channels, has ",
              out.size(1));
  TORCH_CHECK(inputs.size() == weights.size(), op, ": inputs and weights must be equally long, are ", inputs.size(),
              " and ", weights.size());
  WinogradShape shape{out.size(2), out.size(3), 0, out.size(1), 0};
  std::vector<WinogradTerm> terms;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const at::Tensor &input = inputs[i], &weight = weights[i];
    check_term(out, input, weight);
    terms.push_back({input.data_ptr<float>(), input.size(1)});
    shape.in_channels += input.size(1);
  }
  if (terms.empty() || out.numel() == 0) return out;

  AlignedFloats packed(kTilePositions * shape.in_channels * shape.out_channels);
  const auto pack = ARCHWRIGHT_BEST(pack_winograd);
  int64_t first_row = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    const at::Tensor& w = weights[i];
    const WinogradWeight weight{w.data_ptr<float>(), w.stride(0), w.stride(1), w.stride(2), w.stride(3)};
    at::parallel_for(0, w.size(1), 8, [&](int64_t first, int64_t last) {
      pack(weight, shape.out_channels, first_row, shape.in_channels, first, last, packed.data());
    });
    first_row += w.size(1);
  }

  shape.block = block_tiles(shape.in_channels);
  const int64_t tiles = out.size(0) * ((shape.height + 3) / 4) * ((shape.width + 3) / 4),
                blocks = (tiles + shape.block - 1) / shape.block;
  const auto kernel = ARCHWRIGHT_BEST(winograd_tiles);
  float* to = out.data_ptr<float>();
  at::parallel_for(0, blocks, 1, [&](int64_t first, int64_t last) {
    AlignedFloats transformed(kTilePositions * (shape.block * shape.in_channels + 16)),
        product(kTilePositions * (shape.block * 64 + 16));
    for (int64_t i = first; i < last; ++i)
      kernel(terms.data(), static_cast<int64_t>(terms.size()), shape, packed.data(), i * shape.block,
             std::min(tiles, (i + 1) * shape.block), transformed.data(), product.data(), to);
  });
  return out;
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def("conv3x3_sum_(Tensor(a!) out, Tensor[] inputs, Tensor[] weights) -> Tensor(a!)");
}

TORCH_LIBRARY_IMPL(archwright, CPU, m) { m.impl("conv3x3_sum_", &conv3x3_sum_); }

}  // namespace
}  // namespace archwright
