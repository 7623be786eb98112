// archwright::mixture: a node of a supernet in train mode, Σ w_t · BN(x_t), where BN (without scale and shift) is that
// of the minibatch; in one pass over memory, and backward in two. fp32, channels-last.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "checks.h"
#include "chunks.h"
#include "differentiable.h"
#include "isa.h"
#include "moments.h"

namespace archwright {
namespace {

constexpr const char* kName = "archwright::mixture";
constexpr int64_t kBlockPixels = 64;  // pixels of all terms that are summed up together

#define ARCHWRIGHT_KERNEL "mixture.inl"
#include "each_isa.inl"

bool is_normalized(const at::Tensor& moments) { return moments.numel() > 0; }

void check(at::TensorList terms, at::TensorList moments, const at::Tensor& weights, at::IntArrayRef positions) {
  check_float_cpu(weights, kName, "weights");
  TORCH_CHECK(!terms.empty() && terms.size() == moments.size() && terms.size() == positions.size(), kName,
              ": terms, moments and positions must be equally long and not empty, are ", terms.size(), ", ",
              moments.size(), " and ", positions.size());
  for (size_t t = 0; t < terms.size(); ++t) {
    check_channels_last(terms[t], kName, "terms");
    TORCH_CHECK(terms[t].sizes() == terms[0].sizes() && terms[t].numel() > 0, kName,
                ": terms must have one shape and not be empty, have ", terms[0].sizes(), " and ", terms[t].sizes());
    TORCH_CHECK(positions[t] >= 0 && positions[t] < weights.numel(), kName, ": position ", positions[t],
                " lies outside the ", weights.numel(), " weights");
    if (!is_normalized(moments[t])) continue;
    check_float_cpu(moments[t], kName, "moments");
    TORCH_CHECK(moments[t].is_contiguous() && moments[t].sizes() == at::IntArrayRef({2, terms[t].size(1)}), kName,
                ": moments must have shape [2,", terms[t].size(1), "] or no elements, have ", moments[t].sizes());
  }
}

std::vector<const float*> data_of(at::TensorList terms) {
  std::vector<const float*> data;
  for (const at::Tensor& term : terms) data.push_back(term.data_ptr<float>());
  return data;
}

std::vector<float> weights_at(const at::Tensor& weights, at::IntArrayRef positions) {
  const at::Tensor values = weights.contiguous();
  std::vector<float> result;
  for (const int64_t position : positions) result.push_back(values.data_ptr<float>()[position]);
  return result;
}

at::Tensor forward(at::TensorList terms, at::TensorList moments, const at::Tensor& weights, at::IntArrayRef positions) {
  check(terms, moments, weights, positions);
  const int64_t channels = terms[0].size(1), count = static_cast<int64_t>(terms.size()),
                pixels = terms[0].numel() / channels;
  const std::vector<float> w = weights_at(weights, positions);
  std::vector<float> scales(count * channels), shift(channels, 0);
  for (int64_t t = 0; t < count; ++t) {
    std::fill_n(scales.begin() + t * channels, channels, w[t]);
    if (!is_normalized(moments[t])) continue;
    const std::vector<float> inverse = inverse_deviations(moments[t]);
    const float* mean = moments[t].data_ptr<float>();
    for (int64_t c = 0; c < channels; ++c) {
      scales[t * channels + c] *= inverse[c];
      shift[c] -= scales[t * channels + c] * mean[c];
    }
  }
  at::Tensor out = at::empty(terms[0].sizes(), terms[0].options(), at::MemoryFormat::ChannelsLast);
  const std::vector<const float*> data = data_of(terms);
  const auto kernel = ARCHWRIGHT_BEST(mixed_pixels);
  at::parallel_for(0, pixels, kBlockPixels, [&](int64_t first, int64_t last) {
    kernel(data.data(), count, scales.data(), shift.data(), channels, first, last, out.data_ptr<float>());
  });
  return out;
}

// Gradients of the terms, undefined where `wanted` is false, and after them that of the weights.
//
// With y = (x − μ)/σ, its gradient w·g and n pixels, the gradient of x is w/σ · (g − Σg/n − y · Σ(g·y)/n), and that of w
// is Σ(g·y); of a term that is not normalized, w·g and Σ(g·x).
variable_list backward(at::TensorList terms, at::TensorList moments, const at::Tensor& weights,
                       at::IntArrayRef positions, const at::Tensor& gradient, const std::vector<bool>& wanted) {
  const at::Tensor g = gradient.contiguous(at::MemoryFormat::ChannelsLast);
  const int64_t samples = g.size(0), channels = g.size(1), plane = g.size(2) * g.size(3),
                count = static_cast<int64_t>(terms.size()), size = (1 + count) * channels;
  const std::vector<const float*> data = data_of(terms);
  std::vector<double> sums(chunk_count(samples) * size, 0);
  const auto products = ARCHWRIGHT_BEST(products_with);
  for_each_chunk(samples, [&](int64_t chunk, int64_t first, int64_t last) {
    for (int64_t p = first * plane; p < last * plane; p += kBlockPixels)
      products(data.data(), count, g.data_ptr<float>(), channels, p, std::min(p + kBlockPixels, last * plane),
               sums.data() + chunk * size);
  });
  for (int64_t chunk = 1; chunk < chunk_count(samples); ++chunk)
    for (int64_t i = 0; i < size; ++i) sums[i] += sums[chunk * size + i];

  const std::vector<float> w = weights_at(weights, positions);
  const double n = static_cast<double>(samples * plane);
  std::vector<float> a(count * channels), b(count * channels), d(count * channels), weight_gradients(weights.numel(), 0);
  for (int64_t t = 0; t < count; ++t) {
    const bool normalized = is_normalized(moments[t]);
    const std::vector<float> inverse = normalized ? inverse_deviations(moments[t]) : std::vector<float>(channels, 1);
    double total = 0;
    for (int64_t c = 0; c < channels; ++c) {
      const double mean = normalized ? moments[t].data_ptr<float>()[c] : 0, scale = static_cast<double>(w[t]) * inverse[c];
      const double product = (sums[(1 + t) * channels + c] - mean * sums[c]) * inverse[c];  // Σ g·y
      total += product;
      a[t * channels + c] = static_cast<float>(scale);
      b[t * channels + c] = static_cast<float>(-scale * inverse[c] * product / n);
      d[t * channels + c] = static_cast<float>(scale * (mean * inverse[c] * product - sums[c]) / n);
    }
    weight_gradients[positions[t]] += static_cast<float>(total);
  }

  variable_list result;
  std::vector<float*> outputs;
  for (int64_t t = 0; t < count; ++t) {
    result.push_back(wanted[t] ? at::empty_like(terms[t]) : at::Tensor());
    outputs.push_back(wanted[t] ? result[t].data_ptr<float>() : nullptr);
  }
  const auto kernel = ARCHWRIGHT_BEST(term_gradient);
  at::parallel_for(0, samples * plane, kBlockPixels, [&](int64_t first, int64_t last) {
    for (int64_t p = first; p < last; p += kBlockPixels)
      for (int64_t t = 0; t < count; ++t)
        if (outputs[t] != nullptr)
          kernel(a.data() + t * channels, b.data() + t * channels, d.data() + t * channels, is_normalized(moments[t]),
                 g.data_ptr<float>(), data[t], channels, p, std::min(p + kBlockPixels, last), outputs[t]);
  });
  at::Tensor weight_gradient = at::empty(weights.sizes(), weights.options().memory_format(at::MemoryFormat::Contiguous));
  std::copy(weight_gradients.begin(), weight_gradients.end(), weight_gradient.data_ptr<float>());
  result.push_back(weight_gradient);
  return result;
}

at::Tensor composite(at::TensorList terms, at::TensorList moments, const at::Tensor& weights, at::IntArrayRef positions) {
  const at::Tensor flat = weights.reshape({-1});
  at::Tensor sum;
  for (size_t t = 0; t < terms.size(); ++t) {
    const at::Tensor own = (is_normalized(moments[t]) ? normalized(terms[t]) : terms[t]) * flat[positions[t]];
    sum = sum.defined() ? sum + own : own;
  }
  return sum;
}

struct Function : torch::autograd::Function<Function> {
  // `inputs`: the terms, then the weights.
  static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                            const std::vector<at::Tensor>* moments, at::IntArrayRef positions) {
    context->set_materialize_grads(false);
    context->save_for_backward(inputs.vec());
    context->saved_data["moments"] = *moments;
    context->saved_data["positions"] = positions;
    return archwright::forward(inputs.slice(0, inputs.size() - 1), *moments, inputs.back(), positions);
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& gradients) {
    const variable_list inputs = context->get_saved_variables();
    const std::vector<at::Tensor> moments = context->saved_data["moments"].toTensorVector();
    const std::vector<int64_t> positions = context->saved_data["positions"].toIntVector();
    const size_t count = moments.size();
    variable_list result(inputs.size() + 1 + positions.size());
    if (!gradients[0].defined()) return result;
    variable_list found;
    if (at::GradMode::is_enabled()) {
      const auto again = [&](const variable_list& given) -> variable_list {
        return {composite(at::TensorList(given).slice(0, count), moments, given.back(), positions)};
      };
      found = differentiable_gradients(again, inputs, gradients);
    } else {
      std::vector<bool> wanted;
      for (size_t t = 0; t < count; ++t) wanted.push_back(context->needs_input_grad(t));
      found = archwright::backward(at::TensorList(inputs).slice(0, count), moments, inputs.back(), positions,
                                   gradients[0], wanted);
    }
    std::copy(found.begin(), found.end(), result.begin());
    return result;
  }
};

at::Tensor mixture(at::TensorList terms, at::TensorList moments, const at::Tensor& weights, at::IntArrayRef positions) {
  variable_list inputs;
  for (const at::Tensor& term : terms) inputs.push_back(term.contiguous(at::MemoryFormat::ChannelsLast));
  inputs.push_back(weights);
  const std::vector<at::Tensor> held = moments.vec();
  return Function::apply(at::TensorList(inputs), &held, positions);
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def("mixture(Tensor[] terms, Tensor[] moments, Tensor weights, int[] positions) -> Tensor");
}

TORCH_LIBRARY_IMPL(archwright, AutogradCPU, m) { m.impl("mixture", &mixture); }

}  // namespace
}  // namespace archwright
