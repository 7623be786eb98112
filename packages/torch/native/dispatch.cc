// Any ATen operator by name: looked up in the dispatcher once, called boxed with its schema's types.
#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "handles.h"
#include "modules.h"
#include "values.h"

namespace archwright {
namespace {

constexpr size_t kMostParameters = 64;

struct Operator {
  c10::OperatorHandle handle;
  std::string name;
  std::vector<Parameter> parameters;
  // The parameter that an in-place operator returns, or -1.
  int64_t returned = -1;

  explicit Operator(const c10::OperatorHandle& op) : handle(op), name(op.schema().name()) {
    for (const auto& argument : op.schema().arguments()) parameters.emplace_back(argument);
    const auto& returns = op.schema().returns();
    if (returns.size() != 1 || returns[0].alias_info() == nullptr || !returns[0].alias_info()->isWrite()) return;
    const auto& arguments = op.schema().arguments();
    for (size_t i = 0; i < arguments.size(); i++)
      if (arguments[i].alias_info() != nullptr && *arguments[i].alias_info() == *returns[0].alias_info())
        returned = static_cast<int64_t>(i);
  }
};

// Looked-up operators, shared by all threads of the process; never removed, because functions point to them.
std::mutex operatorsLock;
std::unordered_map<c10::OperatorName, std::unique_ptr<Operator>> operators;

const Operator* lookUp(const c10::OperatorName& name) {
  std::lock_guard<std::mutex> lock(operatorsLock);
  auto& entry = operators[name];
  if (entry == nullptr) {
    const auto found = c10::Dispatcher::singleton().findSchema(name);
    if (!found.has_value() || found->schema().arguments().size() > kMostParameters) {
      operators.erase(name);
      return nullptr;
    }
    entry = std::make_unique<Operator>(*found);
  }
  return entry.get();
}

// What is wrong, without the C++ frames, build advice and lists of backends that libtorch adds.
std::string firstPart(std::string message) {
  for (const char* tail : {"\nException raised from", " This could be because the operator doesn't exist"}) {
    const auto end = message.find(tail);
    if (end != std::string::npos) message.resize(end);
  }
  return message;
}

bool mentions(const std::string& message, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return message.find(word) != std::string::npos; });
}

// Whether `name` stands in the message as a word of its own, in any case.
bool hasWord(const std::string& message, const std::string& name) {
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  auto from = message.begin();
  for (;;) {
    const auto at = std::search(from, message.end(), name.begin(), name.end(), same);
    if (at == message.end()) return false;
    const auto end = at + static_cast<std::ptrdiff_t>(name.size());
    if ((at == message.begin() || !letter(*(at - 1))) && (end == message.end() || !letter(*end))) return true;
    from = end;
  }
}

using NamedTensor = std::pair<const std::string*, at::Tensor>;

// The argument that libtorch's message is about, as far as it can be told; else "".
std::string offender(const Operator& op, const std::vector<NamedTensor>& tensors, const std::string& message) {
  const bool device = mentions(message, {"device", "backend"});
  const bool dtype = mentions(message, {"type", "Float", "Double", "Half", "Long", "Int"});
  for (const auto& [name, tensor] : tensors) {
    const auto& first = tensors[0].second;
    if (device && tensor.device() != first.device()) return *name;
    if (dtype && tensor.scalar_type() != first.scalar_type()) return *name;
  }
  for (const auto& parameter : op.parameters) {
    if (device && tensors.empty() && parameter.name == "device") return parameter.name;
    // Words that libtorch uses for anything are not told from names.
    if (mentions(parameter.name, {"self", "other", "size", "input", "out", "end"})) continue;
    if (hasWord(message, parameter.name)) return parameter.name;
  }
  const bool shape = mentions(message, {"shape", "size", "dimension", "matrix", "1D", "2D", "3D", "4D"});
  if (shape && tensors.size() <= 2 && !tensors.empty()) return *tensors.back().first;
  return "";
}

// `aten::mm: mat1 and mat2 shapes cannot be multiplied (self: float32[2,3], mat2: float32[4,5]); see argument 'mat2'`
std::string explain(napi_env env, const Operator& op, const napi_value* values, const std::string& message) {
  std::ostringstream text;
  text << op.name << ": " << message << " (";
  std::vector<NamedTensor> tensors;
  for (size_t i = 0; i < op.parameters.size(); i++) {
    const at::Tensor tensor = tensorOrUndefined(env, values[i]);
    if (!tensor.defined()) continue;
    text << (tensors.empty() ? "" : ", ") << op.parameters[i].name << ": " << describeTensor(tensor);
    tensors.emplace_back(&op.parameters[i].name, tensor);
  }
  text << (tensors.empty() ? "no tensor arguments)" : ")");
  const auto name = offender(op, tensors, message);
  if (!name.empty()) text << "; see argument '" << name << "'";
  return text.str();
}

c10::IValue convert(napi_env env, const Operator& op, const Parameter& parameter, napi_value value) {
  try {
    return toIValue(env, value, parameter);
  } catch (const std::exception& error) {
    // Also libtorch's own refusals, such as of a device string.
    const auto* refused = dynamic_cast<const c10::Error*>(&error);
    throw ArgumentError(op.name + ": argument '" + parameter.name + "': " +
                        (refused == nullptr ? error.what() : firstPart(refused->what_without_backtrace())));
  }
}

napi_value toResult(napi_env env, const Operator& op, const torch::jit::Stack& stack) {
  if (op.returned >= 0 || stack.empty()) return undefined(env);
  if (stack.size() == 1) return fromIValue(env, stack[0]);
  napi_value array;
  check(napi_create_array_with_length(env, stack.size(), &array), "results");
  for (size_t i = 0; i < stack.size(); i++) check(napi_set_element(env, array, i, fromIValue(env, stack[i])), "result");
  return array;
}

/// The function of one operator: its schema's arguments in order. Missing ones and `undefined` take the default.
/// An in-place operator returns nothing: the caller has the tensor already.
napi_value call(napi_env env, napi_callback_info info) {
  napi_value values[kMostParameters];
  size_t given = kMostParameters;
  void* data = nullptr;
  check(napi_get_cb_info(env, info, &given, values, nullptr, &data), "arguments");
  const auto& op = *static_cast<const Operator*>(data);
  if (given > op.parameters.size())
    throw ArgumentError(op.name + ": takes " + std::to_string(op.parameters.size()) + " arguments, got " +
                        std::to_string(given));
  torch::jit::Stack stack;
  stack.reserve(op.parameters.size());
  for (size_t i = 0; i < op.parameters.size(); i++) {
    const auto& parameter = op.parameters[i];
    if (parameter.hasDefault && (i >= given || typeOf(env, values[i]) == napi_undefined))
      stack.push_back(parameter.defaultValue);
    else
      stack.push_back(convert(env, op, parameter, values[i]));
  }
  try {
    op.handle.callBoxed(stack);
  } catch (const c10::Error& error) {
    throw std::runtime_error(explain(env, op, values, firstPart(error.what_without_backtrace())));
  } catch (const std::exception& error) {
    throw std::runtime_error(explain(env, op, values, error.what()));
  }
  return toResult(env, op, stack);
}

/// findOperator(name, overload) -> { call, schema, returned }, or null where this libtorch has no such operator.
/// `returned`: the argument that an in-place operator returns, or -1.
napi_value findOperator(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  const auto* op = lookUp({toString(env, args[0], "operator name"), toString(env, args[1], "overload name")});
  napi_value result;
  if (op == nullptr) {
    check(napi_get_null(env, &result), "null");
    return result;
  }
  std::ostringstream schema;
  schema << op->handle.schema();
  napi_value function;
  check(napi_create_function(env, op->name.c_str(), NAPI_AUTO_LENGTH, callback<call>, const_cast<Operator*>(op), &function),
        "operator");
  check(napi_create_object(env, &result), "operator");
  check(napi_set_named_property(env, result, "call", function), "operator");
  check(napi_set_named_property(env, result, "schema", fromString(env, schema.str())), "operator");
  check(napi_set_named_property(env, result, "returned", fromInt(env, op->returned)), "operator");
  return result;
}

/// Names of all operators of this libtorch, `aten::conv2d` or `aten::add.Tensor`.
napi_value operatorNames(napi_env env, napi_callback_info) {
  const auto names = c10::Dispatcher::singleton().getAllOpNames();
  napi_value array;
  check(napi_create_array_with_length(env, names.size(), &array), "names");
  for (size_t i = 0; i < names.size(); i++)
    check(napi_set_element(env, array, i, fromString(env, c10::toString(names[i]))), "name");
  return array;
}

}  // namespace

void defineDispatch(napi_env env, napi_value exports) {
  define(env, exports, "findOperator", callback<findOperator>);
  define(env, exports, "operatorNames", callback<operatorNames>);
}

}  // namespace archwright
