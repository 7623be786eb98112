// Kernel of winograd.cc: 3×3 convolution by Winograd's F(4×4, 3×3) (Lavin and Gray, CVPR 2016, section 4.2), for a
// block of 4×4 output tiles whose transformed data stays in the second-level cache: Y = Aᵀ [ Σ (G g Gᵀ) ⊙ (Bᵀ d B) ] A,
// where ⊙ summed over input channels is one matrix product per transform position.
//
// Interpolation points 0, ±√½, ±√2 and ∞ rather than the usual 0, ±1, ±2: a quarter of the largest rounding error for
// the same work.

#include "gemm.inl"

constexpr int kTile = 4;           // output tile side
constexpr int kPatch = kTile + 2;  // input patch side
constexpr int kPositions = kPatch * kPatch;
constexpr float kA = 0.70710678118654752f, kB = 1.41421356237309505f;  // the points; kA² = 1/2, kB² = 2, kA² kB² = 1

// Bᵀ d of six values.
inline __attribute__((always_inline)) void transform_input(const Vector (&d)[kPatch], Vector (&t)[kPatch]) {
  const Vector even_a = d[4] - 2 * d[2], odd_a = kA * d[3] - kB * d[1];
  const Vector even_b = d[4] - 0.5f * d[2], odd_b = kB * d[3] - kA * d[1];
  t[0] = d[0] + d[4] - 2.5f * d[2];
  t[1] = even_a + odd_a;
  t[2] = even_a - odd_a;
  t[3] = even_b + odd_b;
  t[4] = even_b - odd_b;
  t[5] = d[1] + d[5] - 2.5f * d[3];
}

// Aᵀ m of six values.
inline __attribute__((always_inline)) void transform_output(const Vector (&m)[kPatch], Vector (&y)[kTile]) {
  const Vector sum_a = m[1] + m[2], sum_b = m[3] + m[4], difference_a = kA * (m[1] - m[2]),
               difference_b = kB * (m[3] - m[4]);
  y[0] = m[0] + sum_a + sum_b;
  y[1] = difference_a + difference_b;
  y[2] = 0.5f * sum_a + 2 * sum_b;
  y[3] = m[5] + 0.5f * difference_a + 2 * difference_b;
}

// G g of three values, g_step apart, for a vector of output channels at once; in double precision, so that a weight is
// rounded once.
typedef double WeightLanes[kLanes];

inline __attribute__((always_inline)) void transform_weight(const WeightLanes* g, int g_step, WeightLanes* u,
                                                            int u_step) {
  const double a = 0.70710678118654752440, b = 1.41421356237309504880;
  for (int lane = 0; lane < kLanes; ++lane) {
    const double g0 = g[0][lane], g1 = g[g_step][lane], g2 = g[2 * g_step][lane];
    u[0][lane] = g0;
    u[u_step][lane] = -2.0 / 3 * (g0 + a * g1 + 0.5 * g2);  // 1 / (2 a² (a² − b²)) = −2/3
    u[2 * u_step][lane] = -2.0 / 3 * (g0 - a * g1 + 0.5 * g2);
    u[3 * u_step][lane] = 1.0 / 6 * (g0 + b * g1 + 2 * g2);  // 1 / (2 b² (b² − a²)) = 1/6
    u[4 * u_step][lane] = 1.0 / 6 * (g0 - b * g1 + 2 * g2);
    u[5 * u_step][lane] = g2;
  }
}

// Weights of input channels [first, last) of one term into the packed matrices of the 36 positions; the term's channels
// are the rows first_row.. of a matrix of `rows` rows.
inline void pack_winograd(const WinogradWeight& w, int64_t out_channels, int64_t first_row, int64_t rows, int64_t first,
                          int64_t last, float* packed) {
  for (int64_t k = first; k < last; ++k)
    for (int64_t n = 0; n < out_channels; n += kLanes) {
      WeightLanes g[3 * 3], half[kPatch * 3], u[kPositions];
      for (int lane = 0; lane < kLanes; ++lane) {
        const float* from = w.data + (n + lane) * w.out_stride + k * w.in_stride;
        for (int y = 0; y < 3; ++y)
          for (int x = 0; x < 3; ++x) g[y * 3 + x][lane] = from[y * w.y_stride + x * w.x_stride];
      }
      for (int x = 0; x < 3; ++x) transform_weight(g + x, 3, half + x, 3);
      for (int y = 0; y < kPatch; ++y) transform_weight(half + y * 3, 1, u + y * kPatch, 1);
      float* to = packed + packed_index(first_row + k, n, rows, out_channels / kLanes);
      for (int i = 0; i < kPositions; ++i, to += rows * out_channels)
        for (int lane = 0; lane < kLanes; ++lane) to[lane] = static_cast<float>(u[i][lane]);
    }
}

// Bᵀ d B of one input patch whose first pixel is (y, x), `channels` channels, into v[position * position_stride +
// channel].
inline void transform_patch(const float* image, const WinogradShape& s, int64_t channels, int64_t y, int64_t x,
                            float* v, int64_t position_stride) {
  using L = Lanes<Vector>;
  const bool inside = y >= 0 && x >= 0 && y + kPatch <= s.height && x + kPatch <= s.width;
  for (int64_t c = 0; c < channels; c += kLanes) {
    Vector half[kPatch][kPatch];
#pragma GCC unroll 1
    for (int j = 0; j < kPatch; ++j) {
      Vector d[kPatch], t[kPatch];
#pragma GCC unroll 6
      for (int i = 0; i < kPatch; ++i) {
        const bool in = inside || (static_cast<uint64_t>(y + i) < static_cast<uint64_t>(s.height) &&
                                   static_cast<uint64_t>(x + j) < static_cast<uint64_t>(s.width));
        d[i] = in ? L::load(image + ((y + i) * s.width + x + j) * channels + c) : Vector{};
      }
      transform_input(d, t);
#pragma GCC unroll 6
      for (int i = 0; i < kPatch; ++i) half[i][j] = t[i];
    }
#pragma GCC unroll 1
    for (int i = 0; i < kPatch; ++i) {
      Vector t[kPatch];
      transform_input(half[i], t);
#pragma GCC unroll 6
      for (int j = 0; j < kPatch; ++j) L::store(v + (i * kPatch + j) * position_stride + c, t[j]);
    }
  }
}

// Aᵀ m A into the output tile whose first pixel is (y, x), or added to it, `channels` channels from channel `first` on.
template <bool Accumulate>
inline void transform_tile(const float* m, int64_t position_stride, int64_t channels, const WinogradShape& s, int64_t y,
                           int64_t x, int64_t first, float* image) {
  using L = Lanes<Vector>;
  const int64_t rows = std::min<int64_t>(kTile, s.height - y), columns = std::min<int64_t>(kTile, s.width - x);
  for (int64_t c = 0; c < channels; c += kLanes) {
    Vector half[kTile][kPatch];
#pragma GCC unroll 6
    for (int j = 0; j < kPatch; ++j) {
      Vector d[kPatch], t[kTile];
#pragma GCC unroll 6
      for (int i = 0; i < kPatch; ++i) d[i] = L::load(m + (i * kPatch + j) * position_stride + c);
      transform_output(d, t);
#pragma GCC unroll 4
      for (int i = 0; i < kTile; ++i) half[i][j] = t[i];
    }
    float* to = image + (y * s.width + x) * s.out_channels + first + c;
    for (int64_t i = 0; i < rows; ++i, to += s.width * s.out_channels) {
      Vector t[kTile];
      transform_output(half[i], t);
#pragma GCC unroll 4
      for (int j = 0; j < kTile; ++j)
        if (j < columns)
          L::store(to + j * s.out_channels, Accumulate ? L::load(to + j * s.out_channels) + t[j] : t[j]);
    }
  }
}

// Bᵀ d B of the patches of the tiles [first, last) (numbered over samples, then rows, then columns of tiles): 36
// matrices of s.block rows and the channels of all terms, spaced so that the same row of all does not fall on the same
// cache sets.
inline void transform_patches(const WinogradTerm* terms, int64_t count, const WinogradShape& s, int64_t first,
                              int64_t last, float* transformed) {
  const int64_t across = (s.width + kTile - 1) / kTile, tiles = (s.height + kTile - 1) / kTile * across;
  int64_t channel = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t channels = terms[i].channels;
    for (int64_t t = first; t < last; ++t)
      transform_patch(terms[i].input + t / tiles * s.height * s.width * channels, s, channels,
                      t % tiles / across * kTile - 1, t % tiles % across * kTile - 1,
                      transformed + (t - first) * s.in_channels + channel, s.block * s.in_channels + 16);
    channel += channels;
  }
}

// The output tiles [first, last) of the sum of all terms' convolutions, or these added. `product` holds the Σ before the
// last transform, spaced like `transformed`.
template <bool Accumulate>
inline void product_tiles(const WinogradShape& s, const float* packed, int64_t first, int64_t last,
                          const float* transformed, float* product, float* out) {
  const int64_t across = (s.width + kTile - 1) / kTile, tiles = (s.height + kTile - 1) / kTile * across;
  const int64_t v_stride = s.block * s.in_channels + 16;
  for (int64_t n = 0; n < s.out_channels; n += kPanel * kLanes) {
    const int64_t width = std::min<int64_t>(kPanel * kLanes, s.out_channels - n), m_stride = s.block * width + 16;
    for (int p = 0; p < kPositions; ++p)
      multiply<false>(last - first, width / kLanes, s.in_channels, transformed + p * v_stride, s.in_channels,
                      packed + (p * s.out_channels + n) * s.in_channels, product + p * m_stride, width);
    for (int64_t t = first; t < last; ++t)
      transform_tile<Accumulate>(product + (t - first) * width, m_stride, width, s, t % tiles / across * kTile,
                                 t % tiles % across * kTile, n, out + t / tiles * s.height * s.width * s.out_channels);
  }
}

inline void winograd_tiles(const WinogradTerm* terms, int64_t count, const WinogradShape& s, const float* packed,
                           int64_t first, int64_t last, float* transformed, float* product, float* out) {
  transform_patches(terms, count, s, first, last, transformed);
  product_tiles<true>(s, packed, first, last, transformed, product, out);
}
