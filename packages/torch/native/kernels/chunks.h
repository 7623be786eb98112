// Work on a minibatch in a fixed number of parts, so that sums over it do not depend on the number of threads.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

namespace archwright {

constexpr int64_t kMostChunks = 16;

inline int64_t chunk_count(int64_t samples) { return std::min(samples, kMostChunks); }

// Calls body(chunk, first sample, last sample) for every chunk, in parallel.
template <class Body>
void for_each_chunk(int64_t samples, const Body& body) {
  const int64_t chunks = chunk_count(samples);
  at::parallel_for(0, chunks, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) body(i, i * samples / chunks, (i + 1) * samples / chunks);
  });
}

}  // namespace archwright
