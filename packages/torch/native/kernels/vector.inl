// A register of floats in the instruction set being compiled (see each_isa.inl), with loads and stores at any address.

constexpr int kLanes = ARCHWRIGHT_LANES;
constexpr int kRegisters = ARCHWRIGHT_REGISTERS;

typedef float Vector __attribute__((vector_size(4 * ARCHWRIGHT_LANES)));
typedef float VectorInMemory __attribute__((vector_size(4 * ARCHWRIGHT_LANES), aligned(4), may_alias));

template <class V>
struct Lanes {
  static constexpr int count = kLanes;
  static inline __attribute__((always_inline)) V load(const float* p) {
    return *reinterpret_cast<const VectorInMemory*>(p);
  }
  static inline __attribute__((always_inline)) void store(float* p, V v) { *reinterpret_cast<VectorInMemory*>(p) = v; }
};

// A single float, for the channels left over after the last whole vector.
template <>
struct Lanes<float> {
  static constexpr int count = 1;
  static inline __attribute__((always_inline)) float load(const float* p) { return *p; }
  static inline __attribute__((always_inline)) void store(float* p, float v) { *p = v; }
};
