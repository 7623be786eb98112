// The process around the tensors: threads, allocator, devices, versions.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "handles.h"
#include "modules.h"

namespace archwright {
namespace {

napi_value version(napi_env env, napi_callback_info) { return fromString(env, TORCH_VERSION); }

napi_value configuration(napi_env env, napi_callback_info) { return fromString(env, at::show_config()); }

napi_value parallelInfo(napi_env env, napi_callback_info) { return fromString(env, at::get_parallel_info()); }

/// OpenBLAS has a pool of its own that libtorch does not know of; without OpenBLAS there is nothing to do.
void setOpenBlasThreads(int threads) {
  void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return;
  if (void* set = dlsym(library, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(threads);
  dlclose(library);
}

napi_value setThreads(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  const int64_t threads = toInt(env, args[0], "argument 'count'");
  if (threads < 1 || threads > 1024) throw ArgumentError("argument 'count' must be between 1 and 1024");
  // libtorch sets up each thread's count on first use, from whatever was set last anywhere; get that over with.
  at::get_num_threads();
  at::internal::lazy_init_num_threads();
  at::set_num_threads(static_cast<int>(threads));
  setOpenBlasThreads(static_cast<int>(threads));
  return undefined(env);
}

napi_value threads(napi_env env, napi_callback_info) { return fromInt(env, at::get_num_threads()); }

/// loadLibrary(path): maps a library the linker dropped (libtorch_cuda registers its kernels when it is loaded).
napi_value loadLibrary(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  const auto path = toString(env, args[0], "path");
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    const char* reason = dlerror();
    throw ArgumentError("cannot load " + path + ": " + (reason == nullptr ? "unknown reason" : reason));
  }
  return undefined(env);
}

/// exactOnCuda(): cuDNN's convolutions of float32 keep all its bits, where TF32 has ten, and are the same every time.
napi_value exactOnCuda(napi_env env, napi_callback_info) {
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
  return undefined(env);
}

napi_value cudaDevices(napi_env env, napi_callback_info) {
  return fromInt(env, torch::cuda::is_available() ? static_cast<int64_t>(torch::cuda::device_count()) : 0);
}

napi_value synchronize(napi_env env, napi_callback_info) {
  if (torch::cuda::is_available()) torch::cuda::synchronize();
  return undefined(env);
}

}  // namespace

void defineRuntime(napi_env env, napi_value exports) {
  define(env, exports, "version", callback<version>);
  define(env, exports, "configuration", callback<configuration>);
  define(env, exports, "parallelInfo", callback<parallelInfo>);
  define(env, exports, "setThreads", callback<setThreads>);
  define(env, exports, "threads", callback<threads>);
  define(env, exports, "loadLibrary", callback<loadLibrary>);
  define(env, exports, "exactOnCuda", callback<exactOnCuda>);
  define(env, exports, "cudaDevices", callback<cudaDevices>);
  define(env, exports, "synchronize", callback<synchronize>);
}

}  // namespace archwright
