// Schema-driven conversion: one function for all 3,000 operators.
#include "values.h"

#include <sstream>

#include "handles.h"

namespace archwright {
namespace {

// Conversion errors read "argument 'x' of aten::y: value must be ..."; the caller knows x and y.
constexpr const char* kValue = "value";

c10::Scalar toScalar(napi_env env, napi_value value, const char* what) {
  switch (typeOf(env, value)) {
    case napi_boolean:
      return c10::Scalar(toBool(env, value, what));
    case napi_bigint:
      return c10::Scalar(toInt(env, value, what));
    case napi_number: {
      // An integral number is an integer scalar, so that an int64 tensor times 2 stays int64.
      const double number = toDouble(env, value, what);
      const bool integral = number >= -9007199254740992.0 && number <= 9007199254740992.0 &&
                            number == static_cast<double>(static_cast<int64_t>(number));
      return integral ? c10::Scalar(static_cast<int64_t>(number)) : c10::Scalar(number);
    }
    default:
      throw ArgumentError(std::string(what) + " must be a number or a boolean");
  }
}

c10::IValue toList(napi_env env, napi_value value, const c10::TypePtr& element, uint32_t expanded) {
  bool isArray = false;
  check(napi_is_array(env, value, &isArray), "list");
  const uint32_t length = isArray ? arrayLength(env, value, "list") : expanded;
  if (!isArray && typeOf(env, value) != napi_number) throw ArgumentError("must be an array");
  auto at = [&](uint32_t i) { return isArray ? archwright::element(env, value, i) : value; };

  switch (element->kind()) {
    case c10::TypeKind::TensorType: {
      c10::List<at::Tensor> list;
      list.reserve(length);
      for (uint32_t i = 0; i < length; i++) list.push_back(unwrapTensor(env, at(i), "element"));
      return list;
    }
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: {
      c10::List<int64_t> list;
      list.reserve(length);
      for (uint32_t i = 0; i < length; i++) list.push_back(toInt(env, at(i), "element"));
      return list;
    }
    case c10::TypeKind::FloatType: {
      c10::List<double> list;
      for (uint32_t i = 0; i < length; i++) list.push_back(toDouble(env, at(i), "element"));
      return list;
    }
    case c10::TypeKind::BoolType: {
      c10::List<bool> list;
      for (uint32_t i = 0; i < length; i++) list.push_back(toBool(env, at(i), "element"));
      return list;
    }
    case c10::TypeKind::OptionalType: {
      if (element->castRaw<c10::OptionalType>()->getElementType()->kind() == c10::TypeKind::TensorType) {
        c10::List<c10::optional<at::Tensor>> list;
        for (uint32_t i = 0; i < length; i++) {
          if (isNullish(env, at(i)))
            list.push_back(c10::optional<at::Tensor>());
          else
            list.push_back(unwrapTensor(env, at(i), "element"));
        }
        return list;
      }
      break;
    }
    default:
      break;
  }
  throw ArgumentError("lists of " + element->str() + " are not supported");
}

// libtorch uses these codes as indices without looking at them.
int64_t toCode(napi_env env, napi_value value, c10::TypeKind meaning) {
  if (typeOf(env, value) == napi_string) throw ArgumentError("unknown name \"" + toString(env, value, kValue) + "\"");
  const int64_t code = toInt(env, value, kValue);
  switch (meaning) {
    case c10::TypeKind::ScalarTypeType:
      return requireDtype(code);
    case c10::TypeKind::LayoutType:
      if (code < 0 || code > 1) throw ArgumentError("unknown layout " + std::to_string(code));
      return code;
    case c10::TypeKind::MemoryFormatType:
      if (code < 0 || code > 3) throw ArgumentError("unknown memory format " + std::to_string(code));
      return code;
    default:
      return code;
  }
}

c10::IValue toIValue(napi_env env, napi_value value, const c10::TypePtr& type, const Parameter& parameter) {
  switch (type->kind()) {
    case c10::TypeKind::OptionalType:
      if (isNullish(env, value)) return c10::IValue();
      return toIValue(env, value, type->castRaw<c10::OptionalType>()->getElementType(), parameter);
    case c10::TypeKind::TensorType:
      return unwrapTensor(env, value, kValue);
    case c10::TypeKind::ListType:
      return toList(env, value, type->castRaw<c10::ListType>()->getElementType(), parameter.length);
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return toCode(env, value, parameter.meaning);
    case c10::TypeKind::FloatType:
      return toDouble(env, value, kValue);
    case c10::TypeKind::BoolType:
      return toBool(env, value, kValue);
    case c10::TypeKind::NumberType:
      return toScalar(env, value, kValue);
    case c10::TypeKind::StringType:
      return toString(env, value, kValue);
    case c10::TypeKind::DeviceObjType:
      return c10::Device(toString(env, value, kValue));
    case c10::TypeKind::GeneratorType:
      return unwrapGenerator(env, value, kValue);
    default:
      throw ArgumentError("arguments of type " + type->str() + " are not supported");
  }
}

// `ScalarType? dtype` is an optional of the type that says what the integer means.
c10::TypeKind meaningOf(const c10::TypePtr& type) {
  return type->kind() == c10::TypeKind::OptionalType ? meaningOf(type->castRaw<c10::OptionalType>()->getElementType())
                                                      : type->kind();
}

template <typename Range, typename Convert>
napi_value toArray(napi_env env, const Range& range, Convert convert) {
  napi_value array;
  check(napi_create_array_with_length(env, range.size(), &array), "array");
  uint32_t i = 0;
  for (const auto& item : range) check(napi_set_element(env, array, i++, convert(item)), "array element");
  return array;
}

}  // namespace

Parameter::Parameter(const c10::Argument& argument)
    : name(argument.name()),
      type(argument.type()),
      meaning(meaningOf(argument.real_type())),
      length(static_cast<uint32_t>(argument.N().value_or(1))),
      hasDefault(argument.default_value().has_value()),
      defaultValue(argument.default_value().value_or(c10::IValue())) {}

c10::IValue toIValue(napi_env env, napi_value value, const Parameter& parameter) {
  return toIValue(env, value, parameter.type, parameter);
}

napi_value fromIValue(napi_env env, const c10::IValue& value) {
  napi_value result;
  if (value.isTensor()) return wrapTensor(env, value.toTensor());
  if (value.isTensorList())
    return toArray(env, value.toTensorVector(), [&](const at::Tensor& t) { return wrapTensor(env, t); });
  if (value.isInt()) return fromInt(env, value.toInt());
  if (value.isBool()) return fromBool(env, value.toBool());
  if (value.isIntList()) return toArray(env, value.toIntVector(), [&](int64_t i) { return fromInt(env, i); });
  if (value.isDouble()) {
    check(napi_create_double(env, value.toDouble(), &result), "number");
    return result;
  }
  if (value.isScalar()) {
    check(napi_create_double(env, value.toScalar().toDouble(), &result), "number");
    return result;
  }
  if (value.isString()) return fromString(env, value.toStringRef());
  if (value.isNone()) {
    check(napi_get_null(env, &result), "null");
    return result;
  }
  if (value.isTuple()) {
    return toArray(env, value.toTupleRef().elements(), [&](const c10::IValue& item) { return fromIValue(env, item); });
  }
  throw ArgumentError("a result of type " + value.tagKind() + " is not supported");
}

int64_t requireDtype(int64_t code) {
  switch (static_cast<at::ScalarType>(code >= 0 && code < 127 ? code : 127)) {
    case at::kByte:
    case at::kChar:
    case at::kShort:
    case at::kInt:
    case at::kLong:
    case at::kHalf:
    case at::kFloat:
    case at::kDouble:
    case at::kBool:
    case at::kBFloat16:
      return code;
    default:
      throw ArgumentError("unknown element type " + std::to_string(code));
  }
}

// The names that the TypeScript side uses.
const char* dtypeName(at::ScalarType dtype) {
  switch (dtype) {
    case at::kByte:
      return "uint8";
    case at::kChar:
      return "int8";
    case at::kShort:
      return "int16";
    case at::kInt:
      return "int32";
    case at::kLong:
      return "int64";
    case at::kHalf:
      return "float16";
    case at::kFloat:
      return "float32";
    case at::kDouble:
      return "float64";
    case at::kBool:
      return "bool";
    case at::kBFloat16:
      return "bfloat16";
    default:
      return c10::toString(dtype);
  }
}

std::string describeTensor(const at::Tensor& tensor) {
  std::ostringstream text;
  text << dtypeName(tensor.scalar_type()) << '[';
  for (int64_t i = 0; i < tensor.dim(); i++) text << (i == 0 ? "" : ",") << tensor.size(i);
  text << ']';
  if (!tensor.device().is_cpu()) text << ' ' << tensor.device().str();
  return text.str();
}

}  // namespace archwright
