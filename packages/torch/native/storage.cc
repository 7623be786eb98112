// Raw bytes in and out of tensors, and what a tensor is: shape, strides, dtype, device.
#include <mutex>

#include "handles.h"
#include "modules.h"
#include "values.h"

namespace archwright {
namespace {

std::vector<int64_t> toInts(napi_env env, napi_value array, const char* what) {
  std::vector<int64_t> values;
  const uint32_t length = arrayLength(env, array, what);
  for (uint32_t i = 0; i < length; i++) values.push_back(toInt(env, element(env, array, i), what));
  return values;
}

napi_value fromInts(napi_env env, at::IntArrayRef values) {
  napi_value array;
  check(napi_create_array_with_length(env, values.size(), &array), "array");
  for (size_t i = 0; i < values.size(); i++) check(napi_set_element(env, array, i, fromInt(env, values[i])), "element");
  return array;
}

// JavaScript buffers lent to tensors. The last owner of a storage may be any thread, but only the JavaScript thread may
// release a reference: releases are queued and done at the next call from that thread.
struct Lender {
  std::mutex lock;
  std::vector<napi_ref> returned;
};

thread_local std::shared_ptr<Lender> lender = std::make_shared<Lender>();

void releaseReturned(napi_env env) {
  std::vector<napi_ref> done;
  {
    std::lock_guard<std::mutex> guard(lender->lock);
    done.swap(lender->returned);
  }
  for (napi_ref reference : done) napi_delete_reference(env, reference);
}

size_t bytesFor(const std::vector<int64_t>& shape, at::ScalarType dtype) {
  size_t bytes = c10::elementSize(dtype);
  for (const int64_t size : shape) {
    if (size < 0) throw ArgumentError("tensor: argument 'shape' has a negative size");
    if (__builtin_mul_overflow(bytes, static_cast<size_t>(size), &bytes))
      throw ArgumentError("tensor: argument 'shape' has more elements than any memory");
  }
  return bytes;
}

struct Bytes {
  void* data = nullptr;
  size_t length = 0;
};

Bytes bytesOf(napi_env env, napi_value view) {
  Bytes bytes;
  napi_typedarray_type type;
  size_t elements = 0;
  bool isView = false;
  check(napi_is_typedarray(env, view, &isView), "data");
  if (!isView) throw ArgumentError("argument 'data' must be a typed array");
  check(napi_get_typedarray_info(env, view, &type, &elements, &bytes.data, nullptr, nullptr), "data");
  static constexpr size_t widths[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  // Types newer than these (float16) are not handed in by the TypeScript side.
  if (static_cast<size_t>(type) >= sizeof(widths) / sizeof(widths[0])) throw ArgumentError("argument 'data' has an unsupported type");
  bytes.length = elements * widths[type];
  return bytes;
}

/// fromBytes(typedArray, shape, dtype code, share) -> CPU tensor. Shared memory stays referenced while the tensor lives.
napi_value fromBytes(napi_env env, napi_callback_info info) {
  releaseReturned(env);
  Arguments<4> args(env, info);
  const Bytes bytes = bytesOf(env, args[0]);
  const auto shape = toInts(env, args[1], "tensor: argument 'shape'");
  const auto dtype = static_cast<at::ScalarType>(requireDtype(toInt(env, args[2], "dtype")));
  const size_t wanted = bytesFor(shape, dtype);
  if (wanted != bytes.length)
    throw ArgumentError("tensor: argument 'data' has " + std::to_string(bytes.length) + " bytes, the shape needs " +
                        std::to_string(wanted));
  if (!toBool(env, args[3], "share") || bytes.length == 0) {
    auto tensor = at::empty(shape, at::TensorOptions(dtype));
    if (wanted > 0) std::memcpy(tensor.data_ptr(), bytes.data, wanted);
    return wrapTensor(env, std::move(tensor));
  }
  napi_ref reference;
  check(napi_create_reference(env, args[0], 1, &reference), "data reference");
  auto owner = lender;
  auto giveBack = [owner, reference](void*) {
    std::lock_guard<std::mutex> guard(owner->lock);
    owner->returned.push_back(reference);
  };
  return wrapTensor(env, at::from_blob(bytes.data, shape, giveBack, at::TensorOptions(dtype)));
}

/// bytesView(tensor) -> ArrayBuffer over the memory of a contiguous CPU tensor; it keeps that memory alive.
napi_value bytesView(napi_env env, napi_callback_info info) {
  releaseReturned(env);
  Arguments<1> args(env, info);
  const auto& tensor = unwrapTensor(env, args[0], "tensor");
  if (!tensor.device().is_cpu() || !tensor.is_contiguous()) throw ArgumentError("argument 'self' must be contiguous and on the CPU");
  const size_t length = tensor.numel() * tensor.element_size();
  napi_value buffer;
  if (length == 0) {
    check(napi_create_arraybuffer(env, 0, nullptr, &buffer), "buffer");
    return buffer;
  }
  auto* keep = new at::Tensor(tensor);
  const auto finalize = [](node_api_basic_env, void*, void* hint) { delete static_cast<at::Tensor*>(hint); };
  if (napi_create_external_arraybuffer(env, keep->data_ptr(), length, finalize, keep, &buffer) != napi_ok) {
    delete keep;
    throw ArgumentError("the tensor's memory cannot be lent to JavaScript");
  }
  return buffer;
}

/// copyBytes(tensor, typedArray): the values of a contiguous CPU tensor into a buffer of exactly their size.
napi_value copyBytes(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  const auto& tensor = unwrapTensor(env, args[0], "tensor");
  const Bytes bytes = bytesOf(env, args[1]);
  if (!tensor.device().is_cpu() || !tensor.is_contiguous()) throw ArgumentError("argument 'self' must be contiguous and on the CPU");
  if (bytes.length != static_cast<size_t>(tensor.numel()) * tensor.element_size())
    throw ArgumentError("the buffer does not have the tensor's size");
  if (bytes.length > 0) std::memcpy(bytes.data, tensor.data_ptr(), bytes.length);
  return undefined(env);
}

napi_value shape(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return fromInts(env, unwrapTensor(env, args[0], "tensor").sizes());
}

napi_value strides(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return fromInts(env, unwrapTensor(env, args[0], "tensor").strides());
}

napi_value dtype(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return fromInt(env, static_cast<int64_t>(unwrapTensor(env, args[0], "tensor").scalar_type()));
}

napi_value device(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return fromString(env, unwrapTensor(env, args[0], "tensor").device().str());
}

}  // namespace

void defineStorage(napi_env env, napi_value exports) {
  define(env, exports, "fromBytes", callback<fromBytes>);
  define(env, exports, "bytesView", callback<bytesView>);
  define(env, exports, "copyBytes", callback<copyBytes>);
  define(env, exports, "shape", callback<shape>);
  define(env, exports, "strides", callback<strides>);
  define(env, exports, "dtype", callback<dtype>);
  define(env, exports, "device", callback<device>);
}

}  // namespace archwright
