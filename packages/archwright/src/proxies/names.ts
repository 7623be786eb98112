/** Other names of proxies: those of other toolkits, and those that earlier versions had. */
import { hint } from "../hints.ts";
import { hasContents, isConfigurationFile, readConfiguration } from "./eproxy/file.ts";

const otherNames: Readonly<Record<string, string>> = {
  naswot: "nwot",
  jacov: "jacob_cov",
  flops: "macs",
};

/** The name that is known here, in lower case; of any other name, that name. Of a configuration's file, the path with its hash. */
export function ownName(given: string): string {
  if (isConfigurationFile(given)) return hasContents(given) ? given.trim() : readConfiguration(given).name;
  const name = given.trim().toLowerCase();
  return Object.hasOwn(otherNames, name) ? (otherNames[name] as string) : name;
}

/** {@link ownName}, and says so where another one was given. */
export function proxyName(given: string): string {
  const own = ownName(given);
  const name = given.trim().toLowerCase();
  if (own !== name && !isConfigurationFile(given)) hint(`${name} is called ${own} here`);
  return own;
}
