// Kernel of mix.cc: rows first..last-1 (of batch × height) of a node's identities and average pools.

// out[x] = Σ weights[t] · inputs[t][x] over one row of `length` floats at offset `row`.
inline void mix_row(const float* const* inputs, const float* weights, int64_t terms, int64_t row, int64_t length, float* out) {
  using L = Lanes<Vector>;
  int64_t i = 0;
  for (; i + kLanes <= length; i += kLanes) {
    Vector sum = {};
    for (int64_t t = 0; t < terms; ++t) sum += L::load(inputs[t] + row + i) * weights[t];
    L::store(out + i, sum);
  }
  for (; i < length; ++i) {
    float sum = 0;
    for (int64_t t = 0; t < terms; ++t) sum += inputs[t][row + i] * weights[t];
    out[i] = sum;
  }
}

// out[x] += (sum over the rows and over the columns x-1..x+1 that exist) / their number, for every channel.
template <class V>
inline __attribute__((always_inline)) int64_t average_channels(const float* const* rows, int64_t count, int64_t width,
                                                               int64_t channels, int64_t x, int64_t c, float* out) {
  using L = Lanes<V>;
  const int64_t x0 = x == 0 ? 0 : x - 1, x1 = x + 2 > width ? width : x + 2;
  const float factor = 1.0f / static_cast<float>(count * (x1 - x0));
  for (; c + L::count <= channels; c += L::count) {
    V sum = {};
    for (int64_t r = 0; r < count; ++r)
      for (int64_t u = x0; u < x1; ++u) sum += L::load(rows[r] + u * channels + c);
    float* pixel = out + x * channels + c;
    L::store(pixel, L::load(pixel) + sum * factor);
  }
  return c;
}

inline void mix_rows(const MixShape& s, const float* const* inputs, const float* identity, const float* average, int64_t terms,
                     float* out, float* scratch, int64_t first, int64_t last) {
  const int64_t length = s.width * s.channels;
  // The weighted sum of the inputs' row y stands in slot y % 3 while y is in `held`.
  int64_t held[3] = {-1, -1, -1};
  for (int64_t row = first; row < last; ++row) {
    mix_row(inputs, identity, terms, row * length, length, out + row * length);
    if (!s.pooled) continue;
    const int64_t image = row / s.height * s.height, y = row - image;
    const float* rows[3];
    int64_t count = 0;
    for (int64_t v = y - 1; v <= y + 1; ++v) {
      if (v < 0 || v >= s.height) continue;
      const int64_t slot = v % 3;
      if (held[slot] != image + v) {
        mix_row(inputs, average, terms, (image + v) * length, length, scratch + slot * length);
        held[slot] = image + v;
      }
      rows[count++] = scratch + slot * length;
    }
    for (int64_t x = 0; x < s.width; ++x) {
      const int64_t c = average_channels<Vector>(rows, count, s.width, s.channels, x, 0, out + row * length);
      average_channels<float>(rows, count, s.width, s.channels, x, c, out + row * length);
    }
  }
}
