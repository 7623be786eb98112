// Conversion between JavaScript values and the dispatcher's IValues, as an operator's schema says.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include "node.h"

namespace archwright {

/// A parameter of an operator, with what conversion needs at hand.
struct Parameter {
  std::string name;
  c10::TypePtr type;
  // What the integer stands for where the schema says ScalarType, Layout or MemoryFormat; else IntType.
  c10::TypeKind meaning;
  // The length that a single number stands for, as in `int[2] stride`; else 1.
  uint32_t length;
  bool hasDefault;
  c10::IValue defaultValue;

  explicit Parameter(const c10::Argument& argument);
};

/// Converts `value` to the parameter's type. Throws ArgumentError; the caller adds which argument it was.
c10::IValue toIValue(napi_env env, napi_value value, const Parameter& parameter);

/// Converts an operator's result. Tensors become handles, lists become arrays, an undefined tensor `null`.
napi_value fromIValue(napi_env env, const c10::IValue& value);

/// Returns `code` if it is the c10::ScalarType of an element type that JavaScript can hold; throws ArgumentError.
int64_t requireDtype(int64_t code);

/// `float32[2,3] cuda:0`: how a tensor is named in an error.
std::string describeTensor(const at::Tensor& tensor);

}  // namespace archwright
