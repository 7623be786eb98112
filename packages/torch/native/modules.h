// The addon's parts: each adds its functions to the exports.
#pragma once

#include "node.h"

namespace archwright {

void defineDispatch(napi_env env, napi_value exports);
void defineAllocator(napi_env env, napi_value exports);
void defineAutograd(napi_env env, napi_value exports);
void defineStorage(napi_env env, napi_value exports);
void defineGenerators(napi_env env, napi_value exports);
void defineRuntime(napi_env env, napi_value exports);

}  // namespace archwright
