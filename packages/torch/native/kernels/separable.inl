// Kernel of separable.cc: depthwise convolution of a run of output pixels into a small buffer, then its product with
// the pointwise weights added to the output while both are in the first-level cache.

#include "codes.inl"
#include "gemm.inl"

// Output pixels that one depthwise step computes together: each weight is loaded once for all of them, each input value
// for all taps of a row, and 8 independent sums hide the latency of a multiply-add.
constexpr int kPixels = 8;

// Depthwise results of Pixels neighbouring output pixels of one row, one vector of channels, into buffer (pixel stride
// `channels`). (y, x) is the input position of the kernel's first tap for the first pixel; it may lie outside the
// image, where the input is 0. Inside: no column lies outside.
template <int Kernel, int Stride, int Dilation, int Pixels, bool Inside, class V>
inline __attribute__((always_inline)) void depthwise_pixels(const SeparableTerm& t, const float* input,
                                                            const float* weight, int64_t y, int64_t x, float* buffer) {
  using L = Lanes<V>;
  constexpr int kSpan = (Pixels - 1) * Stride + (Kernel - 1) * Dilation + 1;
  V sum[Pixels] = {};
#pragma GCC unroll 1
  for (int ky = 0; ky < Kernel; ++ky) {
    const int64_t row = y + ky * Dilation;
    if (row < 0 || row >= t.height) continue;
    V tap[Kernel];
#pragma GCC unroll 8
    for (int kx = 0; kx < Kernel; ++kx) tap[kx] = L::load(weight + (ky * Kernel + kx) * t.channels);
    const float* from = input + (row * t.width + x) * t.channels;
#pragma GCC unroll 64
    for (int i = 0; i < kSpan; ++i) {
      if (!Inside && static_cast<uint64_t>(x + i) >= static_cast<uint64_t>(t.width)) continue;
      const V value = L::load(from + i * t.channels);
#pragma GCC unroll 8
      for (int kx = 0; kx < Kernel; ++kx) {
        const int offset = i - kx * Dilation;
        if (offset >= 0 && offset % Stride == 0 && offset / Stride < Pixels) sum[offset / Stride] += tap[kx] * value;
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < Pixels; ++p) L::store(buffer + p * t.channels, sum[p]);
}

// The output pixels [x_first, x_last) of output row `y_out`, one vector of channels, in steps of Pixels and then fewer.
template <int Kernel, int Stride, int Dilation, class V, int Pixels>
inline void depthwise_steps(const SeparableTerm& t, const float* input, const float* weight, int64_t y_out,
                            int64_t x_first, int64_t x_last, float* buffer) {
  constexpr int kPadding = Dilation * (Kernel - 1) / 2;
  constexpr int kSpan = (Pixels - 1) * Stride + (Kernel - 1) * Dilation + 1;
  for (; x_first + Pixels <= x_last; x_first += Pixels, buffer += Pixels * t.channels) {
    const int64_t y = y_out * Stride - kPadding, x = x_first * Stride - kPadding;
    // The checks cost little: only full steps, which most pixels are in, have a version without them.
    if (Pixels == kPixels && x >= 0 && x + kSpan <= t.width)
      depthwise_pixels<Kernel, Stride, Dilation, Pixels, Pixels == kPixels, V>(t, input, weight, y, x, buffer);
    else
      depthwise_pixels<Kernel, Stride, Dilation, Pixels, false, V>(t, input, weight, y, x, buffer);
  }
  if constexpr (Pixels > 1)
    if (x_first < x_last)
      depthwise_steps<Kernel, Stride, Dilation, V, (Pixels > 4 ? Pixels / 2 : 1)>(t, input, weight, y_out, x_first,
                                                                                  x_last, buffer);
}

// The same for all channels: whole vectors, then single channels.
template <int Kernel, int Stride, int Dilation>
inline void depthwise_row(const SeparableTerm& t, const float* input, int64_t y_out, int64_t x_first, int64_t x_last,
                          float* buffer) {
  int64_t c = 0;
  for (; c + kLanes <= t.channels; c += kLanes)
    depthwise_steps<Kernel, Stride, Dilation, Vector, kPixels>(t, input + c, t.depthwise + c, y_out, x_first, x_last,
                                                               buffer + c);
  for (; c < t.channels; ++c)
    depthwise_steps<Kernel, Stride, Dilation, float, 1>(t, input + c, t.depthwise + c, y_out, x_first, x_last,
                                                        buffer + c);
}

using DepthwiseRow = void (*)(const SeparableTerm&, const float*, int64_t, int64_t, int64_t, float*);

template <int Kernel>
inline DepthwiseRow depthwise_for(const SeparableTerm& t) {
  if (t.dilation == 1) return t.stride == 1 ? depthwise_row<Kernel, 1, 1> : depthwise_row<Kernel, 2, 1>;
  return t.stride == 1 ? depthwise_row<Kernel, 1, 2> : depthwise_row<Kernel, 2, 2>;
}

inline DepthwiseRow depthwise_for(const SeparableTerm& t) {
  return t.kernel == 3 ? depthwise_for<3>(t) : t.kernel == 5 ? depthwise_for<5>(t) : depthwise_for<7>(t);
}

// Weights of one term in the order the kernel reads them: depthwise [tap][channel], pointwise in panels (gemm.inl),
// whose columns are zero-padded to whole vectors.
inline int64_t packed_pointwise_size(int64_t channels, int64_t out_channels) { return channels * padded(out_channels); }

inline void pack_separable(const float* pointwise, int64_t out_stride, int64_t in_stride, int64_t channels,
                           int64_t out_channels, float* packed) {
  const int64_t vectors = padded(out_channels) / kLanes;
  for (int64_t n = 0; n < vectors * kLanes; ++n)
    for (int64_t k = 0; k < channels; ++k)
      packed[packed_index(k, n, channels, vectors)] = n < out_channels ? pointwise[n * out_stride + k * in_stride] : 0;
}

// The sum of all terms, added to the output pixels [first, last) (row-major numbers) of sample b or, with overwrite, in
// their place. Scratch holds last − first pixels of the channels of the widest term and of the padded output.
template <bool Overwrite>
inline void separable_pixels(const SeparableTerm* terms, int64_t count, const SeparableOutput& out, int64_t b,
                             int64_t first, int64_t last, float* scratch) {
  const int64_t width = padded(out.channels), vectors = width / kLanes, pixels = last - first;
  float* to = out.data + (b * out.height * out.width + first) * out.channels;
  float* product = width == out.channels ? to : scratch;
  float* depthwise = scratch + (width == out.channels ? 0 : pixels * width);
  for (int64_t i = 0; i < count; ++i) {
    const SeparableTerm& t = terms[i];
    const DepthwiseRow row = depthwise_for(t);
    for (int64_t p = first; p < last;) {
      const int64_t y = p / out.width, x = p % out.width, end = std::min(out.width, x + last - p);
      row(t, t.input + b * t.height * t.width * t.channels, y, x, end, depthwise + (p - first) * t.channels);
      p += end - x;
    }
    if (i == 0 && (Overwrite || product != to))
      multiply<false>(pixels, vectors, t.channels, depthwise, t.channels, t.pointwise, product, width);
    else
      multiply<true>(pixels, vectors, t.channels, depthwise, t.channels, t.pointwise, product, width);
  }
  if (product != to)
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t c = 0; c < out.channels; ++c)
        to[p * out.channels + c] = (Overwrite ? 0 : to[p * out.channels + c]) + product[p * width + c];
}

inline void add_separable(const SeparableTerm* terms, int64_t count, const SeparableOutput& out, int64_t b,
                          int64_t first, int64_t last, float* scratch) {
  separable_pixels<false>(terms, count, out, b, first, last, scratch);
}

// ReLU of one term and its codes, for the whole of sample b, in blocks of `block` pixels; codes as in codes.inl.
inline void separable_relu(const SeparableTerm& term, const SeparableOutput& out, int64_t b, int64_t block,
                           float* scratch, uint64_t* codes) {
  const int64_t pixels = out.height * out.width, n = pixels * out.channels, words = (n + 63) / 64;
  for (int64_t first = 0; first < pixels; first += block)
    separable_pixels<true>(&term, 1, out, b, first, std::min(pixels, first + block), scratch);
  sign_words(out.data, out.data, n, words, b * words, (b + 1) * words, codes);
}
