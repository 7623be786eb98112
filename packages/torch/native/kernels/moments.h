// Mean and variance of every channel over a minibatch, as batch normalization needs them.
#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "differentiable.h"

namespace archwright {

// Means and sums of squared deviations of the samples, [samples][2][channels], from which those of the minibatch
// follow (Chan, Golub, LeVeque 1983, equation 2.1). The order of the sum is that of the samples, whatever the threads.
class SampleMoments {
 public:
  SampleMoments(int64_t samples, int64_t channels, int64_t pixels)
      : samples_(samples), channels_(channels), pixels_(pixels), values_(samples * 2 * channels) {}
  float* of(int64_t sample) { return values_.data() + sample * 2 * channels_; }

  // float32 [2, channels]: means, then variances (biased).
  at::Tensor combined() const {
    at::Tensor result = at::empty({2, channels_}, at::kFloat);
    float* to = result.data_ptr<float>();
    for (int64_t c = 0; c < channels_; ++c) {
      double mean = 0, squares = 0;
      for (int64_t s = 0; s < samples_; ++s) {
        const float* sample = values_.data() + s * 2 * channels_;
        const double difference = sample[c] - mean;
        mean += difference / static_cast<double>(s + 1);
        squares += sample[channels_ + c] + difference * difference * pixels_ * (static_cast<double>(s) / (s + 1));
      }
      to[c] = static_cast<float>(mean);
      to[channels_ + c] = static_cast<float>(squares / static_cast<double>(samples_ * pixels_));
    }
    return result;
  }

 private:
  int64_t samples_, channels_, pixels_;
  std::vector<float> values_;
};

// 1 / √(variance + ε) of every channel.
inline std::vector<float> inverse_deviations(const at::Tensor& moments) {
  const int64_t channels = moments.size(1);
  const float* variance = moments.data_ptr<float>() + channels;
  std::vector<float> result(channels);
  for (int64_t c = 0; c < channels; ++c) result[c] = static_cast<float>(1 / std::sqrt(variance[c] + kEpsilon));
  return result;
}

}  // namespace archwright
