// Kernel of codes.cc: which of 64 consecutive floats are positive, as the bits of one word.

// Bit i set where v[i] > 0; NaN counts as not positive.
inline uint64_t positive_lanes(Vector v) {
#if ARCHWRIGHT_LANES == 16
  return _mm512_cmp_ps_mask(reinterpret_cast<__m512>(v), _mm512_setzero_ps(), _CMP_GT_OQ);
#elif ARCHWRIGHT_LANES == 8
  return static_cast<unsigned>(
      _mm256_movemask_ps(_mm256_cmp_ps(reinterpret_cast<__m256>(v), _mm256_setzero_ps(), _CMP_GT_OQ)));
#elif defined(__x86_64__)
  return static_cast<unsigned>(_mm_movemask_ps(_mm_cmpgt_ps(reinterpret_cast<__m128>(v), _mm_setzero_ps())));
#else
  uint64_t bits = 0;
  for (int i = 0; i < kLanes; ++i) bits |= static_cast<uint64_t>(v[i] > 0) << i;
  return bits;
#endif
}

// Words first..last-1 of the codes of samples of n floats, `words` words each, lying one after the other at x.
// Unless relu is null, also relu = max(x, 0), where NaN stays NaN as in at::relu.
template <bool Relu>
inline void positive_words(const float* x, float* relu, int64_t n, int64_t words, int64_t first, int64_t last,
                           uint64_t* codes) {
  using L = Lanes<Vector>;
  for (int64_t w = first; w < last; ++w) {
    const int64_t in_sample = w % words * 64, start = w / words * n + in_sample;
    uint64_t bits = 0;
    if (in_sample + 64 <= n) {
#pragma GCC unroll 16
      for (int i = 0; i < 64; i += kLanes) {
        const Vector v = L::load(x + start + i);
        bits |= positive_lanes(v) << i;
        if (Relu) L::store(relu + start + i, v <= 0 ? Vector{} : v);
      }
    } else {
      for (int64_t i = 0; i < n - in_sample; ++i) {
        const float v = x[start + i];
        bits |= static_cast<uint64_t>(v > 0) << i;
        if (Relu) relu[start + i] = v <= 0 ? 0 : v;
      }
    }
    codes[w] = bits;
  }
}

inline void sign_words(const float* x, float* relu, int64_t n, int64_t words, int64_t first, int64_t last,
                       uint64_t* codes) {
  if (relu)
    positive_words<true>(x, relu, n, words, first, last, codes);
  else
    positive_words<false>(x, nullptr, n, words, first, last, codes);
}
