// archwright::separable_branches: the depthwise-separable convolutions that leave one feature map of a supernet, with
// the ReLU they share (and, before it, the batch normalization of a second half), and their gradients. fp32,
// channels-last, train mode. Everything between the map and the outputs stays in the second-level cache.
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

namespace archwright {
namespace {

constexpr const char* kName = "archwright::separable_branches";

// Sizes of the input and of the outputs' planes; samples are kept with `border` zeros around them.
struct BranchesShape {
  int64_t channels, padded, height, width, stride, border, out_height, out_width;
  int64_t block_rows;  // output rows computed together
  int64_t bordered_size() const { return (height + 2 * border) * (width + 2 * border) * padded; }
};

struct Branch {
  int64_t kernel, dilation, outputs;  // kernel 1: no depthwise convolution
  const float *taps, *flipped;        // [kernel · kernel][padded]
  const float *pointwise, *transposed;  // packed (gemm.inl): channels × outputs, outputs × channels
  float* output;
  const float* gradient;
};

#define ARCHWRIGHT_KERNEL "branches.inl"
#include "each_isa.inl"

// Floats of a block of depthwise results: a third of a first-level cache.
constexpr int64_t kBlockFloats = 4096;

struct Options {
  at::Tensor moments;  // of the input, where it is to be normalized first; else undefined
  int64_t stride;
  std::vector<int64_t> dilation;
};

bool has_depthwise(const at::Tensor& depthwise) { return depthwise.numel() > 0; }

void check(const at::Tensor& x, at::TensorList depthwise, at::TensorList pointwise, const Options& options) {
  check_channels_last(x, kName, "x");
  TORCH_CHECK(x.numel() > 0, kName, ": x must not be empty, has shape ", x.sizes());
  TORCH_CHECK(options.stride == 1 || options.stride == 2, kName, ": stride must be 1 or 2, is ", options.stride);
  TORCH_CHECK(depthwise.size() == pointwise.size() && pointwise.size() == options.dilation.size(), kName,
              ": depthwise, pointwise and dilation must be equally long");
  const int64_t channels = x.size(1);
  if (options.moments.defined()) {
    check_float_cpu(options.moments, kName, "moments");
    TORCH_CHECK(options.moments.is_contiguous() && options.moments.sizes() == at::IntArrayRef({2, channels}), kName,
                ": moments must have shape [2,", channels, "], have ", options.moments.sizes());
  }
  for (size_t i = 0; i < pointwise.size(); ++i) {
    check_weight(pointwise[i], kName, "pointwise");
    TORCH_CHECK(pointwise[i].sizes() == at::IntArrayRef({pointwise[i].size(0), channels, 1, 1}), kName,
                ": pointwise must have shape [outputs,", channels, ",1,1], has ", pointwise[i].sizes());
    TORCH_CHECK(options.dilation[i] == 1 || options.dilation[i] == 2, kName, ": dilation must be 1 or 2, is ",
                options.dilation[i]);
    if (!has_depthwise(depthwise[i])) continue;
    check_weight(depthwise[i], kName, "depthwise");
    const int64_t k = depthwise[i].size(2);
    TORCH_CHECK(k == 3 || k == 5 || k == 7, kName, ": depthwise kernels must be 3, 5 or 7 wide, is ", k);
    TORCH_CHECK(depthwise[i].sizes() == at::IntArrayRef({channels, 1, k, k}), kName, ": depthwise must have shape [",
                channels, ",1,k,k], has ", depthwise[i].sizes());
  }
}

// The branches of one input with their weights repacked.
class Branches {
 public:
  Branches(const at::Tensor& x, at::TensorList depthwise, at::TensorList pointwise, const Options& options)
      : x_(x), normalized_(options.moments.defined()) {
    const int64_t channels = x.size(1), stride = options.stride, width = ARCHWRIGHT_BEST(padded_channels)(channels);
    shape = {channels, width, x.size(2), x.size(3), stride, 0, (x.size(2) + stride - 1) / stride,
             (x.size(3) + stride - 1) / stride, 0};
    int64_t widest = width;
    for (size_t i = 0; i < pointwise.size(); ++i) {
      const int64_t outputs = pointwise[i].size(0), k = has_depthwise(depthwise[i]) ? depthwise[i].size(2) : 1;
      branches.push_back({k, options.dilation[i], outputs, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr});
      if (k > 1) pack_taps(depthwise[i], branches.back());
      pack_pointwise(pointwise[i], branches.back());
      shape.border = std::max(shape.border, options.dilation[i] * (k - 1) / 2);
      widest = std::max(widest, ARCHWRIGHT_BEST(padded_channels)(outputs));
    }
    shape.block_rows = std::clamp<int64_t>(kBlockFloats / (shape.out_width * widest), 1, shape.out_height);
    scratch_size = shape.block_rows * shape.out_width * (width + widest);
    if (normalized_) {
      const float* mean = options.moments.data_ptr<float>();
      scale = inverse_deviations(options.moments);
      for (int64_t c = 0; c < channels; ++c) shift.push_back(-mean[c] * scale[c]);
    }
  }

  // A sample's worth of zeros with its border; load() fills the inside.
  AlignedFloats bordered_zeros() const {
    AlignedFloats sample(shape.bordered_size());
    std::memset(sample.data(), 0, shape.bordered_size() * sizeof(float));
    return sample;
  }

  void load(int64_t sample, float* active) const {
    const auto kernel = ARCHWRIGHT_BEST(load_active);
    kernel(shape, x_.data_ptr<float>() + sample * shape.height * shape.width * shape.channels,
           normalized_ ? scale.data() : nullptr, shift.data(), active);
  }

  BranchesShape shape;
  std::vector<Branch> branches;
  std::vector<float> scale, shift;  // of the normalization
  int64_t scratch_size;

 private:
  void pack_taps(const at::Tensor& weight, Branch& branch) {
    const int64_t k = branch.kernel, size = k * k * shape.padded;
    packed_.emplace_back(2 * size);
    float* taps = packed_.back().data();
    std::memset(taps, 0, 2 * size * sizeof(float));
    const float* from = weight.data_ptr<float>();
    for (int64_t y = 0; y < k; ++y)
      for (int64_t x = 0; x < k; ++x)
        for (int64_t c = 0; c < shape.channels; ++c) {
          const float tap = from[c * weight.stride(0) + y * weight.stride(2) + x * weight.stride(3)];
          taps[(y * k + x) * shape.padded + c] = tap;
          taps[size + ((k - 1 - y) * k + k - 1 - x) * shape.padded + c] = tap;
        }
    branch.taps = taps;
    branch.flipped = taps + size;
  }

  void pack_pointwise(const at::Tensor& weight, Branch& branch) {
    const auto width = ARCHWRIGHT_BEST(padded_channels);
    const auto pack = ARCHWRIGHT_BEST(pack_matrix);
    const int64_t forward = shape.channels * width(branch.outputs), backward = branch.outputs * shape.padded;
    packed_.emplace_back(forward + backward);
    float* to = packed_.back().data();
    const float* from = weight.data_ptr<float>();
    pack(from, weight.stride(1), weight.stride(0), shape.channels, branch.outputs, to);
    pack(from, weight.stride(0), weight.stride(1), branch.outputs, shape.channels, to + forward);
    branch.pointwise = to;
    branch.transposed = to + forward;
  }

  const at::Tensor x_;
  const bool normalized_;
  std::vector<AlignedFloats> packed_;
};

// Outputs and, after them, their moments.
variable_list forward(const at::Tensor& x, at::TensorList depthwise, at::TensorList pointwise, const Options& options) {
  check(x, depthwise, pointwise, options);
  Branches all(x, depthwise, pointwise, options);
  const BranchesShape& s = all.shape;
  const int64_t samples = x.size(0);
  variable_list results;
  std::vector<SampleMoments> moments;
  for (Branch& branch : all.branches) {
    results.push_back(at::empty({samples, branch.outputs, s.out_height, s.out_width}, x.options(), at::MemoryFormat::ChannelsLast));
    branch.output = results.back().data_ptr<float>();
    moments.emplace_back(samples, branch.outputs, s.out_height * s.out_width);
  }
  const auto kernel = ARCHWRIGHT_BEST(branch_forward);
  for_each_chunk(samples, [&](int64_t, int64_t first, int64_t last) {
    const AlignedFloats active = all.bordered_zeros(), scratch(all.scratch_size);
    for (int64_t n = first; n < last; ++n) {
      all.load(n, active.data());
      for (size_t i = 0; i < all.branches.size(); ++i)
        kernel(s, all.branches[i], active.data(), n, scratch.data(), moments[i].of(n));
    }
  });
  for (const SampleMoments& own : moments) results.push_back(own.combined());
  return results;
}

// Where the gradients of one branch's weights lie among those of all: taps [kernel · kernel][padded], pointwise
// [outputs][padded].
struct WeightOffsets {
  int64_t taps, pointwise;
};

class Backward {
 public:
  Backward(const at::Tensor& x, at::TensorList depthwise, at::TensorList pointwise, const Options& options,
           const variable_list& gradients)
      : all_(x, depthwise, pointwise, options), x_(x), normalized_(options.moments.defined()) {
    for (size_t i = 0; i < all_.branches.size(); ++i) {
      Branch& branch = all_.branches[i];
      const int64_t taps = branch.kernel > 1 ? branch.kernel * branch.kernel * all_.shape.padded : 0;
      offsets_.push_back({weights_, weights_ + taps});
      weights_ += taps + branch.outputs * all_.shape.padded;
      gradients_.push_back(gradients[i].defined() ? gradients[i].contiguous(at::MemoryFormat::ChannelsLast) : at::Tensor());
      if (gradients_[i].defined()) branch.gradient = gradients_[i].data_ptr<float>();
    }
  }

  void run(bool want_input, bool want_weights) {
    const BranchesShape& s = all_.shape;
    const int64_t samples = x_.size(0), pixels = s.height * s.width;
    if (want_weights) sums_.assign(chunk_count(samples) * weights_, 0);
    if (want_input) input = at::empty_like(x_);
    std::vector<float> products(normalized_ && want_input ? samples * 2 * s.channels : 0);
    for_each_chunk(samples, [&](int64_t chunk, int64_t first, int64_t last) {
      const AlignedFloats active = all_.bordered_zeros(), gradient = all_.bordered_zeros(), scratch(all_.scratch_size),
                          sum(pixels * s.padded);
      for (int64_t n = first; n < last; ++n) {
        all_.load(n, active.data());
        std::memset(sum.data(), 0, pixels * s.padded * sizeof(float));
        for (size_t i = 0; i < all_.branches.size(); ++i) {
          const Branch& branch = all_.branches[i];
          if (branch.gradient == nullptr) continue;
          ARCHWRIGHT_BEST(branch_input)(s, branch, n, gradient.data(), sum.data());
          if (!want_weights) continue;
          float* weights = sums_.data() + chunk * weights_;
          ARCHWRIGHT_BEST(branch_weights)
          (s, branch, active.data(), gradient.data(), n, scratch.data(), weights + offsets_[i].taps,
           weights + offsets_[i].pointwise);
        }
        if (!want_input) continue;
        float* to = input.data_ptr<float>() + n * pixels * s.channels;
        ARCHWRIGHT_BEST(mask_inactive)(s, active.data(), sum.data(), to);
        if (normalized_)
          ARCHWRIGHT_BEST(sample_products)
          (to, x_.data_ptr<float>() + n * pixels * s.channels, pixels, s.channels, products.data() + n * 2 * s.channels);
      }
    });
    if (normalized_ && want_input) through_normalization(products);
    for (int64_t chunk = 1; chunk < chunk_count(samples) && want_weights; ++chunk)
      for (int64_t i = 0; i < weights_; ++i) sums_[i] += sums_[chunk * weights_ + i];
  }

  at::Tensor depthwise(size_t i) const {
    const Branch& b = all_.branches[i];
    const int64_t channels = all_.shape.channels, k = b.kernel;
    at::Tensor result = at::empty({channels, 1, k, k}, x_.options());
    const float* from = sums_.data() + offsets_[i].taps;
    float* to = result.data_ptr<float>();
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t t = 0; t < k * k; ++t) to[c * k * k + t] = from[t * all_.shape.padded + c];
    return result;
  }

  at::Tensor pointwise(size_t i) const {
    const int64_t channels = all_.shape.channels, outputs = all_.branches[i].outputs;
    at::Tensor result = at::empty({outputs, channels, 1, 1}, x_.options());
    const float* from = sums_.data() + offsets_[i].pointwise;
    for (int64_t o = 0; o < outputs; ++o)
      std::copy_n(from + o * all_.shape.padded, channels, result.data_ptr<float>() + o * channels);
    return result;
  }

  at::Tensor input;

 private:
  // With y = (x − μ)/σ and the gradient g of y: g ← (g − mean(g) − y · mean(g·y)) / σ.
  void through_normalization(const std::vector<float>& products) {
    const BranchesShape& s = all_.shape;
    const int64_t samples = x_.size(0), pixels = s.height * s.width;
    const double count = static_cast<double>(samples * pixels);
    std::vector<float> a(s.channels), b(s.channels), d(s.channels);
    for (int64_t c = 0; c < s.channels; ++c) {
      double sum = 0, product = 0;
      for (int64_t n = 0; n < samples; ++n) {
        sum += products[n * 2 * s.channels + c];
        product += products[(n * 2 + 1) * s.channels + c];
      }
      const double inverse = all_.scale[c], mean = -all_.shift[c] / inverse;
      const double mean_product = (product - mean * sum) * inverse / count;  // of g·y
      a[c] = static_cast<float>(inverse);
      b[c] = static_cast<float>(-inverse * inverse * mean_product);
      d[c] = static_cast<float>(-inverse * sum / count + inverse * inverse * mean * mean_product);
    }
    for_each_chunk(samples, [&](int64_t, int64_t first, int64_t last) {
      const int64_t offset = first * pixels * s.channels;
      ARCHWRIGHT_BEST(combine)
      (a.data(), b.data(), d.data(), x_.data_ptr<float>() + offset, (last - first) * pixels, s.channels,
       input.data_ptr<float>() + offset);
    });
  }

  Branches all_;
  const at::Tensor x_;
  const bool normalized_;
  std::vector<at::Tensor> gradients_;
  std::vector<WeightOffsets> offsets_;
  int64_t weights_ = 0;
  std::vector<float> sums_;  // [chunk][weights]
};

// The outputs by the library's operators.
variable_list composite(const variable_list& inputs, size_t count, const Options& options) {
  const at::Tensor active = at::relu(options.moments.defined() ? normalized(inputs[0]) : inputs[0]);
  variable_list outputs;
  for (size_t i = 0; i < count; ++i) {
    const at::Tensor &depthwise = inputs[1 + i], &pointwise = inputs[1 + count + i];
    if (!has_depthwise(depthwise)) {
      outputs.push_back(at::conv2d(active, pointwise, {}, options.stride));
      continue;
    }
    const int64_t padding = options.dilation[i] * (depthwise.size(2) - 1) / 2;
    const at::Tensor inner =
        at::conv2d(active, depthwise, {}, options.stride, padding, options.dilation[i], depthwise.size(0));
    outputs.push_back(at::conv2d(inner, pointwise));
  }
  return outputs;
}

struct Function : torch::autograd::Function<Function> {
  // `inputs`: x, the depthwise weights, the pointwise weights.
  static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs, const Options& options) {
    const size_t count = options.dilation.size();
    context->set_materialize_grads(false);
    context->save_for_backward(inputs.vec());
    context->saved_data["moments"] = options.moments.defined() ? c10::IValue(options.moments) : c10::IValue();
    context->saved_data["stride"] = options.stride;
    context->saved_data["dilation"] = options.dilation;
    variable_list results = archwright::forward(inputs[0], inputs.slice(1, count), inputs.slice(1 + count), options);
    context->mark_non_differentiable({results.begin() + count, results.end()});
    return results;
  }

  static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& gradients) {
    const variable_list inputs = context->get_saved_variables();
    const c10::IValue& moments = context->saved_data["moments"];
    const Options options{moments.isNone() ? at::Tensor() : moments.toTensor(), context->saved_data["stride"].toInt(),
                          context->saved_data["dilation"].toIntVector()};
    const size_t count = options.dilation.size();
    variable_list result(inputs.size() + 1);
    if (at::GradMode::is_enabled()) {
      const auto again = [&](const variable_list& given) { return composite(given, count, options); };
      const variable_list found = differentiable_gradients(again, inputs, gradients);
      std::copy(found.begin(), found.end(), result.begin());
      return result;
    }
    const at::TensorList all(inputs);
    Backward backward(inputs[0], all.slice(1, count), all.slice(1 + count), options, gradients);
    bool want_weights = false;
    for (size_t i = 1; i < inputs.size(); ++i) want_weights |= context->needs_input_grad(i);
    backward.run(context->needs_input_grad(0), want_weights);
    result[0] = backward.input;
    for (size_t i = 0; i < count && want_weights; ++i) {
      if (!gradients[i].defined()) continue;
      if (has_depthwise(inputs[1 + i])) result[1 + i] = backward.depthwise(i);
      result[1 + count + i] = backward.pointwise(i);
    }
    return result;
  }
};

std::tuple<std::vector<at::Tensor>, std::vector<at::Tensor>> separable_branches(
    const at::Tensor& x, const c10::optional<at::Tensor>& moments, at::TensorList depthwise, at::TensorList pointwise,
    int64_t stride, at::IntArrayRef dilation) {
  variable_list inputs{x.contiguous(at::MemoryFormat::ChannelsLast)};
  inputs.insert(inputs.end(), depthwise.begin(), depthwise.end());
  inputs.insert(inputs.end(), pointwise.begin(), pointwise.end());
  TORCH_CHECK(depthwise.size() == dilation.size() && pointwise.size() == dilation.size(), kName,
              ": depthwise, pointwise and dilation must be equally long");
  const variable_list results =
      Function::apply(at::TensorList(inputs), Options{moments.value_or(at::Tensor()), stride, dilation.vec()});
  const auto middle = results.begin() + static_cast<std::ptrdiff_t>(dilation.size());
  return {{results.begin(), middle}, {middle, results.end()}};
}

TORCH_LIBRARY_FRAGMENT(archwright, m) {
  m.def(
      "separable_branches(Tensor x, Tensor? moments, Tensor[] depthwise, Tensor[] pointwise, int stride, int[] dilation) "
      "-> (Tensor[] outputs, Tensor[] moments)");
}

TORCH_LIBRARY_IMPL(archwright, AutogradCPU, m) { m.impl("separable_branches", &separable_branches); }

}  // namespace
}  // namespace archwright
