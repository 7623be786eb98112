// What every file of the addon shares: Node-API with basic finalizers, and the bridge from C++ exceptions to JavaScript.
#pragma once

// Basic finalizers run during garbage collection itself; ordinary ones wait for the event loop, which a synchronous
// training loop never reaches, so native memory would grow without bound.
#define NAPI_EXPERIMENTAL
#define NODE_API_EXPERIMENTAL_NO_WARNING
#include <node_api.h>

#include <stdexcept>
#include <string>

namespace archwright {

/// A call that JavaScript got wrong: surfaces as an error with `code` "ARGUMENT".
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws when a Node-API call fails; only happens on misuse of the internal interface.
void check(napi_status status, const char* what);

/// The callback's arguments; missing ones are `undefined`.
template <size_t N>
struct Arguments {
  napi_value values[N];
  Arguments(napi_env env, napi_callback_info info) {
    size_t count = N;
    check(napi_get_cb_info(env, info, &count, values, nullptr, nullptr), "arguments");
  }
  napi_value operator[](size_t i) const { return values[i]; }
};

using Body = napi_value (*)(napi_env, napi_callback_info);

/// Runs `body`, turning every C++ exception into a JavaScript one; nothing may cross the boundary.
napi_value guarded(napi_env env, napi_callback_info info, Body body) noexcept;

template <Body body>
napi_value callback(napi_env env, napi_callback_info info) {
  return guarded(env, info, body);
}

void define(napi_env env, napi_value exports, const char* name, napi_callback function);

napi_value undefined(napi_env env);
napi_value fromString(napi_env env, const std::string& text);
napi_value fromInt(napi_env env, int64_t value);
napi_value fromBool(napi_env env, bool value);
std::string toString(napi_env env, napi_value value, const char* what);
int64_t toInt(napi_env env, napi_value value, const char* what);
double toDouble(napi_env env, napi_value value, const char* what);
bool toBool(napi_env env, napi_value value, const char* what);
napi_valuetype typeOf(napi_env env, napi_value value);
bool isNullish(napi_env env, napi_value value);
uint32_t arrayLength(napi_env env, napi_value value, const char* what);
napi_value element(napi_env env, napi_value array, uint32_t index);

}  // namespace archwright
