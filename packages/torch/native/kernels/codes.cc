// archwright::sign_codes and archwright::relu_codes: the binary activation code of NASWOT (Mellor et al., ICML 2021,
// section 3), one bit per ReLU unit, in one pass over memory.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <cstdint>
#include <tuple>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "checks.h"
#include "isa.h"

namespace archwright {
namespace {

#define ARCHWRIGHT_KERNEL "codes.inl"
#include "each_isa.inl"

// Codes of x, and its ReLU where relu is defined. Shapes as in the operators below.
at::Tensor codes_of(const at::Tensor& x, const at::Tensor& relu) {
  const int64_t samples = x.size(0), n = c10::multiply_integers(x.sizes().slice(1)), words = (n + 63) / 64;
  at::Tensor codes = at::empty({samples, words}, x.options().dtype(at::kLong));
  const float* from = x.data_ptr<float>();
  float* to = relu.defined() ? relu.data_ptr<float>() : nullptr;
  uint64_t* out = reinterpret_cast<uint64_t*>(codes.data_ptr<int64_t>());
  const auto kernel = ARCHWRIGHT_BEST(sign_words);
  at::parallel_for(0, samples * words, 512,
                   [&](int64_t first, int64_t last) { kernel(from, to, n, words, first, last, out); });
  return codes;
}

void check_dense(const at::Tensor& x, const char* op) {
  check_float_cpu(x, op, "x");
  check_no_grad(x, op, "x");
  TORCH_CHECK(x.dim() >= 1, op, ": x must have a batch dimension, is a scalar");
  TORCH_CHECK(x.is_contiguous() || x.is_contiguous(x.suggest_memory_format()), op,
              ": x must be contiguous or channels-last, has shape ", x.sizes(), " and strides ", x.strides());
}

// x [B, ...] -> int64 [B, ceil(n/64)] with n the size of a sample: bit i of a row is x > 0 for the i-th float of the
// sample in memory order (NHWC for channels-last), the bits after the last are 0.
at::Tensor sign_codes(const at::Tensor& x) {
  check_dense(x, "archwright::sign_codes");
  return codes_of(x, {});
}

// The same codes together with relu(x), in the memory format of x.
std::tuple<at::Tensor, at::Tensor> relu_codes(const at::Tensor& x) {
  check_dense(x, "archwright::relu_codes");
  at::Tensor relu = at::empty_like(x);
  at::Tensor codes = codes_of(x, relu);
  return {relu, codes};
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def("sign_codes(Tensor x) -> Tensor");
  m.def("relu_codes(Tensor x) -> (Tensor relu, Tensor codes)");
}

TORCH_LIBRARY_IMPL(archwright, CPU, m) {
  m.impl("sign_codes", &sign_codes);
  m.impl("relu_codes", &relu_codes);
}

}  // namespace
}  // namespace archwright
