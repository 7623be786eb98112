// archwright::separable_sum_: the sum of depthwise-separable convolutions that one node of a DARTS supernet needs, and
// archwright::separable_relu_codes: the first stage of a sep_conv with the ReLU behind it. Forward only, fp32,
// channels-last (sep_conv_* and dil_conv_* of Liu et al., ICLR 2019, with batch normalization folded away).
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "aligned.h"
#include "checks.h"
#include "isa.h"

namespace archwright {
namespace {

struct SeparableTerm {
  const float* input;      // [B][height][width][channels]
  const float* depthwise;  // [kernel * kernel][channels]
  const float* pointwise;  // packed, see separable.inl
  int64_t channels, height, width, kernel, stride, dilation;
};

struct SeparableOutput {
  float* data;  // [B][height][width][channels]
  int64_t channels, height, width;
};

#define ARCHWRIGHT_KERNEL "separable.inl"
#include "each_isa.inl"

// Floats of depthwise results (or of output, whichever is more) that one block may hold: a third of a first-level
// cache.
constexpr int64_t kBlockFloats = 4096;

// Output pixels per block: whole rows where a row fits, else a part of a row; a multiple of 16 in that case.
int64_t block_pixels(const SeparableOutput& out, int64_t channels) {
  const int64_t fit = std::max<int64_t>(16, kBlockFloats / std::max(channels, out.channels) / 16 * 16);
  return fit >= out.width ? std::min(fit / out.width, out.height) * out.width : fit;
}

void check_term(const at::Tensor& input, const at::Tensor& depthwise, const at::Tensor& pointwise, int64_t stride,
                int64_t dilation, const char* op) {
  check_channels_last(input, op, "input");
  check_weight(depthwise, op, "depthwise");
  check_weight(pointwise, op, "pointwise");
  TORCH_CHECK(stride == 1 || stride == 2, op, ": stride must be 1 or 2, is ", stride);
  TORCH_CHECK(dilation == 1 || dilation == 2, op, ": dilation must be 1 or 2, is ", dilation);
  const int64_t channels = input.size(1), kernel = depthwise.size(2);
  TORCH_CHECK(kernel == 3 || kernel == 5 || kernel == 7, op, ": depthwise kernels must be 3, 5 or 7 wide, is ", kernel);
  TORCH_CHECK(depthwise.sizes() == at::IntArrayRef({channels, 1, kernel, kernel}), op, ": depthwise must have shape [",
              channels, ",1,k,k] for an input of shape ", input.sizes(), ", has ", depthwise.sizes());
  TORCH_CHECK(pointwise.sizes() == at::IntArrayRef({pointwise.size(0), channels, 1, 1}), op,
              ": pointwise must have shape [Cout,", channels, ",1,1] for an input of shape ", input.sizes(), ", has ",
              pointwise.sizes());
}

// Terms with their weights repacked.
struct Packed {
  AlignedFloats depthwise, pointwise;
  std::vector<SeparableTerm> terms;
  int64_t channels;  // of the widest term
};

Packed pack(at::TensorList inputs, at::TensorList depthwise, at::TensorList pointwise, at::IntArrayRef stride,
            at::IntArrayRef dilation) {
  const auto packed_size = ARCHWRIGHT_BEST(packed_pointwise_size);
  const auto pack_term = ARCHWRIGHT_BEST(pack_separable);
  int64_t depthwise_size = 0, pointwise_size = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    depthwise_size += depthwise[i].numel();
    pointwise_size += packed_size(inputs[i].size(1), pointwise[i].size(0));
  }
  Packed packed{AlignedFloats(depthwise_size), AlignedFloats(pointwise_size), {}, 0};
  float *depthwise_end = packed.depthwise.data(), *pointwise_end = packed.pointwise.data();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const at::Tensor &input = inputs[i], &d = depthwise[i], &p = pointwise[i];
    const int64_t c = input.size(1), k = d.size(2);
    const float* taps = d.data_ptr<float>();
    for (int64_t y = 0; y < k; ++y)
      for (int64_t x = 0; x < k; ++x)
        for (int64_t n = 0; n < c; ++n)
          depthwise_end[(y * k + x) * c + n] = taps[n * d.stride(0) + y * d.stride(2) + x * d.stride(3)];
    pack_term(p.data_ptr<float>(), p.stride(0), p.stride(1), c, p.size(0), pointwise_end);
    packed.terms.push_back({input.data_ptr<float>(), depthwise_end, pointwise_end, c, input.size(2), input.size(3), k,
                            stride[i], dilation[i]});
    packed.channels = std::max(packed.channels, c);
    depthwise_end += d.numel();
    pointwise_end += packed_size(c, p.size(0));
  }
  return packed;
}

AlignedFloats scratch_for(int64_t block, const Packed& packed, const SeparableOutput& out) {
  return AlignedFloats(block * (packed.channels + out.channels + 16));
}

// out[b,:,y,x] += sum over t of pointwise_t · (depthwise_t * input_t)[b,:,y,x].
//   out [B,Cout,H',W'] and inputs[t] [B,C,H,W]: float32, channels-last; depthwise[t] [C,1,k,k] with k 3, 5 or 7;
//   pointwise[t] [Cout,C,1,1]; zero padding dilation·(k−1)/2; H' = ceil(H/stride), W' = ceil(W/stride).
at::Tensor& separable_sum_(at::Tensor& out, at::TensorList inputs, at::TensorList depthwise, at::TensorList pointwise,
                           at::IntArrayRef stride, at::IntArrayRef dilation) {
  const char* op = "archwright::separable_sum_";
  const size_t count = inputs.size();
  check_channels_last(out, op, "out");
  TORCH_CHECK(
      depthwise.size() == count && pointwise.size() == count && stride.size() == count && dilation.size() == count, op,
      ": inputs, depthwise, pointwise, stride and dilation must be equally long, are ", count, ", ", depthwise.size(),
      ", ", pointwise.size(), ", ", stride.size(), ", ", dilation.size());
  for (size_t i = 0; i < count; ++i) {
    const at::Tensor& input = inputs[i];
    check_term(input, depthwise[i], pointwise[i], stride[i], dilation[i], op);
    const int64_t height = (input.size(2) + stride[i] - 1) / stride[i],
                  width = (input.size(3) + stride[i] - 1) / stride[i];
    TORCH_CHECK(out.sizes() == at::IntArrayRef({input.size(0), pointwise[i].size(0), height, width}), op, ": term ", i,
                " has shape [", input.size(0), ",", pointwise[i].size(0), ",", height, ",", width, "], out has ",
                out.sizes());
    check_no_overlap(out, input, op, "inputs");
  }
  if (count == 0 || out.numel() == 0) return out;

  const SeparableOutput output{out.data_ptr<float>(), out.size(1), out.size(2), out.size(3)};
  const Packed packed = pack(inputs, depthwise, pointwise, stride, dilation);
  const int64_t pixels = output.height * output.width, block = block_pixels(output, packed.channels);
  const int64_t blocks = (pixels + block - 1) / block;
  const auto kernel = ARCHWRIGHT_BEST(add_separable);
  at::parallel_for(0, out.size(0) * blocks, 1, [&](int64_t first, int64_t last) {
    const AlignedFloats scratch = scratch_for(block, packed, output);
    for (int64_t i = first; i < last; ++i) {
      const int64_t start = i % blocks * block;
      kernel(packed.terms.data(), static_cast<int64_t>(count), output, i / blocks, start,
             std::min(pixels, start + block), scratch.data());
    }
  });
  return out;
}

// relu(pointwise · (depthwise * input)) and its codes (see codes.cc), sample by sample in the second-level cache: the
// same as separable_sum_ into zeros and then relu_codes, without their trips to memory.
//   input [B,C,H,W] -> relu [B,Cout,H',W'] channels-last, codes int64 [B, ceil(Cout·H'·W'/64)]; the rest as for
//   separable_sum_.
std::tuple<at::Tensor, at::Tensor> separable_relu_codes(const at::Tensor& input, const at::Tensor& depthwise,
                                                        const at::Tensor& pointwise, int64_t stride, int64_t dilation) {
  check_term(input, depthwise, pointwise, stride, dilation, "archwright::separable_relu_codes");
  at::Tensor relu = at::empty(
      {input.size(0), pointwise.size(0), (input.size(2) + stride - 1) / stride, (input.size(3) + stride - 1) / stride},
      input.options(), at::MemoryFormat::ChannelsLast);
  const int64_t samples = relu.size(0), n = relu.size(1) * relu.size(2) * relu.size(3);
  at::Tensor codes = at::empty({samples, (n + 63) / 64}, input.options().dtype(at::kLong));
  if (relu.numel() == 0) return {relu, codes};

  const SeparableOutput output{relu.data_ptr<float>(), relu.size(1), relu.size(2), relu.size(3)};
  const Packed packed = pack({input}, {depthwise}, {pointwise}, {stride}, {dilation});
  const int64_t block = block_pixels(output, packed.channels);
  const auto kernel = ARCHWRIGHT_BEST(separable_relu);
  uint64_t* words = reinterpret_cast<uint64_t*>(codes.data_ptr<int64_t>());
  at::parallel_for(0, samples, 1, [&](int64_t first, int64_t last) {
    const AlignedFloats scratch = scratch_for(block, packed, output);
    for (int64_t b = first; b < last; ++b) kernel(packed.terms[0], output, b, block, scratch.data(), words);
  });
  return {relu, codes};
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def(
      "separable_sum_(Tensor(a!) out, Tensor[] inputs, Tensor[] depthwise, Tensor[] pointwise, int[] stride, int[] "
      "dilation) -> "
      "Tensor(a!)");
  m.def(
      "separable_relu_codes(Tensor input, Tensor depthwise, Tensor pointwise, int stride, int dilation) -> "
      "(Tensor relu, Tensor codes)");
}

TORCH_LIBRARY_IMPL(archwright, CPU, m) {
  m.impl("separable_sum_", &separable_sum_);
  m.impl("separable_relu_codes", &separable_relu_codes);
}

}  // namespace
}  // namespace archwright
