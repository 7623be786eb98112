// Means and sums of squared deviations of one sample [pixels][channels], while it is in the cache (see moments.h).

template <class V>
inline __attribute__((always_inline)) int64_t moments_of(const float* sample, int64_t pixels, int64_t channels,
                                                         int64_t c, float* mean, float* squares) {
  using L = Lanes<V>;
  for (; c + L::count <= channels; c += L::count) {
    V sum[4] = {};
    int64_t p = 0;
    for (; p + 4 <= pixels; p += 4)
      for (int i = 0; i < 4; ++i) sum[i] += L::load(sample + (p + i) * channels + c);
    for (; p < pixels; ++p) sum[0] += L::load(sample + p * channels + c);
    const V center = ((sum[0] + sum[1]) + (sum[2] + sum[3])) / static_cast<float>(pixels);
    V square[4] = {};
    for (p = 0; p + 4 <= pixels; p += 4)
      for (int i = 0; i < 4; ++i) {
        const V difference = L::load(sample + (p + i) * channels + c) - center;
        square[i] += difference * difference;
      }
    for (; p < pixels; ++p) {
      const V difference = L::load(sample + p * channels + c) - center;
      square[0] += difference * difference;
    }
    L::store(mean + c, center);
    L::store(squares + c, (square[0] + square[1]) + (square[2] + square[3]));
  }
  return c;
}

inline void sample_moments(const float* sample, int64_t pixels, int64_t channels, float* moments) {
  const int64_t c = moments_of<Vector>(sample, pixels, channels, 0, moments, moments + channels);
  moments_of<float>(sample, pixels, channels, c, moments, moments + channels);
}
