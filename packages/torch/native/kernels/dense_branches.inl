// Kernel of dense_branches.cc: 3×3 convolutions of one feature map by Winograd's algorithm, the input transformed once
// for all of them, and the gradients of their weights by direct sums.

#include "winograd.inl"
#include "moments.inl"

// The output tiles [first, last) of every branch. packed[i], outputs[i]: weights and result of branch i.
inline void dense_tiles(const WinogradTerm& input, const WinogradShape& s, int64_t count, const float* const* packed,
                        float* const* outputs, int64_t first, int64_t last, float* transformed, float* product) {
  transform_patches(&input, 1, s, first, last, transformed);
  for (int64_t i = 0; i < count; ++i)
    product_tiles<false>(s, packed[i], first, last, transformed, product, outputs[i]);
}

// The tiles [first, last) of the sum of all terms' convolutions.
inline void sum_tiles(const WinogradTerm* terms, int64_t count, const WinogradShape& s, const float* packed,
                      int64_t first, int64_t last, float* transformed, float* product, float* out) {
  transform_patches(terms, count, s, first, last, transformed);
  product_tiles<false>(s, packed, first, last, transformed, product, out);
}

// gradient ← 0 where the ReLU's output is 0.
inline void mask_range(const float* active, int64_t first, int64_t last, float* gradient) {
  using L = Lanes<Vector>;
  for (int64_t i = first; i < last; i += kLanes)
    L::store(gradient + i, L::load(active + i) <= 0 ? Vector{} : L::load(gradient + i));
}

// Adds a sample's gradient of the weights, [3 · 3][outputs][inputs]. Both maps are [height + 2][width + 2][channels] with
// zeros around, so that the neighbours of all pixels lie at one distance.
inline void weight_products(int64_t height, int64_t width, int64_t inputs, int64_t outputs, const float* active,
                            const float* gradient, float* weights) {
  const int64_t row = width + 2, start = row + 1, pixels = height * row - 2;
  for (int64_t y = 0; y < 3; ++y)
    for (int64_t x = 0; x < 3; ++x)
      outer_product(outputs, inputs / kLanes, pixels, gradient + start * outputs, outputs,
                    active + (start + (y - 1) * row + x - 1) * inputs, inputs,
                    weights + (y * 3 + x) * outputs * inputs, inputs);
}
