// Which instruction set the kernels of this folder use: found once from the processor, lowered by ATEN_CPU_CAPABILITY
// exactly as ATen lowers its own kernels ("default", "avx2" or "avx512").
#pragma once

#include <cstdlib>
#include <cstring>

namespace archwright {

enum class Isa { baseline, avx2, avx512 };

inline Isa detect_isa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const char* limit = std::getenv("ATEN_CPU_CAPABILITY");
  const bool default_only = limit && std::strcmp(limit, "default") == 0;
  const bool avx2_at_most = limit && std::strcmp(limit, "avx2") == 0;
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (default_only || !avx2) return Isa::baseline;
  return avx512 && !avx2_at_most ? Isa::avx512 : Isa::avx2;
#else
  return Isa::baseline;
#endif
}

inline Isa isa() {
  static const Isa found = detect_isa();
  return found;
}

}  // namespace archwright
