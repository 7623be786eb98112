// archwright::hyper_dual_norm and hyper_dual_relu: batch normalization and ReLU of values that carry their derivatives
// along two directions s and t (Fike and Alonso 2011). A tensor [4·B, C, H, W] holds four minibatches: the values, their
// ∂s, their ∂t and their ∂s∂t. fp32, channels-last, forward only.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "checks.h"
#include "isa.h"

namespace archwright {
namespace {

constexpr int kParts = 4;
constexpr int kMoments = 9;

#define ARCHWRIGHT_KERNEL "hyper_dual.inl"
#include "each_isa.inl"

void check_parts(const at::Tensor& x, const char* op) {
  check_channels_last(x, op, "x");
  TORCH_CHECK(x.numel() > 0 && x.size(0) % kParts == 0, op, ": x must hold ", kParts,
              " minibatches of one size, has shape ", x.sizes());
}

// Where a sample's parts begin.
template <class T>
struct Parts {
  T* at[kParts];
  Parts(T* data, int64_t part, int64_t offset) {
    for (int k = 0; k < kParts; ++k) at[k] = data + k * part + offset;
  }
};

// Joint moments of the minibatch from those of its samples [samples][9][channels], all over the number of pixels: means
// of the parts, then E of the products of their deviations (Chan, Golub, LeVeque 1983, equation 2.1).
std::vector<double> combined(const std::vector<float>& moments, int64_t samples, int64_t channels, int64_t pixels) {
  constexpr int first[5] = {0, 0, 0, 0, 1}, second[5] = {0, 1, 2, 3, 2};
  std::vector<double> result(kMoments * channels, 0);
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t s = 0; s < samples; ++s) {
      const float* sample = moments.data() + s * kMoments * channels + c;
      double difference[kParts];
      for (int k = 0; k < kParts; ++k) {
        double& mean = result[k * channels + c];
        difference[k] = sample[k * channels] - mean;
        mean += difference[k] / static_cast<double>(s + 1);
      }
      const double weight = static_cast<double>(pixels) * static_cast<double>(s) / static_cast<double>(s + 1);
      for (int k = 0; k < 5; ++k)
        result[(kParts + k) * channels + c] +=
            sample[(kParts + k) * channels] + weight * difference[first[k]] * difference[second[k]];
    }
    for (int k = 0; k < 5; ++k) result[(kParts + k) * channels + c] /= static_cast<double>(samples * pixels);
  }
  return result;
}

float parameter(const c10::optional<at::Tensor>& tensor, int64_t c, float otherwise) {
  return tensor.has_value() && tensor->defined() ? tensor->data_ptr<float>()[c] : otherwise;
}

// γ·(x − E x)·r + β, r = (Var x + ε)^(-1/2), by the minibatch's own statistics, whose derivatives count.
at::Tensor hyper_dual_norm(const at::Tensor& x, const c10::optional<at::Tensor>& weight,
                           const c10::optional<at::Tensor>& bias, double epsilon) {
  const char* op = "archwright::hyper_dual_norm";
  check_parts(x, op);
  const int64_t samples = x.size(0) / kParts, channels = x.size(1), pixels = x.size(2) * x.size(3),
                part = samples * pixels * channels;
  for (const auto& tensor : {weight, bias}) {
    if (!tensor.has_value() || !tensor->defined()) continue;
    check_float_cpu(*tensor, op, "weight and bias");
    check_no_grad(*tensor, op, "weight and bias");
    TORCH_CHECK(tensor->is_contiguous() && tensor->numel() == channels, op, ": weight and bias must have ", channels,
                " elements, have shape ", tensor->sizes());
  }
  const float* from = x.data_ptr<float>();
  std::vector<float> moments(samples * kMoments * channels);
  const auto measure = ARCHWRIGHT_BEST(joint_moments);
  at::parallel_for(0, samples, 1, [&](int64_t first, int64_t last) {
    for (int64_t s = first; s < last; ++s)
      measure(Parts<const float>(from, part, s * pixels * channels).at, pixels, channels,
              moments.data() + s * kMoments * channels);
  });

  // With V = E c₀², A = E c₀cₛ, B = E c₀cₜ, D = E c₀cₛₜ + E cₛcₜ of the deviations c, the variance has the derivatives 2A, 2B
  // and 2D, and so r has -r³A, -r³B and -r³D + 3r⁵AB.
  const std::vector<double> joint = combined(moments, samples, channels, pixels);
  std::vector<float> factors(kParts * channels), shifts(kParts * channels);
  for (int64_t c = 0; c < channels; ++c) {
    const auto of = [&](int k) { return joint[k * channels + c]; };
    const double r = 1 / std::sqrt(of(4) + epsilon), cube = r * r * r, gamma = parameter(weight, c, 1);
    const double f[kParts] = {gamma * r, -gamma * cube * of(5), -gamma * cube * of(6),
                              gamma * (3 * cube * r * r * of(5) * of(6) - cube * (of(7) + of(8)))};
    const double s[kParts] = {parameter(bias, c, 0) - f[0] * of(0), -(f[0] * of(1) + f[1] * of(0)),
                              -(f[0] * of(2) + f[2] * of(0)),
                              -(f[0] * of(3) + f[2] * of(1) + f[1] * of(2) + f[3] * of(0))};
    for (int k = 0; k < kParts; ++k) {
      factors[k * channels + c] = static_cast<float>(f[k]);
      shifts[k * channels + c] = static_cast<float>(s[k]);
    }
  }

  at::Tensor out = at::empty(x.sizes(), x.options(), at::MemoryFormat::ChannelsLast);
  float* to = out.data_ptr<float>();
  const auto scale = ARCHWRIGHT_BEST(scaled_parts);
  at::parallel_for(0, samples, 1, [&](int64_t first, int64_t last) {
    const int64_t offset = first * pixels * channels;
    scale(Parts<const float>(from, part, offset).at, factors.data(), shifts.data(), (last - first) * pixels, channels,
          Parts<float>(to, part, offset).at);
  });
  return out;
}

// min(max(x, 0), limit); derivatives pass where 0 < x < limit.
at::Tensor hyper_dual_relu(const at::Tensor& x, double limit) {
  check_parts(x, "archwright::hyper_dual_relu");
  at::Tensor out = at::empty(x.sizes(), x.options(), at::MemoryFormat::ChannelsLast);
  const int64_t part = x.numel() / kParts;
  const Parts<const float> from(x.data_ptr<float>(), part, 0);
  const Parts<float> to(out.data_ptr<float>(), part, 0);
  const auto kernel = ARCHWRIGHT_BEST(rectified_parts);
  at::parallel_for(0, part, 1 << 14, [&](int64_t first, int64_t last) {
    kernel(from.at, static_cast<float>(limit), first, last, to.at);
  });
  return out;
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def("hyper_dual_norm(Tensor x, Tensor? weight, Tensor? bias, float epsilon) -> Tensor");
  m.def("hyper_dual_relu(Tensor x, float limit) -> Tensor");
}

TORCH_LIBRARY_IMPL(archwright, CPU, m) {
  m.impl("hyper_dual_norm", &hyper_dual_norm);
  m.impl("hyper_dual_relu", &hyper_dual_relu);
}

}  // namespace
}  // namespace archwright
