// Small matrix products on data that is already in the cache: C[M,N] = or += A[M,K] · B[K,N], with A and C row-major
// and B packed in panels. A block of rows × panel of C stays in registers over the whole of K; each row of the panel is
// loaded once per block and each element of A is broadcast once.

// Widest panel in vectors, and the rows of a full block: rows × panel sums, a row of the panel and a broadcast fit the
// registers, and the sums are enough to hide the latency of a multiply-add.
constexpr int kPanel = kRegisters == 32 ? 4 : 2;
constexpr int block_rows(int panel) {
  if (kRegisters == 16) return panel == 1 ? 8 : 6;
  return panel == 1 ? 16 : panel == 2 ? 12 : panel == 3 ? 8 : 6;
}

// The next lower block, for the rows that are left.
constexpr int lower_block(int rows) { return rows > 8 ? 8 : rows > 4 ? 4 : rows / 2; }

// Number of channels after padding to whole vectors.
inline int64_t padded(int64_t channels) { return (channels + kLanes - 1) / kLanes * kLanes; }

template <int Rows, int Panel, bool Accumulate>
inline void multiply_block(int64_t k_size, const float* a, int64_t a_stride, const float* b, float* c,
                           int64_t c_stride) {
  using L = Lanes<Vector>;
  Vector sum[Rows][Panel];
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
    for (int p = 0; p < Panel; ++p) sum[r][p] = Accumulate ? L::load(c + r * c_stride + p * kLanes) : Vector{};
#pragma GCC unroll 2
  for (int64_t k = 0; k < k_size; ++k) {
    Vector row[Panel];
#pragma GCC unroll 16
    for (int p = 0; p < Panel; ++p) row[p] = L::load(b + (k * Panel + p) * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
      for (int p = 0; p < Panel; ++p) sum[r][p] += a[r * a_stride + k] * row[p];
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
    for (int p = 0; p < Panel; ++p) L::store(c + r * c_stride + p * kLanes, sum[r][p]);
}

// All rows of C for one panel of B: blocks as high as the registers allow, then lower ones for the rest.
template <int Panel, bool Accumulate, int Rows = block_rows(Panel)>
inline void multiply_panel(int64_t rows, int64_t k_size, const float* a, int64_t a_stride, const float* b, float* c,
                           int64_t c_stride) {
  int64_t r = 0;
  for (; r + Rows <= rows; r += Rows)
    multiply_block<Rows, Panel, Accumulate>(k_size, a + r * a_stride, a_stride, b, c + r * c_stride, c_stride);
  if constexpr (Rows > 1)
    if (r < rows)
      multiply_panel<Panel, Accumulate, lower_block(Rows)>(rows - r, k_size, a + r * a_stride, a_stride, b,
                                                           c + r * c_stride, c_stride);
}

// C = or += A · B for B of `vectors` whole vectors of columns, packed by panels: panel after panel, each [K][vectors in
// panel][lanes].
template <bool Accumulate>
inline void multiply(int64_t rows, int64_t vectors, int64_t k_size, const float* a, int64_t a_stride, const float* b,
                     float* c, int64_t c_stride) {
  while (vectors > 0) {
    const int64_t panel = vectors < kPanel ? vectors : kPanel;
    switch (panel) {
      case 1: multiply_panel<1, Accumulate>(rows, k_size, a, a_stride, b, c, c_stride); break;
      case 2: multiply_panel<2, Accumulate>(rows, k_size, a, a_stride, b, c, c_stride); break;
      case 3: multiply_panel < kPanel<3 ? kPanel : 3, Accumulate>(rows, k_size, a, a_stride, b, c, c_stride); break;
      default: multiply_panel<kPanel, Accumulate>(rows, k_size, a, a_stride, b, c, c_stride);
    }
    b += panel * k_size * kLanes;
    c += panel * kLanes;
    vectors -= panel;
  }
}

// Where element (k, n) of B lies in that packing, for B of `vectors` vectors of columns and K = k_size.
inline int64_t packed_index(int64_t k, int64_t n, int64_t k_size, int64_t vectors) {
  const int64_t vector = n / kLanes, first = vector / kPanel * kPanel;
  const int64_t panel = vectors - first < kPanel ? vectors - first : kPanel;
  return (first * k_size + k * panel + vector - first) * kLanes + n % kLanes;
}

// B[k][n] = data[k · k_step + n · n_step] in the packing of gemm.inl; columns padded to whole vectors with zeros.
inline void pack_matrix(const float* data, int64_t k_step, int64_t n_step, int64_t k_size, int64_t columns,
                        float* packed) {
  const int64_t width = padded(columns);
  for (int64_t n = 0; n < width; ++n)
    for (int64_t k = 0; k < k_size; ++k)
      packed[packed_index(k, n, k_size, width / kLanes)] = n < columns ? data[k * k_step + n * n_step] : 0;
}

// c[Rows][Panel vectors] += aᵀ · b over `count` pixels; a [pixel][a_stride], b [pixel][b_stride].
template <int Rows, int Panel>
inline void outer_block(int64_t count, const float* a, int64_t a_stride, const float* b, int64_t b_stride, float* c,
                        int64_t c_stride) {
  using L = Lanes<Vector>;
  Vector sum[Rows][Panel];
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
    for (int p = 0; p < Panel; ++p) sum[r][p] = L::load(c + r * c_stride + p * kLanes);
  for (int64_t k = 0; k < count; ++k) {
    Vector row[Panel];
#pragma GCC unroll 4
    for (int p = 0; p < Panel; ++p) row[p] = L::load(b + k * b_stride + p * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int p = 0; p < Panel; ++p) sum[r][p] += a[k * a_stride + r] * row[p];
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
    for (int p = 0; p < Panel; ++p) L::store(c + r * c_stride + p * kLanes, sum[r][p]);
}

template <int Panel, int Rows = block_rows(Panel)>
inline void outer_rows(int64_t rows, int64_t count, const float* a, int64_t a_stride, const float* b, int64_t b_stride,
                       float* c, int64_t c_stride) {
  int64_t r = 0;
  for (; r + Rows <= rows; r += Rows) outer_block<Rows, Panel>(count, a + r, a_stride, b, b_stride, c + r * c_stride, c_stride);
  if constexpr (Rows > 1)
    if (r < rows)
      outer_rows<Panel, lower_block(Rows)>(rows - r, count, a + r, a_stride, b, b_stride, c + r * c_stride, c_stride);
}

// c [rows][vectors] += aᵀ · b.
inline void outer_product(int64_t rows, int64_t vectors, int64_t count, const float* a, int64_t a_stride,
                          const float* b, int64_t b_stride, float* c, int64_t c_stride) {
  int64_t v = 0;
  for (; v + 2 <= vectors; v += 2)
    outer_rows<2>(rows, count, a, a_stride, b + v * kLanes, b_stride, c + v * kLanes, c_stride);
  if (v < vectors) outer_rows<1>(rows, count, a, a_stride, b + v * kLanes, b_stride, c + v * kLanes, c_stride);
}
