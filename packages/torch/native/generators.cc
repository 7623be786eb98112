// Seeded random generators whose whole state can be saved and restored.
#include <ATen/CPUGeneratorImpl.h>

#include "handles.h"
#include "modules.h"

namespace archwright {
namespace {

// Draws are always made by a CPU generator and moved to the device, so that a seed means the same on every device.
napi_value createGenerator(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return wrapGenerator(env, at::detail::createCPUGenerator(static_cast<uint64_t>(toInt(env, args[0], "seed"))));
}

napi_value generatorState(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  return wrapTensor(env, unwrapGenerator(env, args[0], "generator").get_state());
}

napi_value setGeneratorState(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  at::Generator generator = unwrapGenerator(env, args[0], "generator");
  generator.set_state(unwrapTensor(env, args[1], "state"));
  return undefined(env);
}

}  // namespace

void defineGenerators(napi_env env, napi_value exports) {
  define(env, exports, "createGenerator", callback<createGenerator>);
  define(env, exports, "generatorState", callback<generatorState>);
  define(env, exports, "setGeneratorState", callback<setGeneratorState>);
}

}  // namespace archwright
