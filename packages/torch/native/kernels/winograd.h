// Sizes of a 3×3 convolution by Winograd's F(4×4, 3×3), see winograd.inl.
#pragma once

#include <algorithm>
#include <cstdint>

namespace archwright {

struct WinogradTerm {
  const float* input;  // [B][height][width][channels]
  int64_t channels;
};

struct WinogradWeight {
  const float* data;
  int64_t out_stride, in_stride, y_stride, x_stride;
};

struct WinogradShape {
  int64_t height, width, in_channels, out_channels;  // in_channels: of all terms together
  int64_t block;                                     // tiles computed together
};

constexpr int64_t kTilePositions = 36;

// Tiles per block: the transformed inputs of a block take about a quarter of a second-level cache of 1 MiB.
inline int64_t block_tiles(int64_t in_channels) {
  return std::clamp<int64_t>(65536 / (kTilePositions * in_channels) / 8 * 8, 16, 48);
}

}  // namespace archwright
