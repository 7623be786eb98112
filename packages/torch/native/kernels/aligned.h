// A block of floats that starts on a cache line; its contents are undefined until written.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace archwright {

class AlignedFloats {
 public:
  explicit AlignedFloats(int64_t count) : floats_(static_cast<float*>(::operator new(count * sizeof(float), kLine))) {}
  float* data() const { return floats_.get(); }

 private:
  static constexpr std::align_val_t kLine{64};
  struct Free {
    void operator()(float* floats) const { ::operator delete(floats, kLine); }
  };
  std::unique_ptr<float, Free> floats_;
};

}  // namespace archwright
