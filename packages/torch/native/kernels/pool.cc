// archwright::pool3x3: the 3x3 pooling of the cell spaces, padding 1, stride 1 or 2, for which the library takes four to
// six times as long as a pass over memory.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <cstdint>
#include <type_traits>

#include "checks.h"
#include "isa.h"

namespace archwright {
namespace {

struct PoolShape {
  int64_t channels, height, width, stride, out_height, out_width;
};

#define ARCHWRIGHT_KERNEL "pool.inl"
#include "each_isa.inl"

// x [B, C, H, W] channels-last -> [B, C, ceil(H/stride), ceil(W/stride)] channels-last.
at::Tensor pool3x3(const at::Tensor& x, bool average, int64_t stride) {
  const char* op = "archwright::pool3x3";
  check_channels_last(x, op, "x");
  TORCH_CHECK(stride == 1 || stride == 2, op, ": stride must be 1 or 2, is ", stride);
  TORCH_CHECK(x.numel() > 0, op, ": x must not be empty, has shape ", x.sizes());
  const int64_t height = x.size(2), width = x.size(3);
  const PoolShape shape{
      x.size(1), height, width, stride, (height + stride - 1) / stride, (width + stride - 1) / stride};
  at::Tensor out = at::empty({x.size(0), shape.channels, shape.out_height, shape.out_width}, x.options(),
                             at::MemoryFormat::ChannelsLast);
  const float* from = x.data_ptr<float>();
  float* to = out.data_ptr<float>();
  const auto kernel = average ? ARCHWRIGHT_BEST(average_rows) : ARCHWRIGHT_BEST(maximum_rows);
  at::parallel_for(0, x.size(0) * shape.out_height, 16,
                   [&](int64_t first, int64_t last) { kernel(shape, from, to, first, last); });
  return out;
}

TORCH_LIBRARY_FRAGMENT(archwright, m) { m.def("pool3x3(Tensor x, bool average, int stride) -> Tensor"); }

TORCH_LIBRARY_IMPL(archwright, CPU, m) { m.impl("pool3x3", &pool3x3); }

}  // namespace
}  // namespace archwright
