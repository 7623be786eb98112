// A caching allocator for tensors on the CPU: freed memory is kept and handed out again by size.
//
// glibc returns every large block to the system and faults it in again on the next allocation, which costs more than
// most operators; told to keep it (mallopt), it fragments under aligned blocks of many sizes until resident memory is
// several times what is alive. Blocks of our own, rounded to an eighth of a power of two, do neither.
#include <ATen/Version.h>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <vector>
#if defined(__linux__)
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "modules.h"

// The interface lost its const and gained copy_data in libtorch 2.3.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
#define ARCHWRIGHT_ALLOCATE_CONST
#define ARCHWRIGHT_COPY_DATA 1
#else
#define ARCHWRIGHT_ALLOCATE_CONST const
#endif

namespace archwright {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kSmall = 64 << 10;             // below this, malloc is as good
constexpr size_t kLeastCacheLimit = size_t{1} << 30;
constexpr size_t kHugePage = 2 << 20;
constexpr size_t kLargest = size_t{1} << 47;  // more than the address space; keeps the rounding below from overflowing

size_t roundUp(size_t bytes) {
  size_t step = kSmall / 8;
  while (step * 16 < bytes) step *= 2;
  return (bytes + step - 1) / step * step;
}

void* systemAllocate(size_t bytes) {
#if defined(__linux__)
  void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return nullptr;
  if (bytes >= kHugePage) madvise(block, bytes, MADV_HUGEPAGE);
  return block;
#else
  void* block = nullptr;
  return posix_memalign(&block, kAlignment, bytes) == 0 ? block : nullptr;
#endif
}

void systemFree(void* block, size_t bytes) {
#if defined(__linux__)
  munmap(block, bytes);
#else
  (void)bytes;
  std::free(block);
#endif
}

// Processes that share the machine's memory: ARCHWRIGHT_PROCESSES, which whoever starts several sets.
size_t processes() {
  const char* given = std::getenv("ARCHWRIGHT_PROCESSES");
  const long count = given == nullptr ? 1 : std::atol(given);
  return count > 0 ? static_cast<size_t>(count) : 1;
}

// Bytes of free blocks that are kept; more goes back to the system. A training step frees all that its forward pass has
// saved, gigabytes of a supernet, and wants it again in the next: a quarter of the machine's memory.
size_t cacheLimit() {
#if defined(__linux__)
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) {
    const size_t memory = static_cast<size_t>(pages) * static_cast<size_t>(page);
    return std::max(kLeastCacheLimit, memory / 4) / processes();
  }
#endif
  return kLeastCacheLimit;
}

class Cache {
 public:
  void* take(size_t bytes) {
    const size_t size = roundUp(bytes);
    std::lock_guard<std::mutex> guard(lock_);
    auto& blocks = free_[size];
    if (!blocks.empty()) {
      void* block = blocks.back();
      blocks.pop_back();
      cached_ -= size;
      used_[block] = size;
      return block;
    }
    void* block = systemAllocate(size);
    if (block == nullptr) {
      releaseAll();
      block = systemAllocate(size);
    }
    if (block != nullptr) used_[block] = size;
    return block;
  }

  /// False if the block is not one of ours.
  bool give(void* block) {
    std::lock_guard<std::mutex> guard(lock_);
    const auto found = used_.find(block);
    if (found == used_.end()) return false;
    const size_t size = found->second;
    used_.erase(found);
    if (cached_ + size > limit_) {
      systemFree(block, size);
    } else {
      free_[size].push_back(block);
      cached_ += size;
    }
    return true;
  }

 private:
  void releaseAll() {
    for (auto& entry : free_) {
      for (void* block : entry.second) systemFree(block, entry.first);
      entry.second.clear();
    }
    cached_ = 0;
  }

  std::mutex lock_;
  std::unordered_map<size_t, std::vector<void*>> free_;
  std::unordered_map<void*, size_t> used_;
  const size_t limit_ = cacheLimit();
  size_t cached_ = 0;
};

// Never destroyed: tensors may be freed by other threads while the process exits.
Cache& cache() {
  static Cache* instance = new Cache();
  return *instance;
}

void releaseSmall(void* block) { std::free(block); }

void release(void* block) {
  if (block != nullptr && !cache().give(block)) std::free(block);
}

struct CachingAllocator final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) ARCHWRIGHT_ALLOCATE_CONST override {
    void* block = nullptr;
    const bool small = bytes < kSmall;
    if (!small && bytes <= kLargest) {
      block = cache().take(bytes);
    } else if (small && bytes > 0 && posix_memalign(&block, kAlignment, bytes) != 0) {
      block = nullptr;
    }
    TORCH_CHECK(bytes == 0 || block != nullptr, "not enough memory: can't allocate memory for ", bytes, " bytes");
    return {block, block, small ? &releaseSmall : &release, c10::Device(c10::DeviceType::CPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

#if defined(ARCHWRIGHT_COPY_DATA)
  void copy_data(void* destination, const void* source, size_t bytes) const override {
    std::memcpy(destination, source, bytes);
  }
#endif
};

/// keepMemory(): tensors of the whole process come from the cache from now on. Tensors made before stay valid.
napi_value keepMemory(napi_env env, napi_callback_info) {
  static CachingAllocator* allocator = new CachingAllocator();
  static std::once_flag once;
  std::call_once(once, [] {
    c10::SetCPUAllocator(allocator, /*priority=*/100);
#if defined(__GLIBC__)
    // What is left to malloc are the library's short-lived scratch buffers, which come back at once.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
  });
  return undefined(env);
}

}  // namespace

void defineAllocator(napi_env env, napi_value exports) { define(env, exports, "keepMemory", callback<keepMemory>); }

}  // namespace archwright
