// Conversions of plain JavaScript values, and the exception bridge.
#include "node.h"

#include <c10/util/Exception.h>

#include <new>

namespace archwright {

void check(napi_status status, const char* what) {
  if (status != napi_ok) throw ArgumentError(std::string("invalid ") + what);
}

namespace {

void throwError(napi_env env, const char* code, const std::string& message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, code, message.c_str());
}

// libtorch reports a failed CPU allocation as an ordinary error; only its text tells.
bool isOutOfMemory(const std::string& message) {
  return message.find("can't allocate memory") != std::string::npos ||
         message.find("not enough memory") != std::string::npos || message.find("out of memory") != std::string::npos;
}

}  // namespace

napi_value guarded(napi_env env, napi_callback_info info, Body body) noexcept {
  try {
    return body(env, info);
  } catch (const ArgumentError& error) {
    throwError(env, "ARGUMENT", error.what());
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    throwError(env, isOutOfMemory(message) ? "OUT_OF_MEMORY" : "TORCH", message);
  } catch (const std::bad_alloc&) {
    throwError(env, "OUT_OF_MEMORY", "the allocation does not fit in memory");
  } catch (const std::exception& error) {
    throwError(env, isOutOfMemory(error.what()) ? "OUT_OF_MEMORY" : "TORCH", error.what());
  } catch (...) {
    throwError(env, "TORCH", "unknown native exception");
  }
  return nullptr;
}

void define(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value;
  check(napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value), name);
  check(napi_set_named_property(env, exports, name, value), name);
}

napi_value undefined(napi_env env) {
  napi_value value;
  check(napi_get_undefined(env, &value), "undefined");
  return value;
}

napi_value fromString(napi_env env, const std::string& text) {
  napi_value value;
  check(napi_create_string_utf8(env, text.data(), text.size(), &value), "string");
  return value;
}

napi_value fromInt(napi_env env, int64_t number) {
  napi_value value;
  check(napi_create_int64(env, number, &value), "integer");
  return value;
}

napi_value fromBool(napi_env env, bool truth) {
  napi_value value;
  check(napi_get_boolean(env, truth, &value), "boolean");
  return value;
}

std::string toString(napi_env env, napi_value value, const char* what) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok)
    throw ArgumentError(std::string(what) + " must be a string");
  std::string text(length, '\0');
  check(napi_get_value_string_utf8(env, value, text.data(), length + 1, &length), what);
  return text;
}

int64_t toInt(napi_env env, napi_value value, const char* what) {
  if (typeOf(env, value) == napi_bigint) {
    int64_t number = 0;
    bool lossless = false;
    check(napi_get_value_bigint_int64(env, value, &number, &lossless), what);
    if (!lossless) throw ArgumentError(std::string(what) + " does not fit in 64 bits");
    return number;
  }
  const double number = toDouble(env, value, what);
  // Beyond 2^53 a JavaScript number may not be the integer that was meant; a bigint is.
  if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0) || number != static_cast<int64_t>(number))
    throw ArgumentError(std::string(what) + " must be an integer, got " + std::to_string(number));
  return static_cast<int64_t>(number);
}

double toDouble(napi_env env, napi_value value, const char* what) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) throw ArgumentError(std::string(what) + " must be a number");
  return number;
}

bool toBool(napi_env env, napi_value value, const char* what) {
  bool truth = false;
  if (napi_get_value_bool(env, value, &truth) != napi_ok) throw ArgumentError(std::string(what) + " must be a boolean");
  return truth;
}

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type), "value");
  return type;
}

bool isNullish(napi_env env, napi_value value) {
  const napi_valuetype type = typeOf(env, value);
  return type == napi_undefined || type == napi_null;
}

uint32_t arrayLength(napi_env env, napi_value value, const char* what) {
  bool isArray = false;
  check(napi_is_array(env, value, &isArray), what);
  if (!isArray) throw ArgumentError(std::string(what) + " must be an array");
  uint32_t length = 0;
  check(napi_get_array_length(env, value, &length), what);
  return length;
}

napi_value element(napi_env env, napi_value array, uint32_t index) {
  napi_value value;
  check(napi_get_element(env, array, index, &value), "array element");
  return value;
}

}  // namespace archwright
