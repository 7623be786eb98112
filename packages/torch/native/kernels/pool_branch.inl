// Kernel of pool_branch.cc: 3x3 pooling with padding 1 of one sample [height][width][channels], and its gradient.

#include "moments.inl"

struct Window {
  int64_t first, last;
};

inline Window window(int64_t out, int64_t stride, int64_t size) {
  const int64_t from = out * stride - 1;
  return {from < 0 ? 0 : from, from + 3 > size ? size : from + 3};
}

// Channels c, c + count, ... of one output pixel. For a maximum, `chosen` gets the place in the window (0..8) of its
// first occurrence in row-major order; as in at::max_pool2d a NaN counts as largest.
template <bool IsAverage, class V>
inline __attribute__((always_inline)) int64_t pooled_channels(const PoolBranchShape& s, const float* image, Window rows,
                                                              Window columns, int64_t top, int64_t left, int64_t c,
                                                              float* out, float* chosen) {
  using L = Lanes<V>;
  const float factor = 1.0f / static_cast<float>((rows.last - rows.first) * (columns.last - columns.first));
  for (; c + L::count <= s.channels; c += L::count) {
    V value = {}, place = {};
    bool first = true;
    for (int64_t y = rows.first; y < rows.last; ++y)
      for (int64_t x = columns.first; x < columns.last; ++x) {
        const V next = L::load(image + (y * s.width + x) * s.channels + c);
        if (IsAverage) {
          value += next;
          continue;
        }
        const V at = V{} + static_cast<float>((y - top) * 3 + x - left);
        const auto larger = (next > value) | (next != next);
        value = first ? next : larger ? next : value;
        place = first ? at : larger ? at : place;
        first = false;
      }
    L::store(out + c, IsAverage ? value * factor : value);
    if (!IsAverage) L::store(chosen + c, place);
  }
  return c;
}

template <bool IsAverage>
inline void pooled_sample(const PoolBranchShape& s, const float* image, float* out, int8_t* chosen, float* scratch,
                          float* moments) {
  float* pixel = out;
  for (int64_t y = 0; y < s.out_height; ++y)
    for (int64_t x = 0; x < s.out_width; ++x, pixel += s.channels) {
      const Window rows = window(y, s.stride, s.height), columns = window(x, s.stride, s.width);
      const int64_t top = y * s.stride - 1, left = x * s.stride - 1;
      const int64_t c = pooled_channels<IsAverage, Vector>(s, image, rows, columns, top, left, 0, pixel, scratch);
      pooled_channels<IsAverage, float>(s, image, rows, columns, top, left, c, pixel, scratch);
      if (IsAverage) continue;
      for (int64_t i = 0; i < s.channels; ++i) chosen[i] = static_cast<int8_t>(scratch[i]);
      chosen += s.channels;
    }
  sample_moments(out, s.out_height * s.out_width, s.channels, moments);
}

inline void average_sample(const PoolBranchShape& s, const float* image, float* out, int8_t* chosen, float* scratch,
                           float* moments) {
  pooled_sample<true>(s, image, out, chosen, scratch, moments);
}

inline void maximum_sample(const PoolBranchShape& s, const float* image, float* out, int8_t* chosen, float* scratch,
                           float* moments) {
  pooled_sample<false>(s, image, out, chosen, scratch, moments);
}

// The gradient of the image, which is zero before, from that of the pool.
inline void average_gradient(const PoolBranchShape& s, const float* gradient, const int8_t*, float* image) {
  using L = Lanes<Vector>;
  for (int64_t y = 0; y < s.out_height; ++y)
    for (int64_t x = 0; x < s.out_width; ++x, gradient += s.channels) {
      const Window rows = window(y, s.stride, s.height), columns = window(x, s.stride, s.width);
      const float factor = 1.0f / static_cast<float>((rows.last - rows.first) * (columns.last - columns.first));
      for (int64_t v = rows.first; v < rows.last; ++v)
        for (int64_t u = columns.first; u < columns.last; ++u) {
          float* to = image + (v * s.width + u) * s.channels;
          int64_t c = 0;
          for (; c + kLanes <= s.channels; c += kLanes) L::store(to + c, L::load(to + c) + L::load(gradient + c) * factor);
          for (; c < s.channels; ++c) to[c] += gradient[c] * factor;
        }
    }
}

inline void maximum_gradient(const PoolBranchShape& s, const float* gradient, const int8_t* chosen, float* image) {
  typedef int8_t Places __attribute__((vector_size(kLanes), aligned(1), may_alias));
  typedef int32_t Wide __attribute__((vector_size(4 * kLanes)));
  using L = Lanes<Vector>;
  for (int64_t y = 0; y < s.out_height; ++y)
    for (int64_t x = 0; x < s.out_width; ++x, gradient += s.channels, chosen += s.channels) {
      const int64_t top = y * s.stride - 1, left = x * s.stride - 1;
      const Window rows = window(y, s.stride, s.height), columns = window(x, s.stride, s.width);
      for (int64_t v = rows.first; v < rows.last; ++v)
        for (int64_t u = columns.first; u < columns.last; ++u) {
          const int place = static_cast<int>((v - top) * 3 + u - left);
          float* to = image + (v * s.width + u) * s.channels;
          int64_t c = 0;
          for (; c + kLanes <= s.channels; c += kLanes) {
            const Wide own = __builtin_convertvector(*reinterpret_cast<const Places*>(chosen + c), Wide);
            L::store(to + c, L::load(to + c) + (own == place ? L::load(gradient + c) : Vector{}));
          }
          for (; c < s.channels; ++c)
            if (chosen[c] == place) to[c] += gradient[c];
        }
    }
}
