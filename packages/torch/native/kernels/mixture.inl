// Kernel of mixture.cc: passes over the pixels [pixels][channels] of all terms of a node, from `first` on.

// out = Σ scale_t · term_t + shift, by channel. scales [terms][channels].
template <class V>
inline __attribute__((always_inline)) int64_t mixed_channels(const float* const* terms, int64_t count,
                                                             const float* scales, const float* shift, int64_t channels,
                                                             int64_t offset, int64_t c, float* out) {
  using L = Lanes<V>;
  for (; c + L::count <= channels; c += L::count) {
    V sum = L::load(shift + c);
    for (int64_t t = 0; t < count; ++t) sum += L::load(scales + t * channels + c) * L::load(terms[t] + offset + c);
    L::store(out + offset + c, sum);
  }
  return c;
}

inline void mixed_pixels(const float* const* terms, int64_t count, const float* scales, const float* shift,
                         int64_t channels, int64_t first, int64_t last, float* out) {
  for (int64_t offset = first * channels; offset < last * channels; offset += channels) {
    const int64_t c = mixed_channels<Vector>(terms, count, scales, shift, channels, offset, 0, out);
    mixed_channels<float>(terms, count, scales, shift, channels, offset, c, out);
  }
}

// Adds Σ g and, for every term, Σ g·term to sums [1 + terms][channels].
template <class V>
inline __attribute__((always_inline)) int64_t product_channels(const float* const* terms, int64_t count, const float* g,
                                                               int64_t channels, int64_t first, int64_t last, int64_t c,
                                                               double* sums) {
  using L = Lanes<V>;
  for (; c + L::count <= channels; c += L::count)
    for (int64_t t = -1; t < count; ++t) {
      V sum[2] = {};
      for (int64_t p = first; p < last; ++p) {
        const V value = L::load(g + p * channels + c);
        sum[p % 2] += t < 0 ? value : value * L::load(terms[t] + p * channels + c);
      }
      float lanes[L::count];
      L::store(lanes, sum[0] + sum[1]);
      for (int i = 0; i < L::count; ++i) sums[(t + 1) * channels + c + i] += lanes[i];
    }
  return c;
}

inline void products_with(const float* const* terms, int64_t count, const float* g, int64_t channels, int64_t first,
                          int64_t last, double* sums) {
  const int64_t c = product_channels<Vector>(terms, count, g, channels, first, last, 0, sums);
  product_channels<float>(terms, count, g, channels, first, last, c, sums);
}

// out = a·g + b·term + d, by channel; for a term that is not normalized, out = a·g.
inline void term_gradient(const float* a, const float* b, const float* d, bool normalized, const float* g,
                          const float* term, int64_t channels, int64_t first, int64_t last, float* out) {
  using L = Lanes<Vector>;
  for (int64_t offset = first * channels; offset < last * channels; offset += channels) {
    int64_t c = 0;
    for (; c + kLanes <= channels; c += kLanes) {
      Vector value = L::load(a + c) * L::load(g + offset + c);
      if (normalized) value += L::load(b + c) * L::load(term + offset + c) + L::load(d + c);
      L::store(out + offset + c, value);
    }
    for (; c < channels; ++c)
      out[offset + c] = normalized ? a[c] * g[offset + c] + b[c] * term[offset + c] + d[c] : a[c] * g[offset + c];
  }
}
