/** The proxies that can be asked for by name. */
import { unknownName } from "../errors.ts";
import { nwot } from "./nwot.ts";
import type { ZeroCostProxy } from "./proxy.ts";

export const proxies: readonly ZeroCostProxy[] = [nwot];

/** Throws `ArchwrightError("usage")` with the nearest name for a name that is not known. */
export function findProxy(name: string): ZeroCostProxy {
  const found = proxies.find((proxy) => proxy.name === name);
  if (found === undefined)
    throw unknownName(
      "proxy",
      name,
      proxies.map((proxy) => proxy.name),
    );
  return found;
}
