// Kernel of branches.cc: separable convolutions of one sample whose ReLU stands in a zero-bordered copy in the
// second-level cache, so that no tap needs a check, and their gradients. Channels are padded to whole vectors there.

#include "gemm.inl"
#include "moments.inl"

constexpr int kPixels = 8;  // neighbouring output pixels that one depthwise step computes together

// Offset of pixel (y, x) in a bordered sample.
inline int64_t bordered(const BranchesShape& s, int64_t y, int64_t x) {
  return ((y + s.border) * (s.width + 2 * s.border) + x + s.border) * s.padded;
}

// ReLU of x or, with scale and shift, of scale·x + shift, into the inside of a bordered sample.
inline void load_active(const BranchesShape& s, const float* x, const float* scale, const float* shift, float* active) {
  using L = Lanes<Vector>;
  for (int64_t y = 0; y < s.height; ++y)
    for (int64_t u = 0; u < s.width; ++u, x += s.channels) {
      float* to = active + bordered(s, y, u);
      int64_t c = 0;
      for (; c + kLanes <= s.channels; c += kLanes) {
        const Vector v = scale == nullptr ? L::load(x + c) : L::load(x + c) * L::load(scale + c) + L::load(shift + c);
        L::store(to + c, v < 0 ? Vector{} : v);  // a NaN stays one
      }
      for (; c < s.channels; ++c) {
        const float v = scale == nullptr ? x[c] : x[c] * scale[c] + shift[c];
        to[c] = v < 0 ? 0 : v;
      }
    }
}

// Pixels neighbouring output pixels of a depthwise convolution, one vector of channels. `in` is the first tap of the
// first pixel; rows of the bordered sample are `row` floats apart, pixels `padded`.
template <int Kernel, int Stride, int Dilation, int Pixels, bool Accumulate>
inline __attribute__((always_inline)) void depthwise_pixels(const float* in, int64_t row, int64_t padded,
                                                            const float* taps, float* out) {
  using L = Lanes<Vector>;
  constexpr int kSpan = (Pixels - 1) * Stride + (Kernel - 1) * Dilation + 1;
  Vector sum[Pixels];
#pragma GCC unroll 8
  for (int p = 0; p < Pixels; ++p) sum[p] = Accumulate ? L::load(out + p * padded) : Vector{};
#pragma GCC unroll 1
  for (int ky = 0; ky < Kernel; ++ky) {
    Vector tap[Kernel];
#pragma GCC unroll 8
    for (int kx = 0; kx < Kernel; ++kx) tap[kx] = L::load(taps + (ky * Kernel + kx) * padded);
    const float* from = in + ky * Dilation * row;
#pragma GCC unroll 64
    for (int i = 0; i < kSpan; ++i) {
      const Vector value = L::load(from + i * padded);
#pragma GCC unroll 8
      for (int kx = 0; kx < Kernel; ++kx) {
        const int offset = i - kx * Dilation;
        if (offset >= 0 && offset % Stride == 0 && offset / Stride < Pixels) sum[offset / Stride] += tap[kx] * value;
      }
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < Pixels; ++p) L::store(out + p * padded, sum[p]);
}

// One row of `pixels` output pixels, all channels.
template <int Kernel, int Stride, int Dilation, bool Accumulate>
inline void depthwise_row(const float* in, int64_t row, int64_t padded, const float* taps, int64_t pixels, float* out) {
  for (int64_t c = 0; c < padded; c += kLanes) {
    int64_t p = 0;
    for (; p + kPixels <= pixels; p += kPixels)
      depthwise_pixels<Kernel, Stride, Dilation, kPixels, Accumulate>(in + p * Stride * padded + c, row, padded,
                                                                      taps + c, out + p * padded + c);
    for (; p < pixels; ++p)
      depthwise_pixels<Kernel, Stride, Dilation, 1, Accumulate>(in + p * Stride * padded + c, row, padded, taps + c,
                                                                out + p * padded + c);
  }
}

// Adds Σ gradient[p] · in[p + tap] over Pixels neighbouring pixels to the sums of one row of taps.
template <int Kernel, int Stride, int Dilation, int Pixels>
inline __attribute__((always_inline)) void tap_pixels(const float* in, int64_t padded, const float* gradient,
                                                      Vector (&sum)[Kernel]) {
  using L = Lanes<Vector>;
  constexpr int kSpan = (Pixels - 1) * Stride + (Kernel - 1) * Dilation + 1;
  Vector g[Pixels];
#pragma GCC unroll 8
  for (int p = 0; p < Pixels; ++p) g[p] = L::load(gradient + p * Stride * padded);
#pragma GCC unroll 64
  for (int i = 0; i < kSpan; ++i) {
    const Vector value = L::load(in + i * padded);
#pragma GCC unroll 8
    for (int kx = 0; kx < Kernel; ++kx) {
      const int offset = i - kx * Dilation;
      if (offset >= 0 && offset % Stride == 0 && offset / Stride < Pixels) sum[kx] += g[offset / Stride] * value;
    }
  }
}

// Adds the gradient of the taps: `gradient` is the depthwise output's, at its pixels' places in a bordered sample.
template <int Kernel, int Stride, int Dilation>
inline void tap_gradients(const BranchesShape& s, const float* active, const float* gradient, float* taps) {
  using L = Lanes<Vector>;
  constexpr int kPadding = Dilation * (Kernel - 1) / 2;
  for (int64_t c = 0; c < s.padded; c += kLanes)
    for (int ky = 0; ky < Kernel; ++ky) {
      Vector sum[Kernel];
      float* to = taps + ky * Kernel * s.padded + c;
      for (int kx = 0; kx < Kernel; ++kx) sum[kx] = L::load(to + kx * s.padded);
      for (int64_t y = 0; y < s.out_height; ++y) {
        const float* in = active + bordered(s, y * Stride - kPadding + ky * Dilation, -kPadding) + c;
        const float* g = gradient + bordered(s, y * Stride, 0) + c;
        int64_t p = 0;
        for (; p + kPixels <= s.out_width; p += kPixels)
          tap_pixels<Kernel, Stride, Dilation, kPixels>(in + p * Stride * s.padded, s.padded, g + p * Stride * s.padded,
                                                        sum);
        for (; p < s.out_width; ++p)
          tap_pixels<Kernel, Stride, Dilation, 1>(in + p * Stride * s.padded, s.padded, g + p * Stride * s.padded, sum);
      }
      for (int kx = 0; kx < Kernel; ++kx) L::store(to + kx * s.padded, sum[kx]);
    }
}

struct DepthwiseKernels {
  void (*row)(const float*, int64_t, int64_t, const float*, int64_t, float*);           // forward
  void (*transposed_row)(const float*, int64_t, int64_t, const float*, int64_t, float*);  // added, stride 1
  void (*taps)(const BranchesShape&, const float*, const float*, float*);
};

template <int Kernel, int Dilation>
inline DepthwiseKernels depthwise_kernels(int64_t stride) {
  const auto transposed = depthwise_row<Kernel, 1, Dilation, true>;
  if (stride == 1)
    return {depthwise_row<Kernel, 1, Dilation, false>, transposed, tap_gradients<Kernel, 1, Dilation>};
  return {depthwise_row<Kernel, 2, Dilation, false>, transposed, tap_gradients<Kernel, 2, Dilation>};
}

template <int Kernel>
inline DepthwiseKernels depthwise_kernels(int64_t stride, int64_t dilation) {
  return dilation == 1 ? depthwise_kernels<Kernel, 1>(stride) : depthwise_kernels<Kernel, 2>(stride);
}

inline DepthwiseKernels depthwise_kernels(int64_t kernel, int64_t stride, int64_t dilation) {
  if (kernel == 3) return depthwise_kernels<3>(stride, dilation);
  return kernel == 5 ? depthwise_kernels<5>(stride, dilation) : depthwise_kernels<7>(stride, dilation);
}

// Depthwise results of the output rows [first, last), [pixel][padded]: what the pointwise convolution reads.
inline void depthwise_rows(const BranchesShape& s, const Branch& b, const float* active, int64_t first, int64_t last,
                           float* out) {
  const DepthwiseKernels kernels = depthwise_kernels(b.kernel, s.stride, b.dilation);
  const int64_t padding = b.dilation * (b.kernel - 1) / 2, row = (s.width + 2 * s.border) * s.padded;
  for (int64_t y = first; y < last; ++y, out += s.out_width * s.padded)
    kernels.row(active + bordered(s, y * s.stride - padding, -padding), row, s.padded, b.taps, s.out_width, out);
}

// The branch's output for sample n, and its moments. `scratch`: s.block_rows rows of depthwise results and of output.
inline void branch_forward(const BranchesShape& s, const Branch& b, const float* active, int64_t n, float* scratch,
                           float* moments) {
  const int64_t width = padded(b.outputs), pixels = s.out_height * s.out_width;
  float* out = b.output + n * pixels * b.outputs;
  float* product = scratch + s.block_rows * s.out_width * s.padded;
  for (int64_t y = 0; y < s.out_height; y += s.block_rows) {
    const int64_t rows = std::min(s.block_rows, s.out_height - y), block = rows * s.out_width;
    float* to = out + y * s.out_width * b.outputs;
    float* into = width == b.outputs ? to : product;
    if (b.kernel == 1) {
      for (int64_t r = 0; r < rows; ++r)
        multiply<false>(s.out_width, width / kLanes, s.channels, active + bordered(s, (y + r) * s.stride, 0),
                        s.stride * s.padded, b.pointwise, into + r * s.out_width * width, width);
    } else {
      depthwise_rows(s, b, active, y, y + rows, scratch);
      multiply<false>(block, width / kLanes, s.channels, scratch, s.padded, b.pointwise, into, width);
    }
    if (into != to)
      for (int64_t p = 0; p < block; ++p) std::copy_n(into + p * width, b.outputs, to + p * b.outputs);
  }
  sample_moments(out, pixels, b.outputs, moments);
}

// Adds the gradients of the branch's weights for sample n. `gradient` is a bordered sample that holds the depthwise
// output's; unused if there is no depthwise convolution.
inline void branch_weights(const BranchesShape& s, const Branch& b, const float* active, const float* gradient,
                           int64_t n, float* scratch, float* taps, float* pointwise) {
  const float* from = b.gradient + n * s.out_height * s.out_width * b.outputs;
  for (int64_t y = 0; y < s.out_height; y += s.block_rows) {
    const int64_t rows = std::min(s.block_rows, s.out_height - y);
    const float* g = from + y * s.out_width * b.outputs;
    if (b.kernel == 1) {
      for (int64_t r = 0; r < rows; ++r)
        outer_product(b.outputs, s.padded / kLanes, s.out_width, g + r * s.out_width * b.outputs, b.outputs,
                      active + bordered(s, (y + r) * s.stride, 0), s.stride * s.padded, pointwise, s.padded);
    } else {
      depthwise_rows(s, b, active, y, y + rows, scratch);
      outer_product(b.outputs, s.padded / kLanes, rows * s.out_width, g, b.outputs, scratch, s.padded, pointwise,
                    s.padded);
    }
  }
  if (b.kernel > 1) depthwise_kernels(b.kernel, s.stride, b.dilation).taps(s, active, gradient, taps);
}

// Adds the branch's gradient of the active input, [height][width][padded], for sample n. `gradient`: a bordered sample,
// zero except at the output pixels' places, into which the depthwise output's gradient goes on the way.
inline void branch_input(const BranchesShape& s, const Branch& b, int64_t n, float* gradient, float* input) {
  const float* from = b.gradient + n * s.out_height * s.out_width * b.outputs;
  const int64_t vectors = s.padded / kLanes;
  for (int64_t y = 0; y < s.out_height; ++y) {
    const float* g = from + y * s.out_width * b.outputs;
    if (b.kernel == 1)
      multiply<true>(s.out_width, vectors, b.outputs, g, b.outputs, b.transposed,
                     input + y * s.stride * s.width * s.padded, s.stride * s.padded);
    else
      multiply<false>(s.out_width, vectors, b.outputs, g, b.outputs, b.transposed, gradient + bordered(s, y * s.stride, 0),
                      s.stride * s.padded);
  }
  if (b.kernel == 1) return;
  const DepthwiseKernels kernels = depthwise_kernels(b.kernel, s.stride, b.dilation);
  const int64_t padding = b.dilation * (b.kernel - 1) / 2, row = (s.width + 2 * s.border) * s.padded;
  for (int64_t y = 0; y < s.height; ++y)
    kernels.transposed_row(gradient + bordered(s, y - padding, -padding), row, s.padded, b.flipped, s.width,
                           input + y * s.width * s.padded);
}

// The gradient before the ReLU, from that behind it.
inline void mask_inactive(const BranchesShape& s, const float* active, const float* input, float* out) {
  using L = Lanes<Vector>;
  for (int64_t y = 0; y < s.height; ++y)
    for (int64_t u = 0; u < s.width; ++u, input += s.padded, out += s.channels) {
      const float* a = active + bordered(s, y, u);
      int64_t c = 0;
      for (; c + kLanes <= s.channels; c += kLanes) L::store(out + c, L::load(a + c) <= 0 ? Vector{} : L::load(input + c));
      for (; c < s.channels; ++c) out[c] = a[c] <= 0 ? 0 : input[c];
    }
}

// Σ g and Σ g·x of every channel of one sample.
template <class V>
inline __attribute__((always_inline)) int64_t products_of(const float* g, const float* x, int64_t pixels,
                                                          int64_t channels, int64_t c, float* sums) {
  using L = Lanes<V>;
  for (; c + L::count <= channels; c += L::count) {
    V sum = {}, product = {};
    for (int64_t p = 0; p < pixels; ++p) {
      const V value = L::load(g + p * channels + c);
      sum += value;
      product += value * L::load(x + p * channels + c);
    }
    L::store(sums + c, sum);
    L::store(sums + channels + c, product);
  }
  return c;
}

inline void sample_products(const float* g, const float* x, int64_t pixels, int64_t channels, float* sums) {
  const int64_t c = products_of<Vector>(g, x, pixels, channels, 0, sums);
  products_of<float>(g, x, pixels, channels, c, sums);
}

// g ← a·g + b·x + d, by channel.
inline void combine(const float* a, const float* b, const float* d, const float* x, int64_t pixels, int64_t channels,
                    float* g) {
  using L = Lanes<Vector>;
  for (int64_t p = 0; p < pixels; ++p, x += channels, g += channels) {
    int64_t c = 0;
    for (; c + kLanes <= channels; c += kLanes)
      L::store(g + c, L::load(a + c) * L::load(g + c) + L::load(b + c) * L::load(x + c) + L::load(d + c));
    for (; c < channels; ++c) g[c] = a[c] * g[c] + b[c] * x[c] + d[c];
  }
}

inline int64_t padded_channels(int64_t channels) { return padded(channels); }
