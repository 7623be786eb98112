// Kernel of pool.cc: one output row of a 3x3 pooling with padding 1 over channels-last memory.

struct Average {
  template <class V>
  static inline __attribute__((always_inline)) V combine(V a, V b) {
    return a + b;
  }
};

struct Maximum {
  // As at::max_pool2d, a NaN in the window is the result.
  static inline __attribute__((always_inline)) Vector combine(Vector a, Vector b) { return (b > a) | (b != b) ? b : a; }
  static inline __attribute__((always_inline)) float combine(float a, float b) { return b > a || b != b ? b : a; }
};

// Channels c, c+count, ... of the output pixel whose window is rows y0..y1-1 and columns x0..x1-1 of `image`.
template <class Mode, class V>
inline __attribute__((always_inline)) int64_t pool_channels(const PoolShape& s, const float* image, int64_t y0,
                                                            int64_t y1, int64_t x0, int64_t x1, int64_t c, float factor,
                                                            float* out) {
  using L = Lanes<V>;
  for (; c + L::count <= s.channels; c += L::count) {
    V value = L::load(image + (y0 * s.width + x0) * s.channels + c);
    for (int64_t y = y0; y < y1; ++y)
      for (int64_t x = x0; x < x1; ++x)
        if (y != y0 || x != x0) value = Mode::combine(value, L::load(image + (y * s.width + x) * s.channels + c));
    L::store(out + c, value * factor);
  }
  return c;
}

template <class Mode>
inline void pool_rows(const PoolShape& s, const float* in, float* out, int64_t first, int64_t last) {
  for (int64_t row = first; row < last; ++row) {
    const int64_t b = row / s.out_height, oy = row % s.out_height;
    const float* image = in + b * s.height * s.width * s.channels;
    const int64_t top = oy * s.stride - 1;
    const int64_t y0 = top < 0 ? 0 : top, y1 = top + 3 > s.height ? s.height : top + 3;
    for (int64_t ox = 0; ox < s.out_width; ++ox) {
      const int64_t left = ox * s.stride - 1;
      const int64_t x0 = left < 0 ? 0 : left, x1 = left + 3 > s.width ? s.width : left + 3;
      // Padded cells do not count in an average.
      const float factor = std::is_same<Mode, Average>::value ? 1.0f / static_cast<float>((y1 - y0) * (x1 - x0)) : 1.0f;
      float* pixel = out + (row * s.out_width + ox) * s.channels;
      const int64_t c = pool_channels<Mode, Vector>(s, image, y0, y1, x0, x1, 0, factor, pixel);
      pool_channels<Mode, float>(s, image, y0, y1, x0, x1, c, factor, pixel);
    }
  }
}

inline void average_rows(const PoolShape& s, const float* in, float* out, int64_t first, int64_t last) {
  pool_rows<Average>(s, in, out, first, last);
}

inline void maximum_rows(const PoolShape& s, const float* in, float* out, int64_t first, int64_t last) {
  pool_rows<Maximum>(s, in, out, first, last);
}
