// Compiles the kernel file named by ARCHWRIGHT_KERNEL once per instruction set, in the namespaces baseline, avx2 and
// avx512 of the namespace it is included in. ARCHWRIGHT_LANES is the number of floats of a vector register there and
// ARCHWRIGHT_REGISTERS the number of registers. GCC's target_clones cannot do this: it lowers vector types to the
// baseline before it makes the clones. Everything a kernel file needs from other headers must be included before,
// outside the target regions.
#if defined(__x86_64__)

#define ARCHWRIGHT_LANES 16
#define ARCHWRIGHT_REGISTERS 32
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi2,popcnt,avx512f,avx512bw,avx512dq,avx512vl")
namespace avx512 {
#include "vector.inl"
#include ARCHWRIGHT_KERNEL
}  // namespace avx512
#pragma GCC pop_options
#undef ARCHWRIGHT_LANES
#undef ARCHWRIGHT_REGISTERS

#define ARCHWRIGHT_LANES 8
#define ARCHWRIGHT_REGISTERS 16
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi2,popcnt")
namespace avx2 {
#include "vector.inl"
#include ARCHWRIGHT_KERNEL
}  // namespace avx2
#pragma GCC pop_options
#undef ARCHWRIGHT_LANES
#undef ARCHWRIGHT_REGISTERS

#endif  // __x86_64__

#define ARCHWRIGHT_LANES 4
#if defined(__aarch64__)
#define ARCHWRIGHT_REGISTERS 32
#else
#define ARCHWRIGHT_REGISTERS 16
#endif
namespace baseline {
#include "vector.inl"
#include ARCHWRIGHT_KERNEL
}  // namespace baseline
#undef ARCHWRIGHT_LANES
#undef ARCHWRIGHT_REGISTERS

// The function `name` of the processor's instruction set.
#if defined(__x86_64__)
#define ARCHWRIGHT_BEST(name) (isa() == Isa::avx512 ? avx512::name : isa() == Isa::avx2 ? avx2::name : baseline::name)
#else
#define ARCHWRIGHT_BEST(name) (baseline::name)
#endif
