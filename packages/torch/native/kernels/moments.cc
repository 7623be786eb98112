// archwright::track_moments_: the running statistics of many batch normalizations at once.
#include <ATen/ATen.h>
#include <torch/library.h>

#include <cstdint>

#include "checks.h"

namespace archwright {
namespace {

// means[i] and variances[i] move by `momentum` towards moments[i] ([2, channels]: means, biased variances) of a
// minibatch with counts[i] values a channel; the variance unbiased, as in at::batch_norm.
void track_moments_(at::TensorList means, at::TensorList variances, at::TensorList moments, at::IntArrayRef counts,
                    double momentum) {
  const char* op = "archwright::track_moments_";
  TORCH_CHECK(means.size() == variances.size() && means.size() == moments.size() && means.size() == counts.size(), op,
              ": means, variances, moments and counts must be equally long");
  const float keep = static_cast<float>(1 - momentum), take = static_cast<float>(momentum);
  for (size_t i = 0; i < means.size(); ++i) {
    for (const at::Tensor& t : {means[i], variances[i], moments[i]}) check_float_cpu(t, op, "statistics");
    const int64_t channels = means[i].numel();
    TORCH_CHECK(means[i].is_contiguous() && variances[i].is_contiguous() && variances[i].numel() == channels &&
                    moments[i].is_contiguous() && moments[i].sizes() == at::IntArrayRef({2, channels}),
                op, ": moments must have shape [2,", channels, "], have ", moments[i].sizes());
    const double unbiased = static_cast<double>(counts[i]) / static_cast<double>(counts[i] - 1);
    float *mean = means[i].data_ptr<float>(), *variance = variances[i].data_ptr<float>();
    const float* from = moments[i].data_ptr<float>();
    for (int64_t c = 0; c < channels; ++c) {
      mean[c] = keep * mean[c] + take * from[c];
      variance[c] = keep * variance[c] + take * static_cast<float>(from[channels + c] * unbiased);
    }
    means[i].unsafeGetTensorImpl()->bump_version();
    variances[i].unsafeGetTensorImpl()->bump_version();
  }
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def(
      "track_moments_(Tensor(a!)[] means, Tensor(b!)[] variances, Tensor[] moments, int[] counts, float momentum) -> ()");
}

TORCH_LIBRARY_IMPL(archwright, CPU, m) { m.impl("track_moments_", &track_moments_); }

}  // namespace
}  // namespace archwright
