// Handles: ownership of native objects, their release, and the count of live tensors.
#include "handles.h"

#include <algorithm>
#include <memory>

namespace archwright {
namespace {

// What a tensor costs besides its values: handle, TensorImpl, StorageImpl.
constexpr int64_t kHandleBytes = 512;

enum class Kind : uint32_t { Tensor = 0x7e4508, Generator = 0x9e4e7a };

struct Handle {
  const Kind kind;
  explicit Handle(Kind k) : kind(k) {}
};

struct TensorHandle : Handle {
  at::Tensor tensor;
  int64_t bytes;
  // Whether the garbage collector has been told of the bytes.
  bool watched = false;
  explicit TensorHandle(at::Tensor t) : Handle(Kind::Tensor), tensor(std::move(t)) {
    // An expanded tensor has more elements than memory. Views share storage; counting it again for each overstates
    // the pressure, which only makes the collector eager.
    const int64_t extent = tensor.numel() * static_cast<int64_t>(tensor.element_size());
    const int64_t memory = tensor.has_storage() ? static_cast<int64_t>(tensor.storage().nbytes()) : extent;
    bytes = std::max<int64_t>(0, std::min(extent, memory)) + kHandleBytes;
  }
};

struct GeneratorHandle : Handle {
  at::Generator generator;
  explicit GeneratorHandle(at::Generator g) : Handle(Kind::Generator), generator(std::move(g)) {}
};

// One environment is one JavaScript thread, so its count needs no lock; being thread-local it also outlives the
// finalizers that run while the environment is torn down.
thread_local int64_t live = 0;

// Bytes that the garbage collector has not been told of yet. Telling it costs as much as a small operator, and most
// tensors are freed soon after they are made, so only the balance is told, and only when it matters.
constexpr int64_t kReportAt = 256 << 10;
thread_local int64_t unreported = 0;

void report(node_api_basic_env env, int64_t bytes) {
  unreported += bytes;
  if (unreported > -kReportAt && unreported < kReportAt) return;
  int64_t total = 0;
  napi_adjust_external_memory(env, unreported, &total);
  unreported = 0;
}

void release(node_api_basic_env env, TensorHandle& handle) {
  if (!handle.tensor.defined()) return;
  handle.tensor.reset();
  if (handle.watched) report(env, -handle.bytes);
  live--;
}

void finalizeTensor(node_api_basic_env env, void* data, void*) {
  auto* handle = static_cast<TensorHandle*>(data);
  release(env, *handle);
  delete handle;
}

void finalizeGenerator(node_api_basic_env, void* data, void*) { delete static_cast<GeneratorHandle*>(data); }

Handle* handleOf(napi_env env, napi_value value, Kind kind) {
  void* data = nullptr;
  if (napi_get_value_external(env, value, &data) != napi_ok || data == nullptr) return nullptr;
  auto* handle = static_cast<Handle*>(data);
  return handle->kind == kind ? handle : nullptr;
}

Handle* unwrap(napi_env env, napi_value value, Kind kind, const char* what, const char* expected) {
  auto* handle = handleOf(env, value, kind);
  if (handle == nullptr) throw ArgumentError(std::string(what) + " must be a " + expected);
  return handle;
}

napi_value freeTensor(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  release(env, *static_cast<TensorHandle*>(unwrap(env, args[0], Kind::Tensor, "tensor", "tensor")));
  return undefined(env);
}

/// watchTensor(tensor): nobody is bound to free it, so the garbage collector is told what it holds on to.
napi_value watchTensor(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  auto& handle = *static_cast<TensorHandle*>(unwrap(env, args[0], Kind::Tensor, "tensor", "tensor"));
  if (handle.watched || !handle.tensor.defined()) return undefined(env);
  handle.watched = true;
  report(env, handle.bytes);
  return undefined(env);
}

napi_value liveTensors(napi_env env, napi_callback_info) { return fromInt(env, live); }

}  // namespace

napi_value wrapTensor(napi_env env, at::Tensor tensor) {
  napi_value value;
  if (!tensor.defined()) {
    check(napi_get_null(env, &value), "null");
    return value;
  }
  auto handle = std::make_unique<TensorHandle>(std::move(tensor));
  check(napi_create_external(env, handle.get(), finalizeTensor, nullptr, &value), "tensor handle");
  live++;
  handle.release();
  return value;
}

const at::Tensor& unwrapTensor(napi_env env, napi_value value, const char* what) {
  const auto* handle = static_cast<TensorHandle*>(unwrap(env, value, Kind::Tensor, what, "tensor"));
  if (!handle->tensor.defined()) throw ArgumentError(std::string(what) + " is a tensor that was already freed");
  return handle->tensor;
}

at::Tensor tensorOrUndefined(napi_env env, napi_value value) {
  const auto* handle = static_cast<TensorHandle*>(handleOf(env, value, Kind::Tensor));
  return handle == nullptr ? at::Tensor() : handle->tensor;
}

napi_value wrapGenerator(napi_env env, at::Generator generator) {
  auto handle = std::make_unique<GeneratorHandle>(std::move(generator));
  napi_value value;
  check(napi_create_external(env, handle.get(), finalizeGenerator, nullptr, &value), "generator handle");
  handle.release();
  return value;
}

const at::Generator& unwrapGenerator(napi_env env, napi_value value, const char* what) {
  return static_cast<GeneratorHandle*>(unwrap(env, value, Kind::Generator, what, "generator"))->generator;
}

void defineHandles(napi_env env, napi_value exports) {
  define(env, exports, "freeTensor", callback<freeTensor>);
  define(env, exports, "watchTensor", callback<watchTensor>);
  define(env, exports, "liveTensors", callback<liveTensors>);
}

}  // namespace archwright
