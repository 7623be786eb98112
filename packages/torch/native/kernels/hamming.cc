// archwright::hamming: pairwise Hamming distances of binary activation codes, the kernel matrix of NASWOT (Mellor et
// al., ICML 2021, equation 2) being n minus the distance.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "isa.h"

namespace archwright {
namespace {

// Distances are found for squares of kSide × kSide pairs of rows, so that a word loaded serves kSide pairs, and for
// kChunk words at a time, so that the rows stay in the cache over all squares.
constexpr int kSide = 4;
constexpr int64_t kChunk = 512;

// Adds to sums[i * kSide + j] the distance of rows a[i] and b[j] over `words` words.
using Square = void (*)(const uint64_t* const* a, const uint64_t* const* b, int64_t words, int64_t* sums);

void square_baseline(const uint64_t* const* a, const uint64_t* const* b, int64_t words, int64_t* sums) {
  for (int i = 0; i < kSide; ++i)
    for (int j = 0; j < kSide; ++j)
      for (int64_t w = 0; w < words; ++w) sums[i * kSide + j] += __builtin_popcountll(a[i][w] ^ b[j][w]);
}

#if defined(__x86_64__)

// The words from `first` on.
__attribute__((target("popcnt"))) inline void add_words(const uint64_t* const* a, const uint64_t* const* b,
                                                        int64_t first, int64_t words, int64_t* sums) {
  for (int i = 0; i < kSide; ++i)
    for (int j = 0; j < kSide; ++j)
      for (int64_t w = first; w < words; ++w) sums[i * kSide + j] += __builtin_popcountll(a[i][w] ^ b[j][w]);
}

__attribute__((target("popcnt"))) void square_popcnt(const uint64_t* const* a, const uint64_t* const* b, int64_t words,
                                                     int64_t* sums) {
  add_words(a, b, 0, words, sums);
}

__attribute__((target("avx2,avx512f,avx512vpopcntdq,popcnt"))) void square_avx512(const uint64_t* const* a,
                                                                                  const uint64_t* const* b,
                                                                                  int64_t words, int64_t* sums) {
  __m512i total[kSide][kSide];
#pragma GCC unroll 4
  for (int i = 0; i < kSide; ++i)
#pragma GCC unroll 4
    for (int j = 0; j < kSide; ++j) total[i][j] = _mm512_setzero_si512();
  int64_t w = 0;
  for (; w + 8 <= words; w += 8) {
    __m512i y[kSide];
#pragma GCC unroll 4
    for (int j = 0; j < kSide; ++j) y[j] = _mm512_loadu_si512(b[j] + w);
#pragma GCC unroll 4
    for (int i = 0; i < kSide; ++i) {
      const __m512i x = _mm512_loadu_si512(a[i] + w);
#pragma GCC unroll 4
      for (int j = 0; j < kSide; ++j)
        total[i][j] = _mm512_add_epi64(total[i][j], _mm512_popcnt_epi64(_mm512_xor_si512(x, y[j])));
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < kSide; ++i)
#pragma GCC unroll 4
    for (int j = 0; j < kSide; ++j) {
      alignas(64) int64_t lanes[8];
      _mm512_store_si512(lanes, total[i][j]);
      for (int lane = 0; lane < 8; ++lane) sums[i * kSide + j] += lanes[lane];
    }
  add_words(a, b, w, words, sums);
}

// Population count of each byte by two table look-ups (Muła, Kurz and Lemire, Computer Journal 2018, section 2).
__attribute__((target("avx2,popcnt"))) inline __m256i popcount_bytes(__m256i x) {
  const __m256i table =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(15);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
                         _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
}

__attribute__((target("avx2,popcnt"))) void square_avx2(const uint64_t* const* a, const uint64_t* const* b,
                                                        int64_t words, int64_t* sums) {
  const int64_t whole = words / 4 * 4;
  for (int i = 0; i < kSide; ++i) {
    __m256i total[kSide] = {};
    for (int64_t w = 0; w < whole;) {
      // A byte holds the counts of at most 31 words of 8 bits each.
      const int64_t end = std::min<int64_t>(whole, w + 31 * 4);
      __m256i bytes[kSide] = {};
      for (; w < end; w += 4) {
        const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a[i] + w));
#pragma GCC unroll 4
        for (int j = 0; j < kSide; ++j)
          bytes[j] = _mm256_add_epi8(bytes[j], popcount_bytes(_mm256_xor_si256(
                                                   x, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b[j] + w)))));
      }
#pragma GCC unroll 4
      for (int j = 0; j < kSide; ++j)
        total[j] = _mm256_add_epi64(total[j], _mm256_sad_epu8(bytes[j], _mm256_setzero_si256()));
    }
    for (int j = 0; j < kSide; ++j) {
      alignas(32) int64_t lanes[4];
      _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), total[j]);
      sums[i * kSide + j] += lanes[0] + lanes[1] + lanes[2] + lanes[3];
    }
  }
  add_words(a, b, whole, words, sums);
}

#endif  // __x86_64__

Square best_square() {
#if defined(__x86_64__)
  if (isa() == Isa::avx512 && __builtin_cpu_supports("avx512vpopcntdq")) return square_avx512;
  if (isa() != Isa::baseline) return square_avx2;
  if (__builtin_cpu_supports("popcnt")) return square_popcnt;
#endif
  return square_baseline;
}

// Square number s of the upper triangle of an n × n grid of squares, row after row: its row and column.
void square_at(int64_t s, int64_t n, int64_t& row, int64_t& column) {
  for (row = 0; s >= n - row; ++row) s -= n - row;
  column = row + s;
}

// codes int64 [B,W] -> int32 [B,B]: entry (i,j) is the number of bits in which rows i and j differ.
at::Tensor hamming(const at::Tensor& codes) {
  const char* op = "archwright::hamming";
  TORCH_CHECK(codes.device().is_cpu(), op, ": codes must be on the CPU, is on ", codes.device());
  TORCH_CHECK(codes.layout() == at::kStrided && codes.scalar_type() == at::kLong, op, ": codes must be int64, is ",
              codes.scalar_type());
  TORCH_CHECK(codes.dim() == 2, op, ": codes must have 2 dimensions [B,W], has shape ", codes.sizes());
  const int64_t samples = codes.size(0), words = codes.size(1);
  TORCH_CHECK(words <= std::numeric_limits<int32_t>::max() / 64, op, ": codes of ", words,
              " words may differ in more bits than int32 holds");
  const at::Tensor dense = codes.contiguous();
  at::Tensor distances = at::zeros({samples, samples}, codes.options().dtype(at::kInt));
  if (samples == 0 || words == 0) return distances;

  const uint64_t* from = reinterpret_cast<const uint64_t*>(dense.data_ptr<int64_t>());
  int32_t* to = distances.data_ptr<int32_t>();
  const Square square = best_square();
  const int64_t side = (samples + kSide - 1) / kSide;
  // The last square repeats its last row where the number of samples is no multiple of kSide.
  const auto row_at = [&](int64_t row) { return std::min(row, samples - 1); };
  at::parallel_for(0, side * (side + 1) / 2, 16, [&](int64_t first, int64_t last) {
    for (int64_t start = 0; start < words; start += kChunk) {
      int64_t row, column;
      square_at(first, side, row, column);
      for (int64_t s = first; s < last; ++s) {
        const uint64_t *a[kSide], *b[kSide];
        for (int i = 0; i < kSide; ++i) {
          a[i] = from + row_at(row * kSide + i) * words + start;
          b[i] = from + row_at(column * kSide + i) * words + start;
        }
        int64_t sums[kSide * kSide] = {};
        square(a, b, std::min(kChunk, words - start), sums);
        for (int i = 0; i < kSide && row * kSide + i < samples; ++i)
          for (int j = 0; j < kSide && column * kSide + j < samples; ++j)
            to[(row * kSide + i) * samples + column * kSide + j] += static_cast<int32_t>(sums[i * kSide + j]);
        if (++column == side) column = ++row;
      }
    }
  });
  for (int64_t i = 0; i < samples; ++i)
    for (int64_t j = i + 1; j < samples; ++j) to[j * samples + i] = to[i * samples + j];
  return distances;
}

TORCH_LIBRARY_FRAGMENT(archwright, m) { m.def("hamming(Tensor codes) -> Tensor"); }

TORCH_LIBRARY_IMPL(archwright, CPU, m) { m.impl("hamming", &hamming); }

}  // namespace
}  // namespace archwright
