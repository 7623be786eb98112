// Kernels of hyper_dual.cc: one sample's four parts [4], each [pixels][channels].

// Of one sample: means of the parts (value, ∂s, ∂t, ∂s∂t) and sums of products of the deviations from them: value with
// each part, then ∂s with ∂t. moments [9][channels].
template <class V>
inline __attribute__((always_inline)) int64_t joint_channels(const float* const* parts, int64_t pixels,
                                                             int64_t channels, int64_t c, float* moments) {
  using L = Lanes<V>;
  for (; c + L::count <= channels; c += L::count) {
    V mean[4] = {};
    for (int64_t p = 0; p < pixels; ++p)
      for (int k = 0; k < 4; ++k) mean[k] += L::load(parts[k] + p * channels + c);
    for (int k = 0; k < 4; ++k) mean[k] = mean[k] / static_cast<float>(pixels);
    V product[5] = {};
    for (int64_t p = 0; p < pixels; ++p) {
      V d[4];
      for (int k = 0; k < 4; ++k) d[k] = L::load(parts[k] + p * channels + c) - mean[k];
      for (int k = 0; k < 4; ++k) product[k] += d[0] * d[k];
      product[4] += d[1] * d[2];
    }
    for (int k = 0; k < 4; ++k) L::store(moments + k * channels + c, mean[k]);
    for (int k = 0; k < 5; ++k) L::store(moments + (4 + k) * channels + c, product[k]);
  }
  return c;
}

inline void joint_moments(const float* const* parts, int64_t pixels, int64_t channels, float* moments) {
  const int64_t c = joint_channels<Vector>(parts, pixels, channels, 0, moments);
  joint_channels<float>(parts, pixels, channels, c, moments);
}

// out_k = Σ_j factor_{k-j} · part_j + shift_k, where the factor of a part is that of what it lacks. factors [4][channels]:
// r, ∂s r, ∂t r, ∂s∂t r; shifts [4][channels].
template <class V>
inline __attribute__((always_inline)) int64_t scaled_channels(const float* const* parts, const float* factors,
                                                              const float* shifts, int64_t pixels, int64_t channels,
                                                              int64_t c, float* const* out) {
  using L = Lanes<V>;
  for (; c + L::count <= channels; c += L::count) {
    V r[4], shift[4];
    for (int k = 0; k < 4; ++k) {
      r[k] = L::load(factors + k * channels + c);
      shift[k] = L::load(shifts + k * channels + c);
    }
    for (int64_t p = 0; p < pixels; ++p) {
      V x[4];
      for (int k = 0; k < 4; ++k) x[k] = L::load(parts[k] + p * channels + c);
      L::store(out[0] + p * channels + c, r[0] * x[0] + shift[0]);
      L::store(out[1] + p * channels + c, r[0] * x[1] + r[1] * x[0] + shift[1]);
      L::store(out[2] + p * channels + c, r[0] * x[2] + r[2] * x[0] + shift[2]);
      L::store(out[3] + p * channels + c, r[0] * x[3] + r[2] * x[1] + r[1] * x[2] + r[3] * x[0] + shift[3]);
    }
  }
  return c;
}

inline void scaled_parts(const float* const* parts, const float* factors, const float* shifts, int64_t pixels,
                         int64_t channels, float* const* out) {
  const int64_t c = scaled_channels<Vector>(parts, factors, shifts, pixels, channels, 0, out);
  scaled_channels<float>(parts, factors, shifts, pixels, channels, c, out);
}

// Elements from `i` to before `last` of every part; the derivatives only where the value lies between 0 and `limit`.
template <class V>
inline __attribute__((always_inline)) int64_t rectified(const float* const* parts, float limit, int64_t i, int64_t last,
                                                        float* const* out) {
  using L = Lanes<V>;
  const V zero = V{}, most = zero + limit;
  for (; i + L::count <= last; i += L::count) {
    const V value = L::load(parts[0] + i);
    L::store(out[0] + i, value > zero ? (value < most ? value : most) : zero);
    for (int k = 1; k < 4; ++k)
      L::store(out[k] + i, (value > zero) & (value < most) ? L::load(parts[k] + i) : zero);
  }
  return i;
}

inline void rectified_parts(const float* const* parts, float limit, int64_t first, int64_t last, float* const* out) {
  const int64_t i = rectified<Vector>(parts, limit, first, last, out);
  rectified<float>(parts, limit, i, last, out);
}
