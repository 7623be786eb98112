// Entry point of the addon: libtorch for Node. Small and generic; everything typed is in TypeScript.
#include <dlfcn.h>

#include "handles.h"
#include "modules.h"

namespace {

// Node unloads an addon when the last thread that uses it ends. libtorch's threads and registrations outlive that, so
// the code stays mapped until the process ends.
void stayLoaded() {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&stayLoaded), &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

}  // namespace

NAPI_MODULE_INIT() {
  try {
    stayLoaded();
    archwright::defineHandles(env, exports);
    archwright::defineDispatch(env, exports);
    archwright::defineAllocator(env, exports);
    archwright::defineAutograd(env, exports);
    archwright::defineStorage(env, exports);
    archwright::defineGenerators(env, exports);
    archwright::defineRuntime(env, exports);
  } catch (const std::exception& error) {
    napi_throw_error(env, "ADDON", error.what());
  }
  return exports;
}
